package io.inft.cli.report;

import io.inft.custody.CustodyReport;
import io.inft.custody.Progress;
import io.inft.custody.Verification;
import io.inft.diff.DatabaseDiff;
import io.inft.diff.DiffListener;
import io.inft.diff.DiffOptions;
import io.inft.diff.DiffState;
import io.inft.failure.InftException;
import io.inft.jdbc.Target;
import io.inft.registry.Anchored;
import io.inft.registry.Control;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import io.inft.replica.DatabaseOverview;
import io.inft.replica.Databases;
import io.inft.replica.restore.LogEntry;
import io.inft.replica.restore.VersionDetails;
import io.inft.upkeep.Upkeep;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks for all that a report shows. What cannot be had leaves its place empty and says why; only a
 * database that nobody knows has no report.
 */
final class Gathering {
  private static final String NO_KEY =
      "Without the password or key of this database its content stays closed; what is shown here"
          + " is what everybody can see.";

  private final Target target;
  private final Wanted wanted;

  /**
   * How much of it.
   *
   * @param changes of so many of the newest versions
   * @param details of so many
   * @param events so many of the newest
   * @param depth how much of the storage is verified
   */
  record Wanted(int changes, int details, int events, Verification.Depth depth) {}

  // Mutable: why something is not there.
  private Optional<String> changesUnknown = Optional.empty();
  private Optional<String> eventsUnknown = Optional.empty();

  Gathering(Target target, Wanted wanted) {
    this.target = target;
    this.wanted = wanted;
  }

  Facts gather(Progress progress) throws SQLException, InftException {
    DatabaseOverview overview = Databases.overview(target.settings(), target.network());
    List<Anchored> newest = target.history(Long.MAX_VALUE); // newest first
    List<LogEntry> log = log();
    List<Anchored> versions =
        newest.stream().sorted(Collections.reverseOrder(Gathering::newer)).toList();
    Map<Long, VersionDetails> details = new HashMap<>();
    for (VersionDetails one : details(newest)) {
      details.put(one.version().version(), one);
    }
    CustodyReport custody = target.verify(wanted.depth(), 1, Long.MAX_VALUE, progress);
    return new Facts(
        Instant.now(),
        overview,
        versions,
        details,
        changes(newest),
        changesUnknown,
        controls(overview),
        log.subList(Math.max(0, log.size() - wanted.events()), log.size()),
        log.size(),
        eventsUnknown,
        custody,
        paidUntil());
  }

  private static int newer(Anchored left, Anchored right) {
    return Long.compare(right.version(), left.version());
  }

  private List<VersionDetails> details(List<Anchored> newest) throws SQLException {
    return target.details(newest.subList(0, Math.min(wanted.details(), newest.size())));
  }

  private List<Control> controls(DatabaseOverview overview) throws InftException {
    Optional<Head> head = overview.head();
    RegistryReader registry = target.network().registry();
    return head.isEmpty() || head.get().controlSequence() == 0
        ? List.of()
        : registry.controls(head.get().id(), 1, head.get().controlSequence());
  }

  private List<LogEntry> log() {
    if (target.settings().session().secret().isEmpty()) {
      eventsUnknown = Optional.of(NO_KEY);
      changesUnknown = Optional.of(NO_KEY);
      return List.of();
    }
    try {
      return target.log();
    } catch (SQLException e) {
      eventsUnknown = Optional.of("The log could not be read: " + e.getMessage());
      return List.of();
    }
  }

  private Map<Long, DatabaseDiff> changes(List<Anchored> newest) {
    Map<Long, DatabaseDiff> found = new HashMap<>();
    int most = changesUnknown.isPresent() ? 0 : Math.min(wanted.changes(), newest.size());
    try {
      for (int i = 0; i < most; i++) {
        long version = newest.get(i).version();
        found.put(version, change(version));
      }
      if (most < newest.size() && changesUnknown.isEmpty()) {
        changesUnknown =
            Optional.of("Rows were counted for the newest " + most + "; --changes counts more.");
      }
    } catch (SQLException e) {
      changesUnknown = Optional.of("What changed could not be counted: " + e.getMessage());
    }
    return found;
  }

  private DatabaseDiff change(long version) throws SQLException {
    DiffState before =
        version == 1 ? new DiffState.Nothing() : new DiffState.Version(Long.toString(version - 1));
    DiffState after = new DiffState.Version(Long.toString(version));
    return target.diff(before, after, DiffOptions.COUNTS, DiffListener.NONE);
  }

  /** Storage that cannot be asked is told of by the verification. */
  private Optional<Instant> paidUntil() throws SQLException {
    Upkeep upkeep = target.upkeep();
    try {
      return upkeep.paidUntil(upkeep.needed(Upkeep.Reach.HEAD)).map(Upkeep.PaidUntil::until);
    } catch (InftException e) {
      return Optional.empty();
    }
  }
}
