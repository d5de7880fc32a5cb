package io.inft.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Random;

/**
 * Opens a database lazily and reads at random, until it is killed. Arguments: URL, seed. Says
 * {@code open}, {@code row} after each answer, and {@code wrong} if one cannot be.
 */
final class LazyReader {
  private LazyReader() {}

  public static void main(String[] arguments) throws Exception {
    Random random = new Random(Long.parseLong(arguments[1]));
    try (Connection connection = DriverManager.getConnection(arguments[0]);
        Statement statement = connection.createStatement()) {
      System.out.println(
          "open " + (LazyOpeningProcessTest.isPartial(connection) ? "lazy" : "full"));
      while (true) {
        int id = 1 + random.nextInt(4000);
        try (ResultSet row =
            statement.executeQuery("SELECT id, body FROM note WHERE name = 'name-" + id + "'")) {
          boolean right =
              row.next() && row.getInt(1) == id && row.getString(2).startsWith(id + ":");
          System.out.println(right ? "row" : "wrong " + id);
        }
      }
    }
  }
}
