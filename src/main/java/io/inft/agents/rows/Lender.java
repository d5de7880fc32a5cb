package io.inft.agents.rows;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Lends connections to the database. */
public interface Lender {
  /** A connection, which the borrower gives to {@link #takeBack}. */
  Connection lend() throws SQLException;

  /** Whether somebody else commits what is done on this connection. */
  boolean joined(Connection connection) throws SQLException;

  /** Takes a connection that was lent. */
  void takeBack(Connection connection) throws SQLException;

  /** Lends a connection of the caller's, who commits unless it has autocommit, and closes it. */
  static Lender of(Connection connection) {
    return new Lender() {
      @Override
      public Connection lend() {
        return connection;
      }

      @Override
      public boolean joined(Connection lent) throws SQLException {
        return !lent.getAutoCommit();
      }

      @Override
      public void takeBack(Connection lent) {
        // It stays the caller's.
      }
    };
  }

  /** Lends the connections of a DataSource; each is closed when it comes back. */
  static Lender of(DataSource dataSource) {
    return new Lender() {
      @Override
      public Connection lend() throws SQLException {
        return dataSource.getConnection();
      }

      @Override
      public boolean joined(Connection connection) {
        return false;
      }

      @Override
      public void takeBack(Connection connection) throws SQLException {
        connection.close();
      }
    };
  }
}
