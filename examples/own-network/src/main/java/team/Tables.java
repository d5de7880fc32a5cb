package team;

import io.inft.failure.InftException;
import io.inft.failure.RegistryUnavailableException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** The database with the tables; a connection for each piece of work. */
final class Tables {
  private final String url;

  Tables(String url) {
    this.url = url;
  }

  Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection(url);
    if (url.startsWith("jdbc:sqlite:")) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA busy_timeout=30000");
      }
    }
    return connection;
  }

  /** With PostgreSQL write BYTEA for BLOB. */
  void createForLedger() throws InftException {
    create(
        "CREATE TABLE IF NOT EXISTS ledger(sequence BIGINT PRIMARY KEY, entry BLOB NOT NULL)",
        "CREATE TABLE IF NOT EXISTS carried(checksum CHAR(64) PRIMARY KEY, bytes BLOB NOT NULL)");
  }

  void createForObjects() throws InftException {
    create(
        "CREATE TABLE IF NOT EXISTS object(root CHAR(64) NOT NULL, size BIGINT NOT NULL,"
            + " roots BLOB NOT NULL, PRIMARY KEY(root, size))",
        "CREATE TABLE IF NOT EXISTS segment(root CHAR(64) NOT NULL, size BIGINT NOT NULL,"
            + " n INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(root, size, n))");
  }

  private void create(String... tables) throws InftException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String table : tables) {
        statement.execute(table);
      }
    } catch (SQLException e) {
      throw new RegistryUnavailableException(describe(), "make the tables", e);
    }
  }

  /** Without what follows a question mark, where passwords stand. */
  String describe() {
    return "tables in " + url.replaceFirst("[?;].*", "");
  }
}
