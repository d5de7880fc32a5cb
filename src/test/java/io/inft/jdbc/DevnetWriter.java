package io.inft.jdbc;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * A process that adds rows with its name and 1, 2, 3, …, each in a transaction that waits for its
 * anchor, and writes down which are acknowledged: in a file, since what is in a pipe when a process
 * is killed may be lost to the reader. Whoever loses a race runs the transaction again on a new
 * connection, with the same number. Arguments: id, file with connection properties, own name, how
 * many rows, file for the acknowledged numbers, a line each.
 */
final class DevnetWriter {
  private DevnetWriter() {}

  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(args[1]))) {
      properties.load(reader);
    }
    int rows = Integer.parseInt(args[3]);
    Path acknowledged = Path.of(args[4]);
    Connection connection = new InftDriver().connect("jdbc:inft:" + args[0], properties);
    int done = 0;
    while (done < rows) {
      try {
        add(connection, args[2], done + 1);
        done++;
        Files.writeString(acknowledged, done + "\n", StandardOpenOption.APPEND);
      } catch (SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (!state.equals("40001") && !state.equals("08003")) {
          throw e;
        }
        System.out.println("again " + state);
        connection.close();
        connection = new InftDriver().connect("jdbc:inft:" + args[0], properties);
      }
    }
    connection.close();
    System.out.println("closed");
  }

  /** Reads and writes in one transaction, so that a lost update would be seen. */
  private static void add(Connection connection, String name, int number) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("insert into t values ('" + name + "', " + number + ")");
      long sum;
      try (ResultSet found = statement.executeQuery("select n from counter")) {
        found.next();
        sum = found.getLong(1);
      }
      statement.execute("update counter set n = " + (sum + 1));
      connection.commit();
    }
  }
}
