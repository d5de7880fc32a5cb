package io.inft.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.jdbc4.JDBC4Statement;

/** sqlite-jdbc's statement, with the engine told of every execution. */
final class CapturedStatement extends JDBC4Statement implements ReturningRows.Owner {
  private final CapturedConnection connection;

  // Mutable, of the thread that uses the connection.
  private StatementKind kind = StatementKind.QUERY;
  private boolean writesOpen;

  CapturedStatement(CapturedConnection connection) {
    super(connection);
    this.connection = connection;
  }

  @Override
  public boolean execute(String sql) throws SQLException {
    StatementKind now = StatementKind.of(sql);
    boolean commits = start(now);
    boolean rows;
    try {
      String text = SpecialStatements.prepared(connection, now, sql);
      rows = executeWithTable(text, now);
      SpecialStatements.done(connection, now);
    } catch (SQLException e) {
      throw connection.failure(e, commits);
    }
    if (rows && now == StatementKind.CHANGE) {
      setWritesOpen(true);
      connection.after(false, false);
    } else {
      connection.after(now.control, commits);
    }
    return rows;
  }

  private boolean executeWithTable(String sql, StatementKind now) throws SQLException {
    try {
      return super.execute(sql);
    } catch (SQLException e) {
      if (!EventTable.isMissing(e) || !EventLedger.wants(now, sql)) {
        throw e;
      }
      return connection
          .events()
          .withTable(now, SqlText.hasReturning(sql), () -> super.execute(sql));
    }
  }

  @Override
  public ResultSet executeQuery(String sql) throws SQLException {
    StatementKind now = StatementKind.of(sql);
    boolean commits = start(now);
    ResultSet rows;
    try {
      rows = queryWithTable(SpecialStatements.prepared(connection, now, sql), now);
    } catch (SQLException e) {
      throw connection.failure(e, commits);
    }
    connection.after(now.control, commits && !writesOpen);
    return rows;
  }

  private ResultSet queryWithTable(String sql, StatementKind now) throws SQLException {
    try {
      return super.executeQuery(sql);
    } catch (SQLException e) {
      if (!EventTable.isMissing(e) || !EventLedger.wants(now, sql)) {
        throw e;
      }
      return connection.events().withTable(now, true, () -> super.executeQuery(sql));
    }
  }

  /** Runs every statement in the text, as sqlite-jdbc does here and nowhere else. */
  @Override
  public long executeLargeUpdate(String sql) throws SQLException {
    Script script = Script.of(sql);
    boolean commits =
        script.commits() || (script.changes() && !connection.inTransaction()) || writesOpen;
    startCall(script.first(), commits);
    long changes;
    try {
      if (SpecialStatements.isAnswered(connection, script, sql)) {
        changes = 0;
      } else {
        SpecialStatements.prepared(connection, script.first(), sql);
        changes = updateWithTable(sql, script);
        SpecialStatements.done(connection, script.first());
      }
    } catch (SQLException e) {
      throw connection.failure(e, commits);
    }
    connection.after(script.control(), commits);
    if (script.many() && script.changes()) {
      connection.noteWritten();
    }
    return changes;
  }

  private long updateWithTable(String sql, Script script) throws SQLException {
    if (script.many()) {
      // What was executed before the failure would be executed twice, so look first.
      boolean make = EventLedger.wants(script.first(), sql) && !connection.events().exists();
      return make
          ? connection
              .events()
              .withTable(StatementKind.OTHER, false, () -> super.executeLargeUpdate(sql))
          : super.executeLargeUpdate(sql);
    }
    try {
      return super.executeLargeUpdate(sql);
    } catch (SQLException e) {
      if (!EventTable.isMissing(e) || !EventLedger.wants(script.first(), sql)) {
        throw e;
      }
      return connection
          .events()
          .withTable(
              script.first(), SqlText.hasReturning(sql), () -> super.executeLargeUpdate(sql));
    }
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    boolean changes = false;
    boolean control = false;
    boolean commits = writesOpen;
    boolean named = false;
    for (int i = 0; i < batchPos; i++) {
      String sql = (String) batch[i];
      StatementKind entry = StatementKind.of(sql);
      changes |= entry.changes;
      control |= entry.control;
      commits |= entry.commits;
      named |= EventLedger.wants(entry, sql);
    }
    commits |= changes && !connection.inTransaction();
    startCall(changes ? StatementKind.CHANGE : StatementKind.QUERY, commits);
    long[] counts;
    try {
      counts =
          named && !connection.events().exists()
              ? connection
                  .events()
                  .withTable(StatementKind.OTHER, false, () -> super.executeLargeBatch())
              : super.executeLargeBatch();
    } catch (SQLException e) {
      throw connection.failure(e, commits);
    }
    connection.after(control, commits);
    return counts;
  }

  private boolean start(StatementKind now) throws SQLException {
    boolean commits = connection.commits(now) || writesOpen;
    startCall(now, commits);
    return commits;
  }

  private void startCall(StatementKind now, boolean commits) throws SQLException {
    connection.before(now, commits);
    kind = now;
    setWritesOpen(false);
  }

  @Override
  public @Nullable ResultSet getResultSet() throws SQLException {
    ResultSet rows = super.getResultSet();
    if (rows == null || kind != StatementKind.CHANGE) {
      return rows;
    }
    setWritesOpen(true);
    return ReturningRows.of(rows, this);
  }

  @Override
  public boolean getMoreResults(int current) throws SQLException {
    boolean more = super.getMoreResults(current);
    rowsEnded(true);
    return more;
  }

  /** What sqlite-jdbc does after each INSERT is no business of the engine's. */
  @Override
  public void updateGeneratedKeys() throws SQLException {
    connection.internally(super::updateGeneratedKeys);
  }

  @Override
  public void cancel() throws SQLException {
    super.cancel();
    connection.cancelSync();
  }

  @Override
  public void close() throws SQLException {
    try {
      super.close();
    } catch (SQLException e) {
      throw connection.translated(e);
    }
    rowsEnded(true);
  }

  @Override
  public void rowsEnded(boolean forGood) throws SQLException {
    if (writesOpen) {
      if (forGood) {
        setWritesOpen(false);
      }
      connection.after(false, !connection.inTransaction());
    }
  }

  @Override
  public SQLException rowFailed(SQLException thrown) {
    return connection.failure(thrown, !connection.inTransaction());
  }

  private void setWritesOpen(boolean open) {
    if (open != writesOpen) {
      writesOpen = open;
      connection.openWrites(open ? 1 : -1);
    }
  }
}
