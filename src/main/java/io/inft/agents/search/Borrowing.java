package io.inft.agents.search;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Where a connection comes from, and who ends its transaction. */
abstract class Borrowing {
  /** What is done on it. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** Lends a connection, and a transaction if there is none. */
  abstract <T> T with(String begin, Work<T> work) throws SQLException;

  /** A transaction of its own on a connection of its own. */
  static final class OfSource extends Borrowing {
    private final DataSource source;

    OfSource(DataSource source) {
      this.source = source;
    }

    @Override
    <T> T with(String begin, Work<T> work) throws SQLException {
      try (Connection connection = source.getConnection()) {
        if (connection.getAutoCommit()) {
          return own(connection, begin, work);
        }
        // A pool may hand out connections without autocommit; nobody else commits these.
        try {
          T result = work.on(connection);
          connection.commit();
          return result;
        } catch (SQLException | RuntimeException e) {
          attempt(connection::rollback, e);
          throw e;
        }
      }
    }
  }

  /** The caller's connection. */
  static final class OfConnection extends Borrowing {
    private final Connection connection;

    OfConnection(Connection connection) {
      this.connection = connection;
    }

    @Override
    <T> T with(String begin, Work<T> work) throws SQLException {
      if (connection.getAutoCommit()) {
        return own(connection, begin, work);
      }
      java.sql.Savepoint before = connection.setSavepoint();
      T result;
      try {
        result = work.on(connection);
      } catch (SQLException | RuntimeException e) {
        attempt(() -> connection.rollback(before), e);
        throw e;
      }
      connection.releaseSavepoint(before);
      return result;
    }
  }

  private static <T> T own(Connection connection, String begin, Work<T> work) throws SQLException {
    execute(connection, begin);
    try {
      T result = work.on(connection);
      execute(connection, "COMMIT");
      return result;
    } catch (SQLException | RuntimeException e) {
      attempt(() -> execute(connection, "ROLLBACK"), e);
      throw e;
    }
  }

  private interface Step {
    void take() throws SQLException;
  }

  private static void attempt(Step step, Exception first) {
    try {
      step.take();
    } catch (SQLException second) {
      first.addSuppressed(second);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
