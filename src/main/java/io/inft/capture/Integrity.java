package io.inft.capture;

import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.sqlite.IntegrityCheck;
import io.inft.sqlite.IntegrityReport;
import java.sql.SQLException;

/** SQLite's own checks before a whole database is published. */
public final class Integrity {
  private Integrity() {}

  /**
   * Checks what a connection sees.
   *
   * @param name of the database, for people
   * @return what should be looked after, and does not keep it from being published
   * @throws DatabaseCorruptException trees or pages are broken: that must not become the truth
   */
  public static IntegrityReport require(SqliteLink snapshot, String name) throws InftException {
    IntegrityReport report;
    try {
      report = snapshot.check();
    } catch (SQLException e) {
      throw new LocalDatabaseException(name, "check the database", e);
    }
    if (!report.isPublishable()) {
      throw new DatabaseCorruptException(name, report.damage());
    }
    return report;
  }

  /** Whether SQLite met a broken file on the way. */
  public static boolean isDamage(LocalDatabaseException e) {
    SQLException failure = e.sqlFailure();
    return failure != null && IntegrityCheck.isDamage(failure);
  }
}
