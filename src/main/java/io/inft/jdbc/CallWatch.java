package io.inft.jdbc;

import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.sql.SqlText;
import io.inft.jdbc.sql.StatementKind;
import io.inft.replica.Session;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What one connection tells the engine around every call that reaches SQLite. Used by the thread
 * that uses the connection; {@link #finish} may come from any.
 *
 * <p>What a call may have committed is guessed from its text; what was committed the engine reads
 * from SQLite's log. The guess only decides whether a commit with durability=anchored waits.
 */
public final class CallWatch {
  private final CapturedConnection connection;
  private final Session session;
  private final TransactionState transaction;
  private final WriteTurn turn;

  // Mutable, of the thread that uses the connection.
  private boolean functionCommitted;
  private int openWrites;
  private boolean rowsStayOpen;
  private StatementKind running = StatementKind.QUERY;
  private @Nullable SQLException functionFailure;

  // Mutable, of any thread.
  private volatile @Nullable String finished;

  public CallWatch(CapturedConnection connection, Session session) {
    this.connection = connection;
    this.session = session;
    this.transaction = new TransactionState(connection);
    this.turn = new WriteTurn(connection, session.writers());
  }

  WriteTurn turn() {
    return turn;
  }

  public TransactionState transaction() {
    return transaction;
  }

  /** Whether a statement of this kind commits by itself or ends the transaction. */
  boolean commits(StatementKind kind) {
    return kind.commits || (kind.changes && !transaction.isOpenOrOwed());
  }

  /** Whether what runs now is a statement that changes the database by itself. */
  boolean runsAChange() {
    return running.changes;
  }

  /** To be called before SQLite; {@code commits} if SQLite may commit in this call. */
  void before(StatementKind kind, boolean commits) throws SQLException {
    before(kind, commits, false, Locks.NONE);
  }

  /**
   * What a call wants with SQLite's write lock.
   *
   * @param takes whether it takes it, as far as its text shows
   * @param seconds how long it may wait, 0 for the connection's busy_timeout
   */
  record Locks(boolean takes, int seconds) {
    static final Locks NONE = new Locks(false, 0);
  }

  /**
   * The same for a statement.
   *
   * @param commits whether it may commit something by itself
   * @param rowsOpen whether it has changed the database and its rows did not end; they end now,
   *     which commits too
   */
  void before(StatementKind kind, boolean commits, boolean rowsOpen, Locks locks)
      throws SQLException {
    requireUnfinished();
    try {
      session.beforeCall();
      if (commits || rowsOpen) {
        session.beforeCommit();
      }
    } catch (InftException e) {
      throw failed(e);
    }
    begins(kind, commits, rowsOpen, locks);
  }

  /**
   * To be called before SQLite instead of {@link #before} by what pools and frameworks do by
   * themselves, and whose failure no application gets to see: setting a connection up, trying it,
   * putting it back. That the line was put aside is left to the application's next call.
   */
  void beforeQuietly(StatementKind kind) throws SQLException {
    requireUnfinished();
    begins(kind, false, false, Locks.NONE);
  }

  /** The kind of a statement, as far as it matters here: what owes no BEGIN is of the session. */
  StatementKind asked(StatementKind kind, String sql) {
    boolean session =
        kind == StatementKind.QUERY && transaction.owesBegin() && SqlText.isOfSession(sql);
    return session ? StatementKind.SESSION : kind;
  }

  private void requireUnfinished() throws SQLException {
    String reason = finished;
    if (reason != null) {
      throw SqlExceptions.closed(reason);
    }
    session.enter();
  }

  /** To be called before SQLite gives one more row; costs nothing once all pages are here. */
  void beforeRow() {
    session.enter();
  }

  /** Whether each row may take a fetch, and fail as fetches do. */
  boolean isPartial() {
    return session.isPartial();
  }

  /** Lets a statement wait for pages as long as its query timeout says, in seconds; 0 for ever. */
  void waitsAtMost(int seconds) {
    if (session.isPartial()) {
      session.waitAtMost(Duration.ofSeconds(seconds));
    }
  }

  private void begins(StatementKind kind, boolean commits, boolean rowsOpen, Locks locks)
      throws SQLException {
    rowsStayOpen = openWrites > (rowsOpen ? 1 : 0);
    if (rowsStayOpen && commits && !kind.control && !transaction.isOpenOrOwed()) {
      // It could not commit, and sqlite-jdbc would leave a transaction open that nobody ends.
      throw SqlExceptions.refused(
          "the rows of an earlier statement with RETURNING are still open, and it commits when they"
              + " end: read them to the end, or close them, before the next change",
          "HY010");
    }
    running = kind;
    functionFailure = null;
    turn.calling();
    if (locks.takes()) {
      takeTurn(!transaction.hasRead(), locks.seconds());
    }
    if (kind.needsTransaction()) {
      connection.beginIfOwed(kind, locks.seconds());
      connection.events().lookBehindView();
    }
    transaction.calling(
        kind.changes || kind == StatementKind.BEGIN_WRITING,
        !kind.control && kind != StatementKind.SESSION);
  }

  /** Waits until it is this connection's turn to take SQLite's write lock. */
  void takeTurn(boolean mayWait, int seconds) throws SQLException {
    try {
      turn.take(mayWait, seconds);
    } catch (SQLException e) {
      requireUnfinished(); // aborted meanwhile
      throw translated(e);
    }
    requireUnfinished();
  }

  private boolean holdsLock() {
    return transaction.isOpen() || openWrites > 0;
  }

  /**
   * To be called after SQLite succeeded.
   *
   * @param control whether a transaction may have begun or ended
   */
  void after(boolean control, boolean commits) throws SQLException {
    rowsStayOpen = false;
    if (control) {
      transaction.look(running == StatementKind.BEGIN_WRITING);
    }
    turn.after(holdsLock()); // nobody waits for the chain with it
    boolean mayHaveCommitted = commits;
    if (functionCommitted) {
      functionCommitted = false;
      mayHaveCommitted = true;
    }
    try {
      session.afterCall(transaction.isOpen(), mayHaveCommitted);
    } catch (InftException e) {
      throw failed(e);
    }
  }

  /** To be called after SQLite failed; gives the exception to throw. */
  SQLException failure(SQLException thrown, boolean commits) {
    rowsStayOpen = false;
    if (!connection.getDatabase().isClosed()) {
      transaction.lookAfterFailure(running == StatementKind.BEGIN_WRITING);
    }
    turn.failed(thrown, holdsLock());
    SQLException result = translated(thrown);
    try {
      session.afterCall(transaction.isOpen(), commits);
    } catch (InftException e) {
      result.addSuppressed(failed(e));
    }
    return result;
  }

  /** Tells a call that only reads, or that does what {@code commits} says. */
  <T> T told(StatementKind kind, boolean commits, Call<T> call) throws SQLException {
    before(kind, commits);
    T result;
    try {
      result = call.run();
    } catch (SQLException e) {
      throw failure(e, commits);
    }
    after(commits, commits);
    return result;
  }

  /** The same for a call that pools make by themselves. */
  <T> T toldQuietly(Call<T> call) throws SQLException {
    beforeQuietly(StatementKind.SESSION);
    T result;
    try {
      result = call.run();
    } catch (SQLException e) {
      throw failure(e, false);
    }
    after(false, false);
    return result;
  }

  /**
   * Whether a statement is what pools try a connection with, or set it up by, at a moment when the
   * application is to be told something: then it is answered, and the application's own is not.
   */
  boolean isQuiet(StatementKind kind, String sql) {
    return kind == StatementKind.QUERY && session.hasNews() && SqlText.readsNoTable(sql);
  }

  /** Something that talks to SQLite and has an answer. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws SQLException;
  }

  /** The exception to throw for one of sqlite-jdbc's. */
  SQLException translated(SQLException thrown) {
    Optional<InftException> behind = isOfFile(thrown) ? session.takeFailure() : Optional.empty();
    if (behind.isPresent()) {
      SQLException typed = failed(behind.get());
      typed.addSuppressed(thrown);
      return typed;
    }
    SQLException ofFunction = functionFailure;
    if (ofFunction != null) {
      functionFailure = null;
      ofFunction.addSuppressed(thrown);
      return ofFunction;
    }
    return SqlExceptions.of(thrown, connection.situation());
  }

  /** Whether SQLite says that its file failed it. */
  private static boolean isOfFile(SQLException thrown) {
    Throwable decisive =
        thrown instanceof BatchUpdateException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (!(decisive instanceof SQLiteException sqlite)) {
      return false;
    }
    int code = sqlite.getResultCode().code & 0xff;
    return code == SQLiteErrorCode.SQLITE_IOERR.code
        || code == SQLiteErrorCode.SQLITE_CANTOPEN.code;
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

  /** Counts statements that changed the database and commit only when their rows end. */
  void openWrites(int more) {
    openWrites += more;
  }

  boolean hasOpenWrites() {
    return openWrites > 0;
  }

  /**
   * Whether a call is under way while rows are open that keep SQLite from committing: sqlite-jdbc
   * must not try to, as it does after whatever gives no rows.
   */
  boolean cannotCommit() {
    return rowsStayOpen;
  }

  /** Remembers why a SQL function failed, because SQLite only keeps a text. */
  void functionFailed(SQLException failure) {
    functionFailure = failure;
  }

  /** Remembers that a SQL function committed while a query ran. */
  void functionCommitted() {
    functionCommitted = true;
  }
}
