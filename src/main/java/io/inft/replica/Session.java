package io.inft.replica;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.restore.LogEntry;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import io.inft.sqlite.WriterQueue;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.sqlite.SQLiteConnection;

/**
 * One connection's share of an engine, bound for life to the generation it was opened on. Used by
 * the thread that uses the connection; {@link #abort} and {@link #close} may come from any thread.
 */
public interface Session extends AutoCloseable {
  /** The SQLite file to open; stays where it is while this session is open. */
  Path databaseFile();

  /** Opens SQLite's connection to the database file. */
  @FunctionalInterface
  interface Connector<C extends SQLiteConnection> {
    /**
     * Opens it.
     *
     * @param fileName what sqlite-jdbc opens: a path, or a URI
     */
    C open(String fileName) throws SQLException;
  }

  /**
   * Has the one connection of this session opened.
   *
   * @throws InftException if a page that it needs cannot be had
   */
  default <C extends SQLiteConnection> C connect(Connector<C> connector)
      throws InftException, SQLException {
    return connector.open(fileName());
  }

  /** sqlite-jdbc takes a "?" for the beginning of pragmas, so such a path goes in as a URI. */
  default String fileName() {
    String path = databaseFile().toAbsolutePath().toString();
    boolean special = path.indexOf('?') >= 0 || path.contains("mode=memory");
    return special ? databaseFile().toAbsolutePath().toUri().toASCIIString() : path;
  }

  /**
   * Whether pages are fetched as SQLite reads them, so that each call may fail for the reasons that
   * a network has. Once false, it stays so.
   */
  default boolean isPartial() {
    return false;
  }

  /**
   * To be called before everything that reaches SQLite, if this {@linkplain #isPartial is partial}.
   *
   * @throws StackOverflowError if the thread has too little stack left to enter it
   */
  default void enter() {}

  /**
   * How long SQLite's next calls wait for pages, each time {@link #enter} is called; 0 for ever.
   */
  default void waitAtMost(Duration limit) {}

  /**
   * What stands behind an input/output error of SQLite's that was just thrown, once; empty if that
   * was SQLite's own.
   */
  default Optional<InftException> takeFailure() {
    return Optional.empty();
  }

  /**
   * Whether writes must be refused: {@code mode=ro}, {@code at=}, no account, or one that may
   * change keys and not write; only the last can {@link #rotate}.
   */
  boolean readOnly();

  /** Why writes are refused, with the way out; empty when they are not. */
  Optional<String> readOnlyReason();

  /**
   * To be called before every JDBC call of an application that reaches SQLite. Whoever throws this
   * on has told the application. Costs a few nanoseconds while all is well.
   *
   * @throws io.inft.failure.ForkException the first time after this session's generation lost
   *     against another writer; from then on {@link #valid} is false for all its sessions
   * @throws io.inft.failure.PutAsideException commits of this machine were put aside before, and
   *     nobody was told; once, after that this session goes on
   */
  void beforeCall() throws InftException;

  /** Where those wait for each other that write the database in this JVM. */
  WriterQueue writers();

  /**
   * Whether {@link #beforeCall} would throw. A call that a pool makes by itself, and whose failure
   * no application sees, goes on without asking it. Costs a few nanoseconds.
   */
  boolean hasNews();

  /**
   * To be called before SQLite commits: an explicit commit, or an autocommit statement that writes.
   * With {@code onLag} block it waits, with fail it throws {@link io.inft.failure.LagException}.
   */
  void beforeCommit() throws InftException;

  /**
   * To be called after every JDBC call that reached SQLite, also a failed one. Compares the WAL
   * index and captures what was committed.
   *
   * @param inTransaction whether the connection has a transaction open now; such a caller is never
   *     made to wait
   * @param mayHaveCommitted whether the call can have committed something (not a mere query); with
   *     durability anchored it then waits until everything committed so far is anchored
   * @throws io.inft.failure.PublishTimeoutException the commit stands locally but was not anchored
   *     in time
   * @throws io.inft.failure.NotPublishedException the same, and waiting longer would not help
   * @throws io.inft.failure.ForkException the commit lost against another writer
   */
  void afterCall(boolean inTransaction, boolean mayHaveCommitted) throws InftException;

  /**
   * Like {@code PRAGMA wal_checkpoint}, without letting unpublished pages get lost.
   *
   * @return SQLite's row: busy, frames in the log, frames checkpointed
   */
  int[] checkpoint(String mode) throws InftException;

  /**
   * Publishes what is committed and waits until it is anchored.
   *
   * @return the newest anchored version
   * @throws io.inft.failure.PublishTimeoutException not within {@code timeout}
   */
  Published sync(Duration timeout) throws InftException;

  /**
   * The version this session's database is based on: the newest anchored one, 0 before the first.
   */
  long version();

  /** How the database stands: version, what is not published, what was put aside, last failure. */
  DatabaseStatus status() throws InftException;

  /** All versions as the registry has them, newest first. Asks the registry. */
  List<Anchored> history() throws InftException;

  /**
   * The event log up to {@link #version}, the driver's own entries and the application's, oldest
   * first. Reads all versions.
   */
  List<LogEntry> log() throws InftException;

  /**
   * Counts events that were written but not published; reaching {@code batchSize} publishes them.
   */
  Optional<Published> eventAppended(boolean autoBatch, int batchSize) throws InftException;

  /** Who can open the newest anchored version. Asks the registry. */
  KeyringState keys() throws InftException;

  /**
   * Changes who can open the database, while others go on writing. What is committed by now is
   * published first. This session goes on with the new secret; other sessions of this machine that
   * are open stay open.
   *
   * @return the version that carries the new keyring
   * @throws io.inft.failure.NotAuthorizedException the account may not; nothing was encrypted
   * @throws io.inft.failure.KeyringChangeException it cannot be made; nothing was changed
   * @throws io.inft.failure.ForkException another writer or key admin was first
   * @throws io.inft.failure.PublishTimeoutException it took longer than an anchored commit may;
   *     what is written down here goes out later
   */
  Published rotate(KeyChange change) throws InftException;

  /** Asks for a slot that this secret opens, at the cost that the session's settings name. */
  SlotRequest slotFor(Secret secret);

  /** A message about something the user should know (a warning of the engine), once each. */
  Optional<String> takeWarning();

  /**
   * False after this session was closed or aborted, or after an application was told, by this
   * session or by another one of its generation, that the generation was put aside. Not before: a
   * pool would throw the connection away, and nobody would be told.
   */
  boolean valid();

  /** Wakes a waiting {@link #sync} or {@link #afterCall}, which then throws. */
  void abort();

  /**
   * Gives the share back. The last one on an engine publishes, as {@code onClose} says, and may
   * throw {@link io.inft.failure.PublishTimeoutException}. Throws {@link
   * io.inft.failure.ForkException} if the generation was put aside and nobody was told; because
   * pools swallow that, the next session tells it again. Closing twice is harmless.
   */
  @Override
  void close() throws InftException;

  /**
   * One anchored version.
   *
   * @param version from 1
   * @param root its commit root
   */
  record Published(long version, Digest root) {}
}
