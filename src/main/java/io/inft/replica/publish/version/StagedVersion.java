package io.inft.replica.publish.version;

import io.inft.replica.local.WriterState;
import io.inft.replica.restore.Tip;
import io.inft.sqlite.IntegrityReport;
import java.util.Optional;

/**
 * A version that lies in the outbox whole.
 *
 * @param outgoing what the state of the generation will say of it
 * @param spareUsed whether the spare snapshot is listed now, or of no use any more
 * @param integrity what SQLite's checks said, if they were made
 */
public record StagedVersion(
    Tip tip,
    WriterState.Outgoing outgoing,
    boolean spareUsed,
    Optional<IntegrityReport> integrity) {}
