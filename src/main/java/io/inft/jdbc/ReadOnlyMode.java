package io.inft.jdbc;

import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.sql.StatementKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What {@code setReadOnly(true)} asks for on a connection that may write: transactions take no
 * lock, see one state, and SQLite refuses every change, by its {@code query_only}. Used by the
 * thread that uses the connection.
 */
final class ReadOnlyMode {
  static final String REASON =
      "setReadOnly(true) was called on this connection, as frameworks do for transactions that only"
          + " read";

  private final CapturedConnection connection;
  private final CallWatch watch;

  // Mutable: whether it is on, and what query_only was before.
  private boolean on;
  private boolean queryOnlyBefore;

  ReadOnlyMode(CapturedConnection connection, CallWatch watch) {
    this.connection = connection;
    this.watch = watch;
  }

  boolean isOn() {
    return on;
  }

  /**
   * Turns it on or off.
   *
   * @throws SQLException 25001 inside a transaction
   */
  void set(boolean readOnly) throws SQLException {
    if (readOnly == on) {
      return;
    }
    watch.beforeQuietly(StatementKind.SESSION);
    if (watch.transaction().isOpen() || watch.hasOpenWrites()) {
      throw SqlExceptions.refused(
          "setReadOnly("
              + readOnly
              + ") is not possible inside a transaction, or while rows of a change are open; commit"
              + " or roll back, and read the rows to their end, first",
          "25001");
    }
    try {
      if (readOnly) {
        queryOnlyBefore = queryOnly();
        queryOnly(true);
      } else {
        queryOnly(queryOnlyBefore);
        connection.events().forgetView();
      }
    } catch (SQLException e) {
      throw watch.translated(e);
    }
    on = readOnly;
  }

  /** Does something of this driver's own that changes nothing but the connection's temp schema. */
  void lifted(CapturedConnection.SqlAction action) throws SQLException {
    if (!on) {
      action.run();
      return;
    }
    queryOnly(false);
    try {
      action.run();
    } finally {
      queryOnly(true);
    }
  }

  private boolean queryOnly() throws SQLException {
    try (Statement statement = connection.internalStatement();
        ResultSet row = statement.executeQuery("PRAGMA query_only")) {
      return row.next() && row.getBoolean(1);
    }
  }

  private void queryOnly(boolean only) throws SQLException {
    connection.getDatabase().exec("PRAGMA query_only=" + (only ? 1 : 0), false);
  }
}
