package io.inft.jdbc;

import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.sql.StatementKind;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.core.DB;

/**
 * Where JDBC's transactions begin and end on one connection. SQLite's begin after the engine was
 * told of the commit before, so that nobody waits for the chain with SQLite's write lock in hand.
 * Used by the thread that uses the connection.
 */
final class Demarcation {
  private final CapturedConnection connection;
  private final CallWatch watch;
  private final TransactionState transaction;

  Demarcation(CapturedConnection connection, CallWatch watch) {
    this.connection = connection;
    this.watch = watch;
    this.transaction = watch.transaction();
  }

  /** The other mode from now on; turned on, it commits. */
  void autoCommit(boolean autoCommit) throws SQLException {
    if (!autoCommit) {
      watch.beforeQuietly(StatementKind.BEGIN);
      connection.getConnectionConfig().setAutoCommit(false);
      begin();
      watch.after(false, false);
    } else if (transaction.owesBegin()) {
      transaction.owesBegin(false);
      turnedOn();
    } else {
      commitForGood();
    }
  }

  /** What cannot be committed stays open, and the mode with it, so that it can be rolled back. */
  private void commitForGood() throws SQLException {
    if (transaction.hasChanged()) {
      watch.before(StatementKind.COMMIT, true);
    } else {
      watch.beforeQuietly(StatementKind.COMMIT);
    }
    try {
      database().exec("commit;", false);
    } catch (SQLException e) {
      SQLException failure = watch.failure(e, true);
      if (!transaction.isOpen()) {
        turnedOn();
      }
      throw failure;
    }
    turnedOn();
    transaction.ended();
    watch.after(false, true);
  }

  private void turnedOn() {
    connection.getConnectionConfig().setAutoCommit(true);
    connection.setCurrentTransactionMode(null);
  }

  /**
   * Commits, tells the engine, begins again. A commit with durability=anchored waits between the
   * two. If the next transaction cannot begin, the next statement fails, not this commit, which
   * stands.
   */
  void commit() throws SQLException {
    requireManual();
    if (transaction.owesBegin()) {
      return;
    }
    watch.before(StatementKind.COMMIT, true);
    try {
      database().exec("commit;", false);
    } catch (SQLException e) {
      throw watch.failure(e, true);
    }
    transaction.ended();
    try {
      watch.after(false, true);
    } finally {
      beginSoon();
    }
  }

  void rollback() throws SQLException {
    requireManual();
    if (transaction.owesBegin()) {
      return;
    }
    if (watch.isFinished()) {
      rollbackForGood();
      return;
    }
    if (transaction.wasRolledBackByFailure()) {
      beginSoon();
      return;
    }
    watch.beforeQuietly(StatementKind.ROLLBACK);
    try {
      database().exec("rollback;", false);
    } catch (SQLException e) {
      throw watch.failure(e, false);
    }
    transaction.ended();
    watch.after(false, false);
    beginSoon();
  }

  /**
   * After a fork nothing can be committed any more, so rolling back is harmless. It must not fail,
   * because frameworks roll back after every failure and would show that second failure instead of
   * the 40001 that makes them try again.
   */
  private void rollbackForGood() throws SQLException {
    if (transaction.isOpen()) {
      try {
        database().exec("rollback;", false);
      } catch (SQLException e) {
        throw watch.translated(e);
      }
      transaction.ended();
    }
  }

  private void requireManual() throws SQLException {
    if (connection.getAutoCommit()) {
      throw SqlExceptions.refused("database in auto-commit mode", "25000");
    }
  }

  private void beginSoon() {
    transaction.owesBegin(true);
    if (!watch.isFinished()) {
      try {
        begin();
      } catch (SQLException e) {
        connection.warn("the next transaction could not begin yet: " + e.getMessage());
      }
    }
  }

  /** Begins SQLite's transaction for JDBC's; owed until it succeeds or one is open anyway. */
  void begin() throws SQLException {
    transaction.owesBegin(true);
    try {
      database().exec(connection.transactionPrefix(), false);
    } catch (SQLException e) {
      throw watch.failure(e, false);
    }
    SQLiteConfig.TransactionMode mode = connection.getConnectionConfig().getTransactionMode();
    transaction.began(mode != SQLiteConfig.TransactionMode.DEFERRED);
    connection.setFirstStatementExecuted(false);
    connection.setCurrentTransactionMode(mode);
  }

  private DB database() {
    return connection.getDatabase();
  }
}
