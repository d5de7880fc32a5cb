package io.inft.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.jdbc4.JDBC4Statement;

/** sqlite-jdbc's statement, with the engine told of every execution. */
final class CapturedStatement extends JDBC4Statement implements ReturningRows.Owner {
  private final CapturedConnection connection;
  private final CallWatch watch;

  // Mutable, of the thread that uses the connection.
  private StatementKind kind = StatementKind.QUERY;
  private boolean writesOpen;

  CapturedStatement(CapturedConnection connection) {
    super(connection);
    this.connection = connection;
    this.watch = connection.watch();
  }

  @Override
  public boolean execute(String sql) throws SQLException {
    StatementKind now = StatementKind.of(sql);
    boolean commits = start(now);
    boolean rows;
    try {
      if (now == StatementKind.RESTORE) {
        DatabaseImage.restore(connection, sql, () -> super.execute(sql));
        rows = false;
      } else {
        rows = executeWithTable(SpecialStatements.prepared(connection, now, sql), now);
      }
    } catch (SQLException e) {
      throw watch.failure(e, commits);
    }
    if (rows && now == StatementKind.CHANGE) {
      setWritesOpen(true);
      watch.after(false, false);
    } else {
      watch.after(now.control, commits);
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
      throw watch.failure(e, commits);
    }
    watch.after(now.control, commits && !writesOpen);
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
        script.commits() || (script.changes() && !watch.inTransaction()) || writesOpen;
    startCall(script.first(), commits);
    long changes;
    try {
      if (script.first() == StatementKind.RESTORE) {
        DatabaseImage.restore(connection, sql, () -> super.executeLargeUpdate(sql));
        changes = 0;
      } else if (SpecialStatements.isAnswered(connection, script, sql)) {
        changes = 0;
      } else {
        changes = updateWithTable(sql, script);
      }
    } catch (SQLException e) {
      throw watch.failure(e, commits);
    }
    watch.after(script.control(), commits);
    if (script.many() && script.changes()) {
      watch.noteWritten();
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
    commits |= changes && !watch.inTransaction();
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
      throw watch.failure(e, commits);
    }
    watch.after(control, commits);
    return counts;
  }

  private boolean start(StatementKind now) throws SQLException {
    boolean commits = watch.commits(now) || writesOpen;
    startCall(now, commits);
    return commits;
  }

  private void startCall(StatementKind now, boolean commits) throws SQLException {
    watch.before(now, commits);
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
      throw watch.translated(e);
    }
    rowsEnded(true);
  }

  @Override
  public void rowsEnded(boolean forGood) throws SQLException {
    if (writesOpen) {
      if (forGood) {
        setWritesOpen(false);
      }
      watch.after(false, !watch.inTransaction());
    }
  }

  @Override
  public SQLException rowFailed(SQLException thrown) {
    return watch.failure(thrown, !watch.inTransaction());
  }

  private void setWritesOpen(boolean open) {
    if (open != writesOpen) {
      writesOpen = open;
      watch.openWrites(open ? 1 : -1);
    }
  }
}
