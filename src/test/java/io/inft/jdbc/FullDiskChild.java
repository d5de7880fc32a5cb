package io.inft.jdbc;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Writes until the disk is full, says so, and goes on when it is told that there is room again.
 * Arguments: the URL, and the bytes of one row.
 */
final class FullDiskChild {
  private FullDiskChild() {}

  public static void main(String[] args) throws Exception {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Connection connection = DriverManager.getConnection(args[0]);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, filler BLOB)");
      statement.execute("SELECT inft_sync(60000)");
      System.out.println("ready");
      input.readLine();
      int n = 0;
      SQLException failure = null;
      while (failure == null && n < 10_000) {
        try {
          statement.execute(
              "INSERT INTO t VALUES ("
                  + (n + 1)
                  + ", randomblob("
                  + Integer.parseInt(args[1])
                  + "))");
          n++;
        } catch (SQLException e) {
          failure = e;
        }
      }
      System.out.println("acknowledged " + n);
      System.out.println("failed " + (failure == null ? "never" : failure.getSQLState()));
      System.out.println("because " + (failure == null ? "" : failure.getMessage()));
      try (Statement status = connection.createStatement();
          var row = status.executeQuery("SELECT inft_status()")) {
        System.out.println("status " + row.getString(1));
      }
      input.readLine();
      statement.execute("INSERT INTO t VALUES (-1, NULL)");
      statement.execute("SELECT inft_sync(60000)");
      System.out.println("went on");
    }
    System.out.println("closed");
  }
}
