package handover;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** An agent that knows facts. All it has is its database; who opens that, has the agent. */
final class Agent implements AutoCloseable {
  private final Connection database;

  Agent(Connection database) {
    this.database = database;
  }

  /** One that knows nothing yet. */
  static Agent begin(Connection database) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS fact(name TEXT PRIMARY KEY, value TEXT NOT NULL)");
    }
    return new Agent(database);
  }

  void remember(String name, String value) throws SQLException {
    try (PreparedStatement upsert =
        database.prepareStatement(
            "INSERT INTO fact VALUES (?, ?)"
                + " ON CONFLICT (name) DO UPDATE SET value = excluded.value")) {
      upsert.setString(1, name);
      upsert.setString(2, value);
      upsert.executeUpdate();
    }
  }

  String recall(String name) throws SQLException {
    try (PreparedStatement query =
        database.prepareStatement("SELECT value FROM fact WHERE name = ?")) {
      query.setString(1, name);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? rows.getString(1) : "unknown";
      }
    }
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
