package io.inft.jdbc;

import io.inft.custody.CustodyReport;
import io.inft.custody.Verification;
import io.inft.diff.DatabaseDiff;
import io.inft.diff.DiffListener;
import io.inft.diff.DiffOptions;
import io.inft.diff.DiffState;
import io.inft.failure.InftException;
import io.inft.jdbc.errors.Situation;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.sql.StatementKind;
import io.inft.proof.EventProof;
import io.inft.proof.RowProof;
import io.inft.proof.tables.RowSearch;
import io.inft.registry.Anchored;
import io.inft.replica.DatabaseStatus;
import io.inft.replica.KeyringState;
import io.inft.replica.Session;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.restore.LogEntry;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.sqlite.jdbc4.JDBC4Connection;
import org.sqlite.jdbc4.JDBC4Statement;

/**
 * sqlite-jdbc's connection, with the engine told before and after every call that reaches SQLite.
 * It is a subclass, so that {@code unwrap}, functions, listeners and casts to SQLiteConnection go
 * on working.
 *
 * <p>What a call may have committed is guessed here from its text; what was committed the engine
 * reads from SQLite's log. The guess only decides whether a commit with durability=anchored waits.
 */
public final class CapturedConnection extends JDBC4Connection implements InftConnection {
  private final Session session;
  private final CallWatch watch;
  private final EventLedger events;
  private final EngineCalls engine;
  private final Demarcation demarcation;
  private final Warnings warnings = new Warnings();
  private final ReadOnlyMode readOnly;
  private final ConnectionEnd end;

  /** False while the superclass's constructor runs and the fields above are not there yet. */
  private final boolean built;

  // Mutable: the thread whose statements are internal.
  private @Nullable Thread internalThread;

  /**
   * Opens the session's database. If this fails, the session is still the caller's to close.
   *
   * @param url the URL as it was given, without secrets; what metadata report
   * @param properties what sqlite-jdbc gets to see
   */
  public CapturedConnection(String url, Session session, Properties properties)
      throws SQLException {
    this(url, session.fileName(), session, properties);
  }

  private CapturedConnection(String url, String fileName, Session session, Properties properties)
      throws SQLException {
    super(url, fileName, properties);
    this.session = session;
    this.watch = new CallWatch(this, session);
    this.events = new EventLedger(this);
    this.engine = new EngineCalls(session, watch, events);
    this.demarcation = new Demarcation(this, watch);
    this.readOnly = new ReadOnlyMode(this, watch);
    this.end = new ConnectionEnd(this, session, watch, super::close);
    this.built = true;
    boolean registered = false;
    try {
      SqlFunctions.register(this);
      registered = true;
    } finally {
      if (!registered) {
        super.close();
      }
    }
    OpenConnections.add(this);
  }

  /** Opens it as the session's database wants to be opened. */
  public static CapturedConnection open(String url, Session session, Properties properties)
      throws InftException, SQLException {
    return session.connect(name -> new CapturedConnection(url, name, session, properties));
  }

  Session session() {
    return session;
  }

  public CallWatch watch() {
    return watch;
  }

  EventLedger events() {
    return events;
  }

  EngineCalls engine() {
    return engine;
  }

  // Transactions --------------------------------------------------------------------------------

  @Override
  public void setAutoCommit(boolean autoCommit) throws SQLException {
    if (getAutoCommit() != autoCommit) {
      demarcation.autoCommit(autoCommit);
    }
  }

  /** While rows keep SQLite from committing, sqlite-jdbc must not try; it asks here. */
  @Override
  public boolean getAutoCommit() throws SQLException {
    return super.getAutoCommit() && !(built && watch.cannotCommit());
  }

  @Override
  public void commit() throws SQLException {
    demarcation.commit();
  }

  @Override
  public void rollback() throws SQLException {
    demarcation.rollback();
  }

  /**
   * Begins SQLite's transaction for JDBC's, if that is still to be done.
   *
   * @param seconds how long it may wait for the write lock, 0 for busy_timeout
   */
  void beginIfOwed(StatementKind kind, int seconds) throws SQLException {
    demarcation.beginIfOwed(kind, seconds);
  }

  /** Nothing, because each transaction here begins in the mode that it needs. */
  @Override
  public void tryEnforceTransactionMode() {}

  @Override
  public Savepoint setSavepoint() throws SQLException {
    return demarcation.savepoint(() -> super.setSavepoint());
  }

  @Override
  public Savepoint setSavepoint(@Nullable String name) throws SQLException {
    return name == null ? setSavepoint() : demarcation.savepoint(() -> super.setSavepoint(name));
  }

  @Override
  public void releaseSavepoint(Savepoint savepoint) throws SQLException {
    demarcation.release(() -> super.releaseSavepoint(savepoint));
  }

  @Override
  public void rollback(Savepoint savepoint) throws SQLException {
    demarcation.rollbackTo(() -> super.rollback(savepoint));
  }

  @Override
  public void setTransactionIsolation(int level) throws SQLException {
    watch.toldQuietly(
        () -> {
          super.setTransactionIsolation(level);
          return true;
        });
  }

  // Only reading --------------------------------------------------------------------------------

  /**
   * On a connection that may write, transactions take no lock from now on and changes are refused.
   *
   * @throws SQLException 25001 inside a transaction
   */
  @Override
  public void setReadOnly(boolean wanted) throws SQLException {
    if (!built) {
      super.setReadOnly(wanted);
    } else if (session.readOnly() || super.isReadOnly()) {
      // JDBC calls it a hint; pools give it to every connection.
      if (!wanted) {
        warn("the connection stays read-only: " + readOnlyReason().orElse(""));
      }
    } else {
      readOnly.set(wanted);
    }
  }

  @Override
  public boolean isReadOnly() {
    return super.isReadOnly() || (built && (session.readOnly() || readOnly.isOn()));
  }

  /** Why changes are refused; empty when they are not. */
  Optional<String> readOnlyReason() {
    if (readOnly.isOn()) {
      return Optional.of(ReadOnlyMode.REASON);
    }
    return session
        .readOnlyReason()
        .or(() -> isReadOnly() ? Optional.of("it was opened with open_mode=1") : Optional.empty());
  }

  /** What there is to know when SQLite refuses something. */
  Situation situation() {
    return new Situation(readOnlyReason(), demarcation.takesLockFirst(), getBusyTimeout());
  }

  ReadOnlyMode readOnlyMode() {
    return readOnly;
  }

  // Statements ----------------------------------------------------------------------------------

  @Override
  public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
    if (!built || internalThread == Thread.currentThread()) {
      return super.createStatement(type, concurrency, holdability);
    }
    requireUsable(type, concurrency, holdability);
    return new CapturedStatement(this);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    if (!built || internalThread == Thread.currentThread()) {
      return super.prepareStatement(sql, type, concurrency, holdability);
    }
    requireUsable(type, concurrency, holdability);
    watch.beforeQuietly(StatementKind.SESSION); // whoever executes it is told
    try {
      return events.compiled(sql);
    } catch (SQLException e) {
      throw watch.failure(e, false);
    }
  }

  private void requireUsable(int type, int concurrency, int holdability) throws SQLException {
    checkOpen();
    try {
      checkCursor(type, concurrency, holdability);
    } catch (SQLException e) {
      throw watch.translated(e);
    }
  }

  @Override
  protected void checkOpen() throws SQLException {
    if (isClosed()) {
      throw SqlExceptions.closed("database connection closed");
    }
  }

  /** A statement that the engine is not told of, for what this driver does inside a user's call. */
  Statement internalStatement() {
    return new JDBC4Statement(this);
  }

  /** While this runs, the current thread's statements are internal ones. */
  void internally(SqlAction action) throws SQLException {
    Thread before = internalThread;
    internalThread = Thread.currentThread();
    try {
      action.run();
    } finally {
      internalThread = before;
    }
  }

  /** Something that talks to SQLite. */
  @FunctionalInterface
  interface SqlAction {
    void run() throws SQLException;
  }

  // Life and death ------------------------------------------------------------------------------

  @Override
  public boolean isValid(int timeoutSeconds) throws SQLException {
    if (timeoutSeconds < 0) {
      throw SqlExceptions.refused("a timeout cannot be negative", "22023");
    }
    if (isClosed() || watch.isFinished() || !session.valid()) {
      return false;
    }
    try {
      return super.isValid(timeoutSeconds);
    } catch (SQLException e) {
      warn("the connection is not valid: " + e.getMessage());
      return false;
    }
  }

  /** Closed for everybody as soon as it is aborted, except for the thread that does the closing. */
  @Override
  public boolean isClosed() throws SQLException {
    return (built && end.isAborted()) || super.isClosed();
  }

  /**
   * Closes SQLite's handle first, then gives the session back, which may publish.
   *
   * @throws SQLException 08007 if what is committed could not be anchored in time, 40001 if it was
   *     put aside and nobody was told; the connection is closed all the same
   */
  @Override
  public void close() throws SQLException {
    end.close();
  }

  /** Interrupts what runs, wakes what waits, and closes in the background. */
  @Override
  public void abort(@Nullable Executor executor) throws SQLException {
    end.abort(executor);
  }

  @Override
  public byte[] serialize(String schema) throws SQLException {
    return watch.told(
        StatementKind.QUERY, false, () -> DatabaseImage.readable(super.serialize(schema)));
  }

  /**
   * Replaces the content of the database, in place: sqlite-jdbc's own would put an image in memory
   * where the file was, and everything after that would be lost.
   */
  @Override
  public void deserialize(String schema, byte[] image) throws SQLException {
    if (!schema.equalsIgnoreCase("main")) {
      super.deserialize(schema, image);
      return;
    }
    DatabaseImage.restore(this, image);
  }

  // Warnings ------------------------------------------------------------------------------------

  void warn(String message) {
    warnings.add(message);
  }

  @Override
  public @Nullable SQLWarning getWarnings() throws SQLException {
    checkOpen();
    return warnings.all(session);
  }

  @Override
  public void clearWarnings() throws SQLException {
    checkOpen();
    warnings.clear();
  }

  // InftConnection ------------------------------------------------------------------------------

  @Override
  public long version() throws SQLException {
    checkOpen();
    return session.version();
  }

  @Override
  public DatabaseStatus status() throws SQLException {
    checkOpen();
    return engine.answer(Session::status);
  }

  @Override
  public List<Anchored> history() throws SQLException {
    checkOpen();
    return engine.answer(Session::history);
  }

  @Override
  public List<LogEntry> log() throws SQLException {
    checkOpen();
    return engine.answer(Session::log);
  }

  @Override
  public EventProof receipt(long sequence) throws SQLException {
    checkOpen();
    return engine.receipt(sequence);
  }

  @Override
  public DatabaseDiff diff(String left, String right, DiffOptions options, DiffListener listener)
      throws SQLException {
    checkOpen();
    return engine.diff(
        new DiffState.Version(left), new DiffState.Version(right), options, listener);
  }

  @Override
  public RowProof prove(String table, long rowid) throws SQLException {
    checkOpen();
    return engine.prove(new RowSearch.Sought(table, rowid, List.of()));
  }

  @Override
  public RowProof proveKey(String table, List<?> key) throws SQLException {
    checkOpen();
    RowSearch.Sought sought;
    try {
      sought = RowSearch.Sought.byKey(table, key);
    } catch (IllegalArgumentException e) {
      throw SqlExceptions.refused(String.valueOf(e.getMessage()), "22023");
    }
    return engine.prove(sought);
  }

  @Override
  public CustodyReport verify(Verification.Depth depth) throws SQLException {
    checkOpen();
    return engine.verify(depth);
  }

  @Override
  public Version sync(Duration timeout) throws SQLException {
    return engine.sync(timeout);
  }

  @Override
  public KeyringState keys() throws SQLException {
    checkOpen();
    return engine.answer(Session::keys);
  }

  @Override
  public SlotRequest slotFor(Secret secret) throws SQLException {
    checkOpen();
    return session.slotFor(secret);
  }

  @Override
  public Version rotateKey(KeyChange change) throws SQLException {
    return engine.rotateKey(change);
  }

  @Override
  public Optional<Version> appendEvent(String type, String json, boolean autoBatch, int batchSize)
      throws SQLException {
    return engine.appendEvent(type, json, autoBatch, batchSize);
  }
}
