package io.inft.jdbc;

import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.replica.Session;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What one connection tells the engine around every call that reaches SQLite, and what it knows
 * about SQLite's transaction. Used by the thread that uses the connection; {@link #finish} may come
 * from any.
 *
 * <p>What a call may have committed is guessed from its text; what was committed the engine reads
 * from SQLite's log. The guess only decides whether a commit with durability=anchored waits.
 */
final class CallWatch {
  private final CapturedConnection connection;
  private final Session session;

  // Mutable, of the thread that uses the connection.
  private boolean inTransaction;
  private boolean hasWritten;
  private boolean beginOwed;
  private boolean functionCommitted;
  private int openWrites;
  private StatementKind running = StatementKind.QUERY;
  private @Nullable SQLException functionFailure;

  // Mutable, of any thread.
  private volatile @Nullable String finished;

  CallWatch(CapturedConnection connection, Session session) {
    this.connection = connection;
    this.session = session;
  }

  /** Whether a statement of this kind commits by itself or ends the transaction. */
  boolean commits(StatementKind kind) {
    return kind.commits || (kind.changes && !inTransaction);
  }

  boolean inTransaction() {
    return inTransaction;
  }

  /** Whether the open transaction holds, or may hold, SQLite's write lock. */
  boolean hasWritten() {
    return inTransaction && (hasWritten || connection.beganWithLock());
  }

  /** Whether what runs now is a statement that changes the database by itself. */
  boolean runsAChange() {
    return running.changes;
  }

  /** To be called before SQLite; {@code commits} if SQLite may commit in this call. */
  void before(StatementKind kind, boolean commits) throws SQLException {
    String reason = finished;
    if (reason != null) {
      throw SqlExceptions.closed(reason);
    }
    try {
      session.beforeCall();
      if (commits) {
        session.beforeCommit();
      }
    } catch (InftException e) {
      throw failed(e);
    }
    running = kind;
    functionFailure = null;
    if (beginOwed) {
      connection.begin();
    }
    if (kind.changes || kind == StatementKind.BEGIN_WRITING) {
      hasWritten = true;
    }
  }

  /**
   * To be called after SQLite succeeded.
   *
   * @param control whether a transaction may have begun or ended
   */
  void after(boolean control, boolean commits) throws SQLException {
    if (control) {
      lookForTransaction();
    }
    boolean mayHaveCommitted = commits;
    if (functionCommitted) {
      functionCommitted = false;
      mayHaveCommitted = true;
    }
    try {
      session.afterCall(inTransaction, mayHaveCommitted);
    } catch (InftException e) {
      throw failed(e);
    }
  }

  /** To be called after SQLite failed; gives the exception to throw. */
  SQLException failure(SQLException thrown, boolean commits) {
    if (inTransaction && !connection.getDatabase().isClosed()) {
      // Some failures roll the whole transaction back.
      lookForTransaction();
    }
    SQLException result = translated(thrown);
    try {
      session.afterCall(inTransaction, commits);
    } catch (InftException e) {
      result.addSuppressed(failed(e));
    }
    return result;
  }

  /** The exception to throw for one of sqlite-jdbc's. */
  SQLException translated(SQLException thrown) {
    SQLException ofFunction = functionFailure;
    if (ofFunction != null) {
      functionFailure = null;
      ofFunction.addSuppressed(thrown);
      return ofFunction;
    }
    return SqlExceptions.of(thrown, session.readOnlyReason().orElse(null));
  }

  /**
   * The exception to throw for one of the engine's. A fork is told once and ends the connection.
   */
  SQLException failed(InftException failure) {
    if (failure instanceof ForkException) {
      finish(String.valueOf(failure.getMessage()));
    }
    return SqlExceptions.of(failure);
  }

  /** From now on every call fails with 08003 and this reason; the first reason stands. */
  void finish(String reason) {
    if (finished == null) {
      finished = reason;
    }
  }

  boolean isFinished() {
    return finished != null;
  }

  /** A transaction is open now. */
  void began(boolean writing) {
    beginOwed = false;
    inTransaction = true;
    hasWritten = writing;
  }

  /** No transaction is open now. */
  void ended() {
    inTransaction = false;
    hasWritten = false;
  }

  /**
   * The next call must begin a transaction first, because JDBC has one open and SQLite has none.
   */
  void owesBegin(boolean owed) {
    beginOwed = owed;
  }

  boolean owesBegin() {
    return beginOwed;
  }

  /** Counts statements that changed the database and commit only when their rows end. */
  void openWrites(int more) {
    openWrites += more;
  }

  boolean hasOpenWrites() {
    return openWrites > 0;
  }

  /** Remembers that the open transaction may hold the write lock. */
  void noteWritten() {
    hasWritten = true;
  }

  /** Remembers why a SQL function failed, because SQLite only keeps a text. */
  void functionFailed(SQLException failure) {
    functionFailure = failure;
  }

  /** Remembers that a SQL function committed while a query ran. */
  void functionCommitted() {
    functionCommitted = true;
  }

  /**
   * Asks SQLite whether a transaction is open. This pragma has no effect on the temp schema, and
   * SQLite refuses it inside a transaction, which is the only thing of interest here.
   */
  private void lookForTransaction() {
    boolean open = inTransaction;
    try {
      connection.getDatabase().exec("pragma temp.synchronous=1", false);
      open = false;
    } catch (SQLException e) {
      if (String.valueOf(e.getMessage()).contains("inside a transaction")) {
        open = true;
      }
    }
    if (!open) {
      ended();
    } else if (!inTransaction) {
      began(running == StatementKind.BEGIN_WRITING);
    }
  }
}
