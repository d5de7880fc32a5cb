package io.inft.jdbc;

import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.sql.StatementKind;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.sqlite.SQLiteConfig;
import org.sqlite.core.DB;

/**
 * Where JDBC's transactions begin and end on one connection. SQLite's begins with the first
 * statement that needs it: a connection that does nothing holds no lock and no snapshot, and nobody
 * waits for the chain with the write lock in hand. Used by the thread that uses the connection.
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
      watch.beforeQuietly(StatementKind.SESSION);
      connection.getConnectionConfig().setAutoCommit(false);
      if (transaction.isOpen()) {
        begin(mode(), 0); // SQLite says why that cannot be
      }
      transaction.owesBegin(true);
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

  /** Commits and tells the engine; a commit with durability=anchored waits. */
  void commit() throws SQLException {
    requireManual();
    if (transaction.owesBegin()) {
      watch.before(StatementKind.SESSION, false);
      watch.after(false, true); // earlier commits may not have been waited for
      return;
    }
    watch.before(StatementKind.COMMIT, true);
    try {
      database().exec("commit;", false);
    } catch (SQLException e) {
      throw watch.failure(e, true);
    }
    transaction.ended();
    transaction.owesBegin(true);
    watch.after(false, true);
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
      transaction.owesBegin(true);
      return;
    }
    watch.beforeQuietly(StatementKind.ROLLBACK);
    try {
      database().exec("rollback;", false);
    } catch (SQLException e) {
      throw watch.failure(e, false);
    }
    transaction.ended();
    transaction.owesBegin(true);
    watch.after(false, false);
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
      watch.turn().end();
    }
  }

  private void requireManual() throws SQLException {
    if (connection.getAutoCommit()) {
      throw SqlExceptions.refused("database in auto-commit mode", "25000");
    }
  }

  /**
   * Begins SQLite's transaction for JDBC's, if that is still to be done; owed until it succeeds.
   *
   * @param kind of the statement that needs it
   * @param seconds how long it may wait for the write lock, 0 for busy_timeout
   */
  void beginIfOwed(StatementKind kind, int seconds) throws SQLException {
    if (transaction.owesBegin()) {
      boolean ends = kind == StatementKind.COMMIT || kind == StatementKind.ROLLBACK;
      begin(ends ? SQLiteConfig.TransactionMode.DEFERRED : mode(), seconds);
    }
  }

  private void begin(SQLiteConfig.TransactionMode mode, int seconds) throws SQLException {
    if (mode != SQLiteConfig.TransactionMode.DEFERRED && !connection.isReadOnly()) {
      watch.takeTurn(true, seconds);
    }
    try {
      database().exec("BEGIN " + mode, false);
    } catch (SQLException e) {
      throw watch.failure(e, false);
    }
    boolean writing = mode != SQLiteConfig.TransactionMode.DEFERRED && !connection.isReadOnly();
    transaction.began(writing);
    connection.setCurrentTransactionMode(mode);
  }

  boolean takesLockFirst() {
    return mode() != SQLiteConfig.TransactionMode.DEFERRED;
  }

  /** How a transaction begins now: one that only reads never with the write lock. */
  private SQLiteConfig.TransactionMode mode() {
    SQLiteConfig.TransactionMode set = connection.getConnectionConfig().getTransactionMode();
    if (connection.isReadOnly()) {
      return SQLiteConfig.TransactionMode.DEFERRED;
    }
    boolean explicit = database().getConfig().isExplicitReadOnly();
    return explicit && set == SQLiteConfig.TransactionMode.DEFERRED
        ? SQLiteConfig.TransactionMode.IMMEDIATE
        : set;
  }

  // Savepoints ----------------------------------------------------------------------------------

  Savepoint savepoint(CallWatch.Call<Savepoint> call) throws SQLException {
    return watch.told(
        StatementKind.SAVEPOINT,
        false,
        () -> {
          Savepoint savepoint = call.run();
          if (!transaction.isOpen()) {
            transaction.began(false);
          }
          return savepoint;
        });
  }

  void release(CapturedConnection.SqlAction action) throws SQLException {
    told(StatementKind.RELEASE, true, action);
  }

  void rollbackTo(CapturedConnection.SqlAction action) throws SQLException {
    told(StatementKind.ROLLBACK, false, action);
  }

  private void told(StatementKind kind, boolean commits, CapturedConnection.SqlAction action)
      throws SQLException {
    watch.told(
        kind,
        commits,
        () -> {
          action.run();
          return true;
        });
  }

  private DB database() {
    return connection.getDatabase();
  }
}
