package io.inft.jdbc;

import io.inft.jdbc.sql.SqlText;
import io.inft.jdbc.sql.StatementKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What one statement tells the engine: of each execution, and of the end of the rows of INSERT,
 * UPDATE or DELETE … RETURNING, which is when SQLite commits. Used by the thread that uses the
 * connection.
 */
final class StatementWatch implements ReturningRows.Owner {
  private final CallWatch watch;
  private final Statement statement;

  // Mutable: what was executed last, and whether its rows are still to end.
  private StatementKind kind = StatementKind.QUERY;
  private boolean writesOpen;

  StatementWatch(CallWatch watch, Statement statement) {
    this.watch = watch;
    this.statement = statement;
  }

  /** To be called before an execution; answers whether SQLite may commit in it. */
  boolean starts(StatementKind now, String sql) throws SQLException {
    if (watch.isPartial()) {
      watch.waitsAtMost(statement.getQueryTimeout());
    }
    if (!writesOpen && watch.isQuiet(now, sql)) {
      watch.beforeQuietly(StatementKind.SESSION);
      kind = now;
      return false;
    }
    if (SqlText.writesElsewhere(now, sql)) {
      watch.turn().writesElsewhere();
    }
    return starts(watch.asked(now, sql), watch.commits(now), SqlText.takesWriteLock(now, sql));
  }

  /**
   * The same for a text of many statements.
   *
   * @param locks whether any takes SQLite's write lock
   */
  boolean starts(StatementKind now, boolean mayCommit, boolean locks) throws SQLException {
    boolean commits = mayCommit || writesOpen;
    watch.before(
        now, mayCommit, writesOpen, new CallWatch.Locks(locks, statement.getQueryTimeout()));
    kind = now;
    setWritesOpen(false);
    return commits;
  }

  /** To be called after {@code execute}, which may have rows to give. */
  void executed(boolean rows, boolean commits) throws SQLException {
    if (rows && kind == StatementKind.CHANGE) {
      setWritesOpen(true);
      watch.after(false, false);
    } else {
      watch.after(kind.control, commits);
    }
  }

  /** To be called after {@code executeQuery}. */
  void queried(boolean commits) throws SQLException {
    watch.after(kind.control, commits && !writesOpen);
  }

  /** The rows to hand out. */
  @Nullable ResultSet handedOut(@Nullable ResultSet rows) {
    if (rows == null || kind != StatementKind.CHANGE) {
      return rows == null ? null : read(rows);
    }
    setWritesOpen(true);
    return ReturningRows.of(rows, this);
  }

  /** Rows of a query, each of which may take a fetch as long as not all pages are here. */
  ResultSet read(ResultSet rows) {
    return watch.isPartial() ? ReturningRows.of(rows, this) : rows;
  }

  @Override
  public void rowWanted() {
    watch.beforeRow();
  }

  @Override
  public void rowsEnded(boolean forGood) throws SQLException {
    if (writesOpen) {
      if (forGood) {
        setWritesOpen(false);
      }
      watch.after(false, !watch.transaction().isOpen());
    }
  }

  @Override
  public SQLException rowFailed(SQLException thrown) {
    return watch.failure(thrown, !watch.transaction().isOpen());
  }

  private void setWritesOpen(boolean open) {
    if (open != writesOpen) {
      writesOpen = open;
      watch.openWrites(open ? 1 : -1);
    }
  }
}
