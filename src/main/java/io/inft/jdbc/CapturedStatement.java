package io.inft.jdbc;

import io.inft.jdbc.sql.EventTable;
import io.inft.jdbc.sql.Script;
import io.inft.jdbc.sql.SqlText;
import io.inft.jdbc.sql.StatementKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sqlite.jdbc4.JDBC4Statement;

/** sqlite-jdbc's statement, with the engine told of every execution. */
final class CapturedStatement extends JDBC4Statement {
  private final CapturedConnection connection;
  private final CallWatch watch;
  private final StatementWatch own;

  CapturedStatement(CapturedConnection connection) {
    super(connection);
    this.connection = connection;
    this.watch = connection.watch();
    this.own = new StatementWatch(watch, this);
  }

  @Override
  public boolean execute(String sql) throws SQLException {
    StatementKind now = StatementKind.of(sql);
    boolean commits = own.starts(now, sql);
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
    own.executed(rows, commits);
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
    boolean commits = own.starts(now, sql);
    ResultSet rows;
    try {
      rows = queryWithTable(SpecialStatements.prepared(connection, now, sql), now);
    } catch (SQLException e) {
      throw watch.failure(e, commits);
    }
    own.queried(commits);
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
    if (script.elsewhere()) {
      watch.turn().writesElsewhere();
    }
    boolean commits =
        own.starts(
            script.many() ? script.kind() : watch.asked(script.first(), sql),
            script.commits() || (script.changes() && !watch.transaction().isOpenOrOwed()),
            script.locks());
    long changes;
    try {
      if (script.first() == StatementKind.RESTORE) {
        DatabaseImage.restore(connection, sql, () -> super.executeLargeUpdate(sql));
        changes = 0;
      } else {
        changes = updateWithTable(sql, script);
      }
    } catch (SQLException e) {
      throw watch.failure(e, commits);
    }
    watch.after(script.control(), commits);
    if (script.many() && script.changes()) {
      watch.transaction().noteWritten();
    }
    return changes;
  }

  private long updateWithTable(String sql, Script script) throws SQLException {
    if (script.many()) {
      // What was executed before the failure would be executed twice, so look first.
      boolean make = EventLedger.wants(script.first(), sql) && !connection.events().exists();
      return make
          ? connection.events().withTable(StatementKind.OTHER, false, () -> inParts(script))
          : inParts(script);
    }
    try {
      return inParts(script);
    } catch (SQLException e) {
      if (!EventTable.isMissing(e) || !EventLedger.wants(script.first(), sql)) {
        throw e;
      }
      return connection
          .events()
          .withTable(script.first(), SqlText.hasReturning(sql), () -> inParts(script));
    }
  }

  private long inParts(Script script) throws SQLException {
    long changes = 0;
    for (Script.Part part : script.parts()) {
      if (part.kind().isSpecial()) {
        SpecialStatements.answered(connection, part.kind(), part.sql());
      } else {
        changes += super.executeLargeUpdate(part.sql());
      }
    }
    return changes;
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    boolean changes = false;
    boolean control = false;
    boolean ends = false;
    boolean named = false;
    boolean locks = false;
    Map<Integer, String> special = new TreeMap<>();
    for (int i = 0; i < batchPos; i++) {
      String sql = (String) batch[i];
      StatementKind entry = StatementKind.of(sql);
      if (entry.isSpecial()) {
        special.put(i, sql);
        batch[i] = SpecialStatements.NOTHING;
      }
      changes |= entry.changes;
      control |= entry.control;
      ends |= entry.commits;
      named |= EventLedger.wants(entry, sql);
      locks |= SqlText.takesWriteLock(entry, sql);
      if (SqlText.writesElsewhere(entry, sql)) {
        watch.turn().writesElsewhere();
      }
    }
    boolean commits =
        own.starts(
            changes ? StatementKind.CHANGE : StatementKind.QUERY,
            ends || (changes && (control || !watch.transaction().isOpenOrOwed())),
            locks);
    long[] counts;
    try {
      counts =
          named && !connection.events().exists()
              ? connection
                  .events()
                  .withTable(StatementKind.OTHER, false, () -> super.executeLargeBatch())
              : super.executeLargeBatch();
      for (Map.Entry<Integer, String> entry : special.entrySet()) {
        String sql = entry.getValue();
        SpecialStatements.answered(connection, StatementKind.of(sql), sql);
        counts[entry.getKey()] = 0;
      }
    } catch (SQLException e) {
      throw watch.failure(e, commits);
    }
    watch.after(control, commits);
    return counts;
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
