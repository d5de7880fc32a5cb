package io.inft.cli.report;

import io.inft.custody.CustodyReport;
import io.inft.diff.DatabaseDiff;
import io.inft.registry.Anchored;
import io.inft.registry.Control;
import io.inft.replica.DatabaseOverview;
import io.inft.replica.restore.LogEntry;
import io.inft.replica.restore.VersionDetails;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a report is made of.
 *
 * @param time when it was made
 * @param versions all, oldest first
 * @param details of the newest, by version
 * @param changes what the newest changed, by version; empty without the secret
 * @param changesUnknown why the others are not told, for people
 * @param controls all, oldest first
 * @param events the newest of the log, oldest first; empty without the secret
 * @param eventsInAll how many the log has
 * @param eventsUnknown why there are none, for people
 * @param paidUntil until when storage is paid; empty where it does not end or is not known
 */
record Facts(
    Instant time,
    DatabaseOverview overview,
    List<Anchored> versions,
    Map<Long, VersionDetails> details,
    Map<Long, DatabaseDiff> changes,
    Optional<String> changesUnknown,
    List<Control> controls,
    List<LogEntry> events,
    long eventsInAll,
    Optional<String> eventsUnknown,
    CustodyReport custody,
    Optional<Instant> paidUntil) {
  Facts {
    versions = List.copyOf(versions);
    details = Map.copyOf(details);
    changes = Map.copyOf(changes);
    controls = List.copyOf(controls);
    events = List.copyOf(events);
  }

  String id() {
    return overview.id().toString();
  }
}
