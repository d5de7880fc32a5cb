package io.inft.jdbc;

import io.inft.failure.InftException;
import io.inft.jdbc.sql.SqlText;
import io.inft.jdbc.sql.StatementKind;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;

/**
 * Statements that cannot go to SQLite as they are, because the engine shares the database with the
 * connection: checkpoints, other journal and locking modes, and sqlite-jdbc's "restore from".
 */
final class SpecialStatements {
  /** Takes the place of one in a batch, which has no use for rows: SQLite passes over it. */
  static final String NOTHING = "PRAGMA main.inft_answered";

  private static final Set<String> CHECKPOINT_MODES =
      Set.of("passive", "full", "restart", "truncate");

  private SpecialStatements() {}

  /** SQL that gives a prepared statement the right columns; for most the statement itself. */
  static String compilable(CapturedConnection connection, StatementKind kind, String sql) {
    return switch (kind) {
      case CHECKPOINT -> answer(new int[] {0, 0, 0});
      case FIXED_PRAGMA -> askInstead(connection, sql);
      default -> sql;
    };
  }

  /** Does what must be done before a statement runs, and gives the SQL to run for it. */
  static String prepared(CapturedConnection connection, StatementKind kind, String sql)
      throws SQLException {
    return switch (kind) {
      case CHECKPOINT -> answer(checkpoint(connection, sql));
      case FIXED_PRAGMA -> askInstead(connection, sql);
      default -> sql;
    };
  }

  /** Deals with one whose rows nobody asks for; nothing is left for SQLite to do. */
  static void answered(CapturedConnection connection, StatementKind kind, String sql)
      throws SQLException {
    if (kind == StatementKind.CHECKPOINT) {
      checkpoint(connection, sql);
    } else {
      askInstead(connection, sql);
    }
  }

  private static int[] checkpoint(CapturedConnection connection, String sql) throws SQLException {
    String mode = SqlText.pragmaArgument(sql);
    try {
      // SQLite takes every word it does not know for PASSIVE.
      return connection
          .session()
          .checkpoint(
              (CHECKPOINT_MODES.contains(mode) ? mode : "passive").toUpperCase(Locale.ROOT));
    } catch (InftException e) {
      throw connection.watch().failed(e);
    }
  }

  private static String answer(int[] row) {
    return "SELECT " + row[0] + " AS busy, " + row[1] + " AS log, " + row[2] + " AS checkpointed";
  }

  /**
   * SQLite answers such a pragma with the mode that is in force when it cannot change it; so does
   * this, without the wait for a lock that never comes.
   */
  private static String askInstead(CapturedConnection connection, String sql) {
    String pragma = SqlText.pragmaName(sql);
    connection.warn(
        pragma.equals("journal_mode")
            ? "journal_mode stays WAL: commits are captured from the write-ahead log"
            : "locking_mode stays NORMAL: the engine holds connections of its own to the database");
    return "PRAGMA main." + pragma;
  }
}
