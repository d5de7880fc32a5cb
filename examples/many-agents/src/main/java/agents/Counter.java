package agents;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The simplest agent: it counts its turns. */
public final class Counter {
  private Counter() {}

  public static int count(Connection memory) throws SQLException {
    try (Statement statement = memory.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS turn(number INTEGER PRIMARY KEY)");
      statement.execute("INSERT INTO turn DEFAULT VALUES");
      try (ResultSet rows = statement.executeQuery("SELECT max(number) FROM turn")) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }
}
