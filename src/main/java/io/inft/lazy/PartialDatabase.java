package io.inft.lazy;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.StoreUnavailableException;
import io.inft.lazy.vfs.FileGate;
import io.inft.lazy.vfs.NativeFile;
import io.inft.lazy.vfs.OpeningThread;
import io.inft.lazy.vfs.OwnFile;
import io.inft.lazy.vfs.PageVfs;
import io.inft.lazy.vfs.VfsUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.sqlite.SQLiteConnection;

/**
 * A SQLite database whose pages come when they are read, or in the background. It is in WAL mode,
 * and open in one process; beside it lies the set of what is here, until all is. Safe for many
 * threads.
 *
 * <p>Nobody else reads the file as long as it {@linkplain #isPartial is partial}: SQLite through
 * {@link #connect}, anybody else through {@link #page}.
 */
public final class PartialDatabase implements AutoCloseable {
  private static final String SET_SUFFIX = "-present";

  private final Path path;
  private final PageVfs vfs;
  private final PartialFile partial;
  private final PresentPages pages;
  private final Fetches fetches;
  private final Hydration hydration;
  private final FileGate.Maker maker = this::gate;
  private final Map<Handle, Boolean> handles = new ConcurrentHashMap<>();
  private final Map<SQLiteConnection, Handle> connections = new java.util.WeakHashMap<>();

  // Mutable.
  private volatile boolean closed;

  private PartialDatabase(
      Path path, PageVfs vfs, OwnFile own, PresentFile stored, PresentPages pages, Setup setup) {
    this.path = path;
    this.vfs = vfs;
    this.pages = pages;
    this.partial = new PartialFile(path, setup.base(), own, stored, pages);
    this.fetches =
        new Fetches(setup.supplier(), pages, partial::came, setup.executor(), setup.longestWait());
    this.hydration = new Hydration(partial, pages, fetches, setup.check());
  }

  /**
   * What a database is opened with.
   *
   * @param executor runs the supplier; how many threads it has is how many fetches go side by side
   * @param longestWait that a reader waits for a page
   * @param check is asked when all pages are here
   */
  public record Setup(
      Base base,
      PageSupplier supplier,
      Executor executor,
      Duration longestWait,
      WholeCheck check) {}

  /** Why no database can be opened so in this process; empty if one can. */
  public static Optional<String> unavailable() {
    try {
      PageVfs.get();
      return Optional.empty();
    } catch (VfsUnavailableException e) {
      return Optional.of(e.reason());
    } catch (LinkageError e) {
      return Optional.of(
          "net.java.dev.jna:jna is not on the class path, or cannot load its library: " + e);
    }
  }

  private static Path setOf(Path database) {
    return database.resolveSibling(database.getFileName() + SET_SUFFIX);
  }

  /**
   * Whether a database file is one whose pages are not all here, so that it is opened here only.
   */
  public static boolean isPartial(Path database) {
    return Files.exists(setOf(database));
  }

  /**
   * Why nobody can tell what of a database is here, so that it has to be made anew; for one that
   * nobody has open.
   *
   * @return a clause; empty if it can be told, as of a file that is whole
   */
  public static Optional<String> damage(Path database) throws InftException {
    if (!isPartial(database)) {
      return PartialFile.isIncomplete(database)
          ? Optional.of("the set of its pages that are here is gone")
          : Optional.empty();
    }
    return PresentFile.isReadable(setOf(database))
        ? Optional.empty()
        : Optional.of("the set of its pages that are here is damaged");
  }

  /**
   * Makes a database of which nothing is here, durably. It is not opened by that.
   *
   * @param database must not exist; its folder must
   */
  public static void create(Path database, Base base) throws LocalStorageException {
    if (Files.exists(database)) {
      throw new LocalStorageException(
          database, "make", new java.nio.file.FileAlreadyExistsException(database.toString()));
    }
    PresentFile.create(setOf(database), base);
    makeFile(database, base);
  }

  private static void makeFile(Path database, Base base) throws LocalStorageException {
    try {
      if (!Files.exists(database)) {
        FileChannel.open(
                database,
                Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SPARSE))
            .close();
      }
      try (FileChannel file = FileChannel.open(database, StandardOpenOption.WRITE)) {
        file.write(ByteBuffer.allocate(1), base.sizeBytes() - 1);
        file.force(true);
      }
    } catch (IOException e) {
      throw new LocalStorageException(database, "make", e);
    }
  }

  /**
   * Opens a partial database, with hydration paused.
   *
   * @throws LocalDatabaseException if it cannot be opened so in this process, see {@link
   *     #unavailable}
   * @throws io.inft.failure.WorkingCopyLockedException if it is open already, here or in another
   *     process
   * @throws CorruptObjectException if it is of another base, or the set is damaged: then the
   *     database has to be made anew
   */
  public static PartialDatabase open(Path database, Setup setup) throws InftException {
    Optional<String> reason = unavailable();
    if (reason.isPresent()) {
      throw new LocalDatabaseException(
          database.toString(), "open before all of it is here", reason.get());
    }
    PresentFile stored = PresentFile.open(setOf(database), setup.base());
    try {
      return open(database, setup, stored);
    } catch (InftException | RuntimeException | Error e) {
      try {
        stored.close();
      } catch (LocalStorageException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private static PartialDatabase open(Path database, Setup setup, PresentFile stored)
      throws InftException {
    PresentPages pages = stored.read();
    long size = sizeOf(database);
    if (size < setup.base().sizeBytes() && stored.isFresh()) {
      makeFile(database, setup.base()); // the process ended while it was made
    } else if (size == 0) {
      throw new CorruptObjectException(
          database.toString(), 0, "is empty, and pages of it were here");
    } else {
      pages.cut(size / setup.base().pageSize());
    }
    try {
      Path real = database.toRealPath();
      PageVfs vfs = PageVfs.get();
      OwnFile own = vfs.open(real);
      PartialDatabase opened = new PartialDatabase(real, vfs, own, stored, pages, setup);
      if (!vfs.add(real, opened.maker)) {
        own.close();
        throw new IllegalStateException(real + " has a gate, and nobody has its lock");
      }
      opened.hydration.start();
      return opened;
    } catch (IOException e) {
      throw new LocalStorageException(database, "open", e);
    } catch (VfsUnavailableException e) {
      throw new LocalDatabaseException(database.toString(), "open", e.reason());
    }
  }

  private static long sizeOf(Path database) throws LocalStorageException {
    try {
      return Files.exists(database) ? Files.size(database) : 0;
    } catch (IOException e) {
      throw new LocalStorageException(database, "measure", e);
    }
  }

  private FileGate gate(NativeFile file) {
    Handle handle = new Handle(path, vfs, file, partial, pages, fetches, this::requireOpen);
    handles.keySet().removeIf(Handle::isClosed);
    handles.put(handle, true);
    return handle;
  }

  private void requireOpen() throws LocalStorageException {
    if (closed) {
      throw new LocalStorageException(path, "read", new IOException("it was closed"));
    }
  }

  /** Opens a connection of SQLite's. */
  @FunctionalInterface
  public interface Opening<C extends SQLiteConnection> {
    /**
     * @param fileName what sqlite-jdbc opens: a path, or a URI
     */
    C open(String fileName) throws SQLException;
  }

  /**
   * Opens a connection; once the file is whole, an ordinary one.
   *
   * @throws InftException why SQLite could not open it
   * @throws SQLException what SQLite or sqlite-jdbc has against it
   */
  public <C extends SQLiteConnection> C connect(Opening<C> opening)
      throws InftException, SQLException {
    if (partial.isWhole()) {
      return opening.open(path.toString());
    }
    requireOpen();
    enter();
    try (OpeningThread thread = vfs.opening()) {
      C connection;
      try {
        connection = opening.open(uri(path.toUri()) + "?vfs=" + vfs.name());
      } catch (SQLException e) {
        throw whyNot(thread, e);
      }
      if (thread.gate().orElse(null) instanceof Handle handle && handles.containsKey(handle)) {
        belongs(connection, handle);
        return connection;
      }
      connection.close();
      throw new LocalDatabaseException(
          path.toString(), "open", "SQLite opened it without asking for its pages here");
    }
  }

  /** As SQLite reads it: it takes no host, and a share's is the beginning of its path. */
  static String uri(URI file) {
    return file.getRawAuthority() == null
        ? "file:" + file.getRawPath()
        : "file:////" + file.getRawAuthority() + file.getRawPath();
  }

  private void belongs(SQLiteConnection connection, Handle handle) throws LocalDatabaseException {
    try {
      handle.belongsTo(PageVfs.addressOf(connection));
    } catch (VfsUnavailableException e) {
      throw new LocalDatabaseException(path.toString(), "open", e.reason());
    }
    synchronized (connections) {
      connections.put(connection, handle);
    }
  }

  /** The typed failure where there is one; what SQLite says otherwise. */
  private SQLException whyNot(OpeningThread thread, SQLException e) throws InftException {
    Optional<Throwable> failure = thread.failure();
    if (failure.isPresent()) {
      throw new LocalDatabaseException(path.toString(), "open", failure.get().toString());
    }
    if (thread.gate().orElse(null) instanceof Handle handle) {
      Optional<InftException> typed = handle.takeFailure();
      if (typed.isPresent()) {
        throw typed.get();
      }
    }
    return e;
  }

  /**
   * To be called before a connection from here does anything in SQLite.
   *
   * @throws StackOverflowError if the thread has too little stack left to enter it
   */
  public void enter() {
    if (!partial.isWhole()) {
      StackRoom.require();
    }
  }

  /**
   * The same, and lets the connection's waits for pages last no longer than a while from now.
   *
   * @param waitAtMost zero for no limit
   */
  public void enter(SQLiteConnection connection, Duration waitAtMost) {
    if (!partial.isWhole()) {
      StackRoom.require();
      handle(connection).ifPresent(handle -> handle.waitAtMost(waitAtMost));
    }
  }

  /** Whether all of it is here and it is an ordinary file. */
  public boolean isWhole() {
    return partial.isWhole();
  }

  /**
   * What stands behind an input/output error that a connection just threw, once; empty if that was
   * SQLite's own. SQLite has rolled the connection's transaction back then.
   */
  public Optional<InftException> takeFailure(SQLiteConnection connection) {
    return handle(connection).flatMap(Handle::takeFailure);
  }

  /** Ends a connection's wait for a page, and all later ones: it is going to be closed. */
  public void abort(SQLiteConnection connection) {
    handle(connection).ifPresent(Handle::abort);
  }

  private Optional<Handle> handle(SQLiteConnection connection) {
    synchronized (connections) {
      return Optional.ofNullable(connections.get(connection));
    }
  }

  /**
   * A page as the file has it or, if it is missing, the base; zeros beyond the end. What the log
   * has is not looked at. An interrupt ends it and stays.
   */
  public byte[] page(long number) throws InftException {
    requireOpen();
    PageSpan span = new PageSpan(number, number);
    try {
      fetches.await(span, PageRequest.Reason.READ, this::checkOpen);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("the storage", "read page " + number, e);
    }
    return partial.page(number);
  }

  private void checkOpen() throws InterruptedException, InftException {
    requireOpen();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /**
   * Until {@link #allowWrites}, the file takes nothing but pages that came, and SQLite's
   * checkpoints fail: what is committed stays in its log.
   */
  public void holdWrites() {
    partial.holdWrites(true);
  }

  public void allowWrites() {
    partial.holdWrites(false);
  }

  /** Whether a checkpoint may be tried. */
  public boolean takesWrites() {
    return partial.takesWrites();
  }

  /** Whether a page need not be brought. */
  public boolean isPresent(long number) {
    return pages.has(number);
  }

  /**
   * Pages that SQLite wrote before the base's came, so that the supplier was never asked for them:
   * whoever proves the base has to fetch them himself.
   */
  public List<Long> overwritten() {
    return partial.overwritten();
  }

  /** Brings the rest in the background from now on. */
  public void hydrate() {
    hydration.resume();
  }

  /** Brings nothing any more but what is read. What is under way still comes. */
  public void pause() {
    hydration.pause();
  }

  public HydrationProgress progress() {
    return hydration.progress();
  }

  /** Writes down what is here, so that it is not brought again after a crash. */
  public void store() throws InftException {
    partial.store();
  }

  /**
   * Ends every wait, writes down what is here and lets the file go, whatever the supplier does.
   * Connections that are still open read what is here, and write nothing into the file; their log
   * stays.
   */
  @Override
  public void close() throws InftException {
    if (closed) {
      return;
    }
    closed = true;
    vfs.remove(path, maker);
    hydration.close();
    fetches.close();
    partial.close();
  }
}
