package io.inft.capture;

import io.inft.failure.InftException;
import io.inft.lazy.PartialDatabase;
import io.inft.sqlite.WalFile;
import io.inft.sqlite.WalIndex;
import io.inft.sqlite.WalPages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the engine has open on one working copy, opened and closed in the only order that keeps
 * SQLite's locks: three connections, and descriptors of the files beside them.
 *
 * @param first begins inside a read transaction
 * @param gate the connection that takes the write lock
 */
public record WorkingFiles(
    Path database,
    SqliteLink first,
    SqliteLink second,
    SqliteLink gate,
    WalIndex index,
    WalFile log,
    WalPages logPages,
    MainFile file,
    SameFiles same) {
  private static final Duration BUSY = Duration.ofSeconds(5);

  /**
   * Opens a database, with its creation pragmas if it does not exist yet.
   *
   * @param partial what brings its pages; empty if they are all here
   */
  static WorkingFiles open(
      Path database, Optional<PartialDatabase> partial, Map<String, String> creation)
      throws InftException {
    SqliteLink first = null;
    SqliteLink second = null;
    SqliteLink gate = null;
    WalIndex index = null;
    WalFile log = null;
    WalPages logPages = null;
    try {
      first = SqliteLink.open(database, partial, BUSY, creation);
      first.beginRead();
      second = SqliteLink.open(database, partial, BUSY, Map.of());
      gate = SqliteLink.open(database, partial, BUSY, Map.of());
      log = WalFile.open(logOf(database));
      logPages = WalPages.open(logOf(database));
      index = WalIndex.open(indexOf(database));
      MainFile file = MainFile.open(database, partial);
      return new WorkingFiles(
          database, first, second, gate, index, log, logPages, file, SameFiles.of(database));
    } catch (InftException | RuntimeException e) {
      closeAll(e, gate, second, first, index, logPages, log);
      throw e;
    }
  }

  /** One more connection. */
  SqliteLink another() throws InftException {
    return SqliteLink.open(database, file.partial(), BUSY, Map.of());
  }

  /** Where SQLite keeps the log of a database. */
  public static Path logOf(Path database) {
    return database.resolveSibling(database.getFileName() + "-wal");
  }

  /** Where SQLite keeps the index of that log. */
  public static Path indexOf(Path database) {
    return database.resolveSibling(database.getFileName() + "-shm");
  }

  /**
   * The connections close first, so that SQLite moves the log into the file; only then may the
   * descriptors be closed, because that drops SQLite's locks.
   */
  void close() throws InftException {
    InftException failure = closeAll(null, gate, second, first, index, logPages, log, file);
    if (failure != null) {
      throw failure;
    }
  }

  /** Closes after a failure, which is the one to tell. */
  void close(Throwable failure) {
    closeAll(failure, gate, second, first, index, logPages, log, file);
  }

  /** Closes without the log being moved into the file, which takes no writes yet. */
  void closeKeepingLog() throws InftException {
    SqliteLink last = null;
    InftException failure;
    try {
      last = SqliteLink.openReadOnly(database, file.partial());
      last.text("SELECT count(*) FROM sqlite_master"); // now it is in the log's way
    } finally {
      failure = closeAll(null, gate, second, first, last, index, logPages, log, file);
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Closes after a failure without the log being moved into the file: nothing on disk would tell
   * afterwards which pages that changed. The last connection closes read-only, and SQLite leaves
   * the log to it.
   */
  void closeKeepingLog(Throwable failure) {
    SqliteLink last = null;
    try {
      last = SqliteLink.openReadOnly(database, file.partial());
      last.text("SELECT count(*) FROM sqlite_master"); // now it is in the log's way
    } catch (InftException e) {
      failure.addSuppressed(e);
    }
    closeAll(failure, gate, second, first, last, index, logPages, log, file);
  }

  private static @Nullable InftException closeAll(
      @Nullable Throwable first, @Nullable AutoCloseable... closeables) {
    InftException failure = null;
    for (AutoCloseable closeable : closeables) {
      if (closeable == null) {
        continue;
      }
      try {
        closeable.close();
      } catch (Exception | LinkageError e) { // the others are closed all the same
        if (first != null) {
          first.addSuppressed(e);
        } else if (failure != null) {
          failure.addSuppressed(e);
        } else if (e instanceof InftException ours) {
          failure = ours;
        } else {
          throw new IllegalStateException("closing fails in its own ways only", e);
        }
      }
    }
    return failure;
  }
}
