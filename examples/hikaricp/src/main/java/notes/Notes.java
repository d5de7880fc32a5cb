package notes;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Notes in a table. Plain JDBC: nothing here knows where the database lives. */
public final class Notes {
  private final DataSource database;

  public Notes(DataSource database) throws SQLException {
    this.database = database;
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS note("
              + "id INTEGER PRIMARY KEY, text TEXT NOT NULL, at TEXT DEFAULT CURRENT_TIMESTAMP)");
    }
  }

  /** Adds a note and returns its number. */
  public long add(String text) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO note(text) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, text);
      insert.executeUpdate();
      try (ResultSet keys = insert.getGeneratedKeys()) {
        keys.next();
        return keys.getLong(1);
      }
    }
  }

  /** All notes in the order they were added. */
  public List<String> all() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id, text FROM note ORDER BY id")) {
      List<String> notes = new ArrayList<>();
      while (rows.next()) {
        notes.add(rows.getLong("id") + " " + rows.getString("text"));
      }
      return notes;
    }
  }
}
