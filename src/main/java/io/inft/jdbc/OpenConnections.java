package io.inft.jdbc;

import io.inft.bytes.LastActs;
import io.inft.jdbc.config.Logging;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.replica.Engines;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.sqlite.SQLiteConnection;

/**
 * The connections of this class loader that are not closed, forgotten ones too. When the driver is
 * deregistered its class loader goes, with or without those who opened them: what they hold in the
 * native library and on the disk must not stay behind. Safe for many threads.
 */
final class OpenConnections {
  private static final Set<CapturedConnection> OPEN = ConcurrentHashMap.newKeySet();

  /** How often the driver was deregistered. */
  private static final AtomicInteger ENDS = new AtomicInteger();

  private OpenConnections() {}

  /**
   * When something that makes connections was made. A pool that nobody closed goes on making them
   * after its application ended, and would take the database from the next deployment.
   */
  static int now() {
    return ENDS.get();
  }

  /**
   * Opens a connection for something made at {@code maker}.
   *
   * @throws SQLException 08003 the driver was deregistered since
   */
  static SQLiteConnection open(int maker, Opening opening) throws SQLException {
    requireSame(maker);
    SQLiteConnection connection = opening.open();
    boolean same = false;
    try {
      requireSame(maker);
      same = true;
      return connection;
    } finally {
      if (!same) {
        connection.close();
      }
    }
  }

  /** How a connection is made. */
  @FunctionalInterface
  interface Opening {
    SQLiteConnection open() throws SQLException;
  }

  private static void requireSame(int maker) throws SQLException {
    if (ENDS.get() != maker) {
      throw SqlExceptions.closed(
          "the driver of jdbc:inft: was deregistered, so what was made before, such as a pool,"
              + " opens nothing any more; make a new InftDriver or InftDataSource");
    }
  }

  static void add(CapturedConnection connection) {
    OPEN.add(connection);
  }

  static void remove(CapturedConnection connection) {
    OPEN.remove(connection);
  }

  /**
   * Aborts all connections, then ends all databases, all at once; drivers and data sources that
   * were made before open nothing any more. Takes no longer than the longest {@code closeTimeout}
   * and a second.
   */
  static void endAll() {
    ENDS.incrementAndGet();
    List<CapturedConnection> all = List.copyOf(OPEN);
    if (!all.isEmpty()) {
      Logging.LOG.warn(
          "the driver of jdbc:inft: is deregistered with {} connections open; they are aborted",
          all.size());
    }
    for (CapturedConnection connection : all) {
      try {
        connection.abort(
            task -> {
              Thread thread = new Thread(null, task, "inft-abort", 0, false);
              thread.setDaemon(true);
              thread.start();
            });
      } catch (SQLException e) {
        Logging.LOG.warn("aborting a connection: {}", e.getMessage(), e);
      }
    }
    Engines.endForGood();
    LastActs.run();
  }
}
