package io.inft.replica.publish;

import io.inft.sqlite.IntegrityReport;
import java.util.Optional;

/** What SQLite's checks said last; the same findings are told once. Safe for many threads. */
final class IntegrityFindings {
  private volatile IntegrityReport last = IntegrityReport.NOTHING;
  private boolean told = true;

  synchronized void checked(IntegrityReport report) {
    if (!report.equals(last)) {
      last = report;
      told = report.warnings().isEmpty();
    }
  }

  IntegrityReport last() {
    return last;
  }

  /** What should be looked after in the database, if nobody was told yet. */
  synchronized Optional<String> takeAdvice() {
    if (told) {
      return Optional.empty();
    }
    told = true;
    return Optional.of(last.advice());
  }
}
