package io.inft.jdbc;

import io.inft.failure.InftException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.core.DB;

/**
 * One connection's dealings with the table of events: makes it for the first statement that names
 * it, in the same transaction, and appends to it.
 */
final class EventLedger {
  private final CapturedConnection connection;

  EventLedger(CapturedConnection connection) {
    this.connection = connection;
  }

  /** Something to run once the table is there. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws SQLException;
  }

  /** Whether a statement can be helped by making the table. */
  static boolean wants(StatementKind kind, String sql) {
    return kind != StatementKind.DROP
        && SqlText.namesEventTable(sql)
        && !SqlText.makesEventTable(sql);
  }

  /**
   * Prepares a statement. If it names the table before there is one, the table is made for as long
   * as SQLite compiles and gone again afterwards; executing makes it for good.
   */
  PreparedStatement compiled(String sql) throws SQLException {
    StatementKind kind = StatementKind.of(sql);
    boolean named = wants(kind, sql);
    if (!named || exists()) {
      return new CapturedPreparedStatement(connection, sql, kind, named);
    }
    if (connection.session().readOnly()) {
      makeEmptyView(kind);
      return new CapturedPreparedStatement(connection, sql, kind, true);
    }
    DB database = connection.getDatabase();
    database._exec("SAVEPOINT inft_compile");
    try {
      database._exec(EventTable.DDL);
      return new CapturedPreparedStatement(connection, sql, kind, true);
    } finally {
      database._exec("ROLLBACK TO inft_compile; RELEASE inft_compile");
    }
  }

  /** Whether the table exists, in this connection's view of the database. */
  boolean exists() throws SQLException {
    boolean first = connection.isFirstStatementExecuted();
    try (Statement statement = connection.internalStatement();
        ResultSet rows = statement.executeQuery(EventTable.EXISTS)) {
      return rows.next();
    } finally {
      connection.setFirstStatementExecuted(first);
    }
  }

  /**
   * Makes the table and runs a statement that names it. Without a transaction around it both become
   * one, unless the statement returns rows, which would keep that transaction open.
   */
  <T> T withTable(StatementKind kind, boolean returnsRows, Call<T> call) throws SQLException {
    if (connection.session().readOnly()) {
      makeEmptyView(kind);
      return call.run();
    }
    DB database = connection.getDatabase();
    if (connection.watch().inTransaction()) {
      make();
      return call.run();
    }
    boolean together = kind == StatementKind.CHANGE && !returnsRows;
    database._exec("BEGIN IMMEDIATE");
    boolean done = false;
    try {
      make();
      T result = together ? call.run() : null;
      database._exec("COMMIT");
      done = true;
      if (result != null) {
        return result;
      }
    } finally {
      if (!done) {
        database._exec("ROLLBACK");
      }
    }
    return call.run();
  }

  private void make() throws SQLException {
    if (!exists()) {
      connection.getDatabase()._exec(EventTable.DDL);
    }
  }

  private void makeEmptyView(StatementKind kind) throws SQLException {
    if (kind != StatementKind.QUERY) {
      throw SqlExceptions.readOnly(
          "the connection is read-only: " + connection.session().readOnlyReason().orElse(""));
    }
    try (Statement statement = connection.internalStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT 1 FROM temp.sqlite_schema WHERE name = '" + EventTable.NAME + "'")) {
      if (rows.next()) {
        return;
      }
    }
    connection.getDatabase()._exec(EventTable.EMPTY_VIEW);
  }

  /** Appends one event as a statement of its own. */
  void append(String type, String json) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO inft_events(type, payload) VALUES (?, ?)")) {
      insert.setString(1, type);
      insert.setString(2, json);
      insert.executeUpdate();
    }
  }

  /**
   * Appends one event while a statement that calls a function is running. Uses nothing but plain
   * execution, because sqlite-jdbc ends each of its own statements with an empty transaction.
   *
   * @return the event's sequence number
   */
  long appendInsideCall(String type, String json) throws SQLException, InftException {
    if (connection.session().readOnly()) {
      throw SqlExceptions.readOnly(
          "the connection is read-only: " + connection.session().readOnlyReason().orElse(""));
    }
    if (type.indexOf('\0') >= 0 || json.indexOf('\0') >= 0) {
      throw SqlExceptions.refused("an event cannot contain a zero character", "22021");
    }
    boolean alone = !connection.watch().inTransaction();
    if (alone && connection.watch().runsAChange()) {
      throw SqlExceptions.refused(
          "inft_append cannot be called by a statement that commits by itself while it changes the"
              + " database; call it in a SELECT, or begin a transaction",
          "25000");
    }
    connection.watch().noteWritten();
    if (!alone) {
      // No savepoint around it: SQLite opens none while a statement is writing.
      return appended(type, json);
    }
    connection.session().beforeCommit();
    DB database = connection.getDatabase();
    database._exec("BEGIN IMMEDIATE");
    boolean done = false;
    try {
      long sequence = appended(type, json);
      database._exec("COMMIT");
      done = true;
      connection.watch().functionCommitted();
      return sequence;
    } finally {
      if (!done) {
        database._exec("ROLLBACK");
      }
    }
  }

  private long appended(String type, String json) throws SQLException {
    make();
    connection.getDatabase()._exec(EventTable.insert(type, json));
    return newest();
  }

  private long newest() throws SQLException {
    try (Statement statement = connection.internalStatement();
        ResultSet rows = statement.executeQuery("SELECT max(seq) FROM main.inft_events")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
