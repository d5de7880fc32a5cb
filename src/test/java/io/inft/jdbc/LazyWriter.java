package io.inft.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;

/**
 * Opens a database lazily and writes, until it is killed: each transaction adds a row, counts it in
 * another one and changes a row that may not be here. Arguments: URL, seed, the number of the row
 * that was committed last for all that is known. Says {@code open} with {@code lazy} or {@code
 * full}, {@code did} with a number after each commit, and {@code wrong} if what it finds is not
 * what was committed.
 */
final class LazyWriter {
  private LazyWriter() {}

  public static void main(String[] arguments) throws Exception {
    Random random = new Random(Long.parseLong(arguments[1]));
    long known = Long.parseLong(arguments[2]);
    try (Connection connection = DriverManager.getConnection(arguments[0]);
        Statement statement = connection.createStatement()) {
      boolean whole =
          connection
              .unwrap(InftConnection.class)
              .status()
              .line()
              .orElseThrow()
              .whyWhole()
              .isPresent();
      System.out.println("open " + (whole ? "full" : "lazy"));
      long last = LazyWritingProcessTest.number(connection, "SELECT n FROM counter");
      long rows = LazyWritingProcessTest.number(connection, "SELECT count(*) FROM mine");
      if (rows != last || last < known) {
        System.out.println("wrong: " + rows + " rows, counted " + last + ", known " + known);
      }
      for (long n = last + 1; ; n++) {
        write(connection, statement, n, random);
        System.out.println("did " + n);
        perhaps(connection, statement, random);
      }
    }
  }

  private static void write(Connection connection, Statement statement, long n, Random random)
      throws SQLException {
    connection.setAutoCommit(false);
    statement.execute("INSERT INTO mine VALUES (" + n + ", hex(randomblob(200)))");
    statement.execute("UPDATE counter SET n = n + 1");
    statement.execute(
        String.format(
            Locale.ROOT,
            "UPDATE note SET body = body || '.' WHERE name = 'name-%d'",
            1 + random.nextInt(LazyWritingProcessTest.ROWS)));
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static void perhaps(Connection connection, Statement statement, Random random)
      throws SQLException {
    switch (random.nextInt(12)) {
      case 0 -> statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
      case 1 -> statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
      case 2 -> connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(60));
      default -> {}
    }
  }
}
