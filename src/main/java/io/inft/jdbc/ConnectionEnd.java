package io.inft.jdbc;

import io.inft.failure.InftException;
import io.inft.jdbc.config.Logging;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.replica.Session;
import java.sql.SQLException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** How one connection ends: closed by its owner, or aborted by whoever. Safe for many threads. */
final class ConnectionEnd {
  private final CapturedConnection connection;
  private final Session session;
  private final CallWatch watch;
  private final CapturedConnection.SqlAction closeHandle;

  // Mutable: whether somebody closes or closed it, the thread that does, whether abort was called.
  private final AtomicBoolean released = new AtomicBoolean();
  private volatile @Nullable Thread closer;
  private volatile boolean aborted;

  /**
   * The end of a connection.
   *
   * @param closeHandle closes SQLite's handle
   */
  ConnectionEnd(
      CapturedConnection connection,
      Session session,
      CallWatch watch,
      CapturedConnection.SqlAction closeHandle) {
    this.connection = connection;
    this.session = session;
    this.watch = watch;
    this.closeHandle = closeHandle;
  }

  /** Aborted is closed for everybody, except for the thread that does the closing. */
  boolean isAborted() {
    return aborted && closer != Thread.currentThread();
  }

  /** Closes SQLite's handle first, then gives the session back, which may publish. */
  void close() throws SQLException {
    if (!released.compareAndSet(false, true)) {
      return;
    }
    OpenConnections.remove(connection);
    closer = Thread.currentThread();
    SQLException failure = null;
    try {
      closeHandle.run();
    } catch (SQLException e) {
      failure = watch.translated(e);
    } finally {
      watch.finish("the connection is closed");
      watch.turn().end();
      closer = null;
    }
    try {
      Uninterrupted.once(this::giveBack);
    } catch (InftException e) {
      SQLException ofSession = SqlExceptions.of(e);
      if (failure == null) {
        failure = ofSession;
      } else {
        failure.addSuppressed(ofSession);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private boolean giveBack() throws InftException {
    if (watch.hasOpenWrites()) {
      session.afterCall(false, true);
    }
    session.close();
    return true;
  }

  /** Interrupts what runs, wakes what waits, and closes in the background. */
  void abort(@Nullable Executor executor) throws SQLException {
    if (executor == null) {
      throw SqlExceptions.refused("abort needs an executor", "22004");
    }
    if (released.get() || aborted) {
      return;
    }
    aborted = true;
    watch.finish("the connection was aborted");
    session.abort();
    watch.turn().cancel();
    try {
      connection.getDatabase().interrupt();
    } finally {
      closeIn(executor);
    }
  }

  private void closeIn(Executor executor) {
    try {
      executor.execute(this::closeAborted);
    } catch (RejectedExecutionException e) {
      closeAborted(); // everybody is told that it is closed, so nobody else will
    }
  }

  private void closeAborted() {
    try {
      connection.close();
    } catch (SQLException e) {
      Logging.LOG.warn("closing an aborted connection: {}", e.getMessage(), e);
    }
  }
}
