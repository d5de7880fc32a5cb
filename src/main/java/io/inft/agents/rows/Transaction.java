package io.inft.agents.rows;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What is done on a connection that was lent, as a whole or not at all: whatever is thrown, an
 * {@link Error} too, is taken back before the connection is, so that a pool gets none with a
 * transaction in it.
 */
public final class Transaction {
  private Transaction() {}

  /** What is done on a connection. */
  @FunctionalInterface
  public interface Work<T extends @Nullable Object> {
    /** Does it; the connection is the caller's. */
    T on(Connection connection) throws SQLException;
  }

  /** Back to whom it came from, also when something failed before. */
  private interface Loan extends AutoCloseable {
    @Override
    void close() throws SQLException;
  }

  private interface Step {
    void take() throws SQLException;
  }

  /**
   * Does the work in a transaction of its own; or in somebody else's, if the lender says so, up to
   * which it is taken back if it fails.
   *
   * @param begin what begins a transaction on a connection with autocommit
   */
  @SuppressWarnings("try") // The loan is there to be closed.
  public static <T extends @Nullable Object> T of(Lender lender, String begin, Work<T> work)
      throws SQLException {
    Connection connection = lender.lend();
    try (Loan loan = () -> lender.takeBack(connection)) {
      if (lender.joined(connection)) {
        Savepoint before = connection.setSavepoint();
        return attempt(
            connection,
            work,
            () -> connection.releaseSavepoint(before),
            () -> connection.rollback(before));
      }
      if (connection.getAutoCommit()) {
        execute(connection, begin);
        return attempt(
            connection,
            work,
            () -> execute(connection, "COMMIT"),
            () -> execute(connection, "ROLLBACK"));
      }
      // A pool may hand out connections without autocommit; nobody else commits these.
      return attempt(connection, work, connection::commit, connection::rollback);
    }
  }

  private static <T extends @Nullable Object> T attempt(
      Connection connection, Work<T> work, Step commit, Step rollback) throws SQLException {
    try {
      T done = work.on(connection);
      commit.take();
      return done;
    } catch (SQLException | RuntimeException | Error e) {
      try {
        rollback.take();
      } catch (SQLException | RuntimeException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
