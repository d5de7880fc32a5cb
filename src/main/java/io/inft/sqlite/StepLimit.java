package io.inft.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/**
 * Bounds what SQLite does for a statement of the driver's own in proportion to the database it runs
 * on. Whoever made that database chose its schema and its trees: without a bound a view, an
 * expression or a tree that leads in circles keeps a statement busy for ever. A statement that
 * reaches the limit fails as if it had been interrupted. For one thread at a time.
 */
public final class StepLimit implements AutoCloseable {
  /** Steps of SQLite's machine between two looks; some hundreds of microseconds. */
  private static final int EVERY = 100_000;

  private static final long LEAST_STEPS = 20_000_000;

  /** A row takes some twenty steps, a page holds a row in five bytes at most. */
  private static final long STEPS_PER_BYTE = 64;

  /** No value that a statement makes may be longer, unless the database could hold it. */
  private static final int LEAST_LENGTH = 4 << 20;

  private static final int MOST_LENGTH = 1_000_000_000;

  private final Connection connection;

  // Mutable: what is left for the statement that runs.
  private final AtomicLong left = new AtomicLong();

  private StepLimit(Connection connection) {
    this.connection = connection;
  }

  /** Sets the limit on a connection, which has no other progress handler. */
  public static StepLimit on(Connection connection) throws SQLException {
    StepLimit limit = new StepLimit(connection);
    limit.begin(0);
    ProgressHandler.setHandler(
        connection,
        EVERY,
        new ProgressHandler() {
          @Override
          protected int progress() {
            return limit.left.addAndGet(-EVERY) > 0 ? 0 : 1;
          }
        });
    return limit;
  }

  /** To be called before each statement. */
  public void begin(long databaseBytes) {
    left.set(LEAST_STEPS + STEPS_PER_BYTE * Math.max(0, databaseBytes));
  }

  /** Whether the last statement was ended by this. */
  public boolean isReached() {
    return left.get() <= 0;
  }

  /**
   * Bounds the values that expressions of the database make while something runs, too: one step may
   * make a gigabyte.
   *
   * @return the bound before
   */
  static int boundValues(Connection connection, long databaseBytes) throws SQLException {
    long most = Math.max(LEAST_LENGTH, Math.min(MOST_LENGTH, databaseBytes));
    return setLength(connection, (int) most);
  }

  static int setLength(Connection connection, int bytes) throws SQLException {
    return connection
        .unwrap(SQLiteConnection.class)
        .getDatabase()
        .limit(SQLiteLimits.SQLITE_LIMIT_LENGTH.getId(), bytes);
  }

  @Override
  public void close() throws SQLException {
    ProgressHandler.clearHandler(connection);
  }
}
