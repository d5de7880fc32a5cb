package io.inft.jdbc;

import io.inft.jdbc.sql.StatementKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/** sqlite-jdbc's prepared statement, with the engine told of every execution. */
final class CapturedPreparedStatement extends JDBC4PreparedStatement {
  private final CapturedConnection connection;
  private final CallWatch watch;
  private final StatementKind kind;
  private final String original;
  private final boolean namesEventTable;
  private final StatementWatch own;

  CapturedPreparedStatement(
      CapturedConnection connection, String sql, StatementKind kind, boolean namesEventTable)
      throws SQLException {
    super(connection, SpecialStatements.compilable(connection, kind, sql));
    this.connection = connection;
    this.watch = connection.watch();
    this.own = new StatementWatch(watch, this);
    this.kind = kind;
    this.original = sql;
    this.namesEventTable = namesEventTable;
  }

  @Override
  public boolean execute() throws SQLException {
    boolean commits = own.starts(kind, original);
    boolean rows;
    try {
      refresh();
      rows = missesTable() ? withTable(() -> super.execute()) : super.execute();
    } catch (SQLException e) {
      throw watch.failure(e, commits);
    }
    own.executed(rows, commits);
    return rows;
  }

  @Override
  public ResultSet executeQuery() throws SQLException {
    boolean commits = own.starts(kind, original);
    ResultSet rows;
    try {
      refresh();
      rows = missesTable() ? withTable(() -> super.executeQuery()) : super.executeQuery();
    } catch (SQLException e) {
      throw watch.failure(e, commits);
    }
    own.queried(commits);
    return rows;
  }

  @Override
  public int executeUpdate() throws SQLException {
    return (int) executeLargeUpdate();
  }

  @Override
  public long executeLargeUpdate() throws SQLException {
    boolean commits = own.starts(kind, original);
    long changes;
    try {
      changes =
          missesTable() ? withTable(() -> super.executeLargeUpdate()) : super.executeLargeUpdate();
    } catch (SQLException e) {
      throw watch.failure(e, commits);
    }
    watch.after(kind.control, commits);
    return changes;
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    boolean commits = own.starts(kind, original);
    long[] counts;
    try {
      counts =
          missesTable() ? withTable(() -> super.executeLargeBatch()) : super.executeLargeBatch();
    } catch (SQLException e) {
      throw watch.failure(e, commits);
    }
    watch.after(kind.control, commits);
    return counts;
  }

  /** A checkpoint has a new answer each time, so its statement is compiled anew. */
  private void refresh() throws SQLException {
    if (kind == StatementKind.CHECKPOINT) {
      rs.close();
      sql = SpecialStatements.prepared(connection, kind, original);
      connection.getDatabase().prepare(this);
    }
  }

  private boolean missesTable() throws SQLException {
    return namesEventTable && !connection.events().exists();
  }

  private <T> T withTable(CallWatch.Call<T> call) throws SQLException {
    return connection.events().withTable(kind, columnCount != 0, call);
  }

  @Override
  public @Nullable ResultSet getResultSet() throws SQLException {
    return own.handedOut(super.getResultSet());
  }

  @Override
  public boolean getMoreResults(int current) throws SQLException {
    boolean more = super.getMoreResults(current);
    own.rowsEnded(true);
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
    watch.turn().cancel();
    connection.engine().cancelSync();
  }

  @Override
  public void close() throws SQLException {
    try {
      super.close();
    } catch (SQLException e) {
      throw watch.translated(e);
    }
    own.rowsEnded(true);
  }
}
