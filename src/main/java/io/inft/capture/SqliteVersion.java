package io.inft.capture;

import io.inft.failure.SqliteTooOldException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/**
 * Which SQLite may open a working copy. The library itself is asked, not the jar's name: another
 * one can be loaded through {@code org.sqlite.lib.path}.
 */
final class SqliteVersion {
  /** The first without the WAL-reset bug, by which a checkpoint can lose committed pages. */
  static final String NEEDED = "3.51.3";

  /** The sqlite-jdbc of this build. */
  static final String BROUGHT = "3.54.1.0";

  // Set once a library was found good: one process loads one.
  private static volatile boolean isGood;

  private SqliteVersion() {}

  static boolean isKnownGood() {
    return isGood;
  }

  /** Asks once in a process; a refusal is repeated. */
  static void require(Connection connection) throws SqliteTooOldException, SQLException {
    if (isGood) {
      return;
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT sqlite_version()")) {
      row.next();
      require(row.getString(1));
    }
    isGood = true;
  }

  static void require(String found) throws SqliteTooOldException {
    if (!found.matches("[0-9]{1,6}(\\.[0-9]{1,6}){1,3}")
        || Arrays.compare(numbers(found), numbers(NEEDED)) < 0) {
      throw new SqliteTooOldException(found, NEEDED, BROUGHT);
    }
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
