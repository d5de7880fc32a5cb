package io.inft.jdbc;

import io.inft.failure.InftException;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.sql.EventTable;
import io.inft.jdbc.sql.SqlText;
import io.inft.jdbc.sql.StatementKind;
import java.security.SecureRandom;
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

  // Mutable: whether there may be a view where a read-only connection looks for the table.
  private boolean emptyView;

  EventLedger(CapturedConnection connection) {
    this.connection = connection;
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
    if (connection.isReadOnly()) {
      makeEmptyView(kind);
      return new CapturedPreparedStatement(connection, sql, kind, true);
    }
    // Alone it is rolled back as a whole: even an empty commit would be published as a version.
    return connection.watch().transaction().isOpen()
        ? compiled(
            sql, kind, "SAVEPOINT inft_compile", "ROLLBACK TO inft_compile; RELEASE inft_compile")
        : compiled(sql, kind, "BEGIN", "ROLLBACK");
  }

  private PreparedStatement compiled(String sql, StatementKind kind, String begin, String undo)
      throws SQLException {
    DB database = connection.getDatabase();
    database._exec(begin);
    PreparedStatement compiled;
    try {
      database._exec(EventTable.DDL);
      compiled = new CapturedPreparedStatement(connection, sql, kind, true);
    } catch (SQLException | RuntimeException | Error e) {
      undo(undo, e);
      throw e;
    }
    database._exec(undo);
    return compiled;
  }

  /** Whether the table exists, in this connection's view of the database. */
  boolean exists() throws SQLException {
    return answers(EventTable.EXISTS);
  }

  private boolean answers(String query) throws SQLException {
    try (Statement statement = connection.internalStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }

  /** What a view does is its author's choice, and need not end. */
  private void requireTable() throws SQLException {
    if (answers(EventTable.IS_SOMETHING_ELSE)) {
      throw SqlExceptions.refused(
          "inft_events is a view or a virtual table here, and no event can be appended to it; drop"
              + " it, and the driver makes the table",
          "42809");
    }
  }

  /**
   * Makes the table and runs a statement that names it. Without a transaction around it both become
   * one, unless the statement returns rows, which would keep that transaction open.
   */
  <T> T withTable(StatementKind kind, boolean returnsRows, CallWatch.Call<T> call)
      throws SQLException {
    if (connection.isReadOnly()) {
      makeEmptyView(kind);
      return call.run();
    }
    if (connection.watch().transaction().isOpen()) {
      make();
      return call.run();
    }
    if (kind == StatementKind.CHANGE && !returnsRows) {
      return alone(
          () -> {
            make();
            return call.run();
          });
    }
    alone(
        () -> {
          make();
          return true;
        });
    return call.run();
  }

  /** Runs something in a transaction of its own, with the write lock in hand from the beginning. */
  private <T> T alone(CallWatch.Call<T> call) throws SQLException {
    DB database = connection.getDatabase();
    database._exec("BEGIN IMMEDIATE");
    try {
      T result = call.run();
      database._exec("COMMIT");
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      undo("ROLLBACK", e);
      throw e;
    }
  }

  private void undo(String sql, Throwable because) {
    try {
      connection.getDatabase()._exec(sql);
    } catch (SQLException second) {
      // Often because the failure had rolled back already; it is what must be told.
      because.addSuppressed(second);
    }
  }

  private void make() throws SQLException {
    if (!exists()) {
      connection.getDatabase()._exec(EventTable.ddl(new SecureRandom()));
    }
  }

  private void makeEmptyView(StatementKind kind) throws SQLException {
    if (kind != StatementKind.QUERY) {
      throw refused();
    }
    try (Statement statement = connection.internalStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT 1 FROM temp.sqlite_schema WHERE name = '" + EventTable.NAME + "'")) {
      if (rows.next()) {
        return;
      }
    }
    connection.readOnlyMode().lifted(() -> connection.getDatabase()._exec(EventTable.EMPTY_VIEW));
    emptyView = true;
  }

  /** To be called before a statement: the view must not hide a table that somebody made. */
  void lookBehindView() throws SQLException {
    if (emptyView && !connection.session().readOnly() && exists()) {
      connection.readOnlyMode().lifted(this::forgetView);
    }
  }

  /** The connection may write from now on. */
  void forgetView() throws SQLException {
    if (emptyView) {
      connection.getDatabase()._exec("DROP VIEW IF EXISTS temp." + EventTable.NAME);
      emptyView = false;
    }
  }

  private SQLException refused() {
    return SqlExceptions.readOnly(
        "the connection is read-only: " + connection.readOnlyReason().orElse(""));
  }

  /** Appends one event as a statement of its own. */
  void append(String type, String json) throws SQLException {
    requireTable();
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
    if (connection.isReadOnly()) {
      throw refused();
    }
    if (type.indexOf('\0') >= 0 || json.indexOf('\0') >= 0) {
      throw SqlExceptions.refused("an event cannot contain a zero character", "22021");
    }
    connection.beginIfOwed(StatementKind.OTHER, 0);
    boolean alone = !connection.watch().transaction().isOpen();
    if (alone && connection.watch().runsAChange()) {
      throw SqlExceptions.refused(
          "inft_append cannot be called by a statement that commits by itself while it changes the"
              + " database; call it in a SELECT, or begin a transaction",
          "25000");
    }
    connection.watch().transaction().noteWritten();
    if (!alone) {
      // No savepoint around it: SQLite opens none while a statement is writing.
      return appended(type, json);
    }
    connection.session().beforeCommit();
    long sequence = alone(() -> appended(type, json));
    connection.watch().functionCommitted();
    return sequence;
  }

  private long appended(String type, String json) throws SQLException {
    requireTable();
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
