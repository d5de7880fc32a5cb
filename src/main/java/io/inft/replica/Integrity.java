package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import java.util.ArrayList;
import java.util.List;

/**
 * SQLite's own checks of a database. An index over an application-defined function or collation
 * cannot be checked without it: that is no corruption, and never a reason to keep data from being
 * published.
 */
final class Integrity {
  private static final int MAX_ROWS = 20;

  private Integrity() {}

  /**
   * What the checks found.
   *
   * @param ok nothing is damaged
   * @param report findings, or why a check could not be made
   */
  record Result(boolean ok, String report) {}

  static Result check(SqliteLink snapshot) throws InftException {
    List<String> findings;
    try {
      // FTS5 checks against a structure that this connection may remember from an earlier snapshot
      // (SQLite 3.54) and then finds damage where there is none. With the schema it forgets that.
      snapshot.execute("PRAGMA writable_schema=RESET");
      findings = snapshot.texts("PRAGMA integrity_check(" + MAX_ROWS + ")");
    } catch (LocalDatabaseException e) {
      if (isMissingFunction(e)) {
        return new Result(true, "not checked: " + e.getMessage());
      }
      if (isCorrupt(e)) {
        return new Result(false, String.valueOf(e.getMessage()));
      }
      throw e;
    }
    List<String> damage = new ArrayList<>();
    for (String finding : findings) {
      if (!"ok".equals(finding)) {
        damage.add(finding);
      }
    }
    return new Result(damage.isEmpty(), String.join("; ", damage));
  }

  private static boolean isMissingFunction(LocalDatabaseException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("no such function")
        || message.contains("unknown function")
        || message.contains("no such collation")
        || message.contains("no such module");
  }

  static boolean isCorrupt(LocalDatabaseException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("SQLITE_CORRUPT") || message.contains("SQLITE_NOTADB");
  }
}
