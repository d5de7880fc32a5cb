package io.inft.replica.publish.version;

import io.inft.commit.PackEntry;
import io.inft.sqlite.IntegrityReport;
import java.util.List;
import java.util.Optional;

/**
 * The pages of the next version, packed and sealed.
 *
 * @param kept packs of versions before that it goes on listing
 * @param pack the new one; empty if no page changed
 * @param snapshot whether that holds all pages
 * @param spareUsed whether the spare snapshot is listed now, or of no use any more
 * @param integrity what SQLite's checks said, if they were made
 */
public record PackedPages(
    List<PackEntry> kept,
    Optional<StagedPack> pack,
    boolean snapshot,
    boolean spareUsed,
    Optional<IntegrityReport> integrity) {
  public PackedPages {
    kept = List.copyOf(kept);
  }
}
