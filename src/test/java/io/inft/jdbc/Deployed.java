package io.inft.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Properties;
import java.util.function.Function;

/**
 * An application in a class loader of its own, with the driver beside it, as a servlet container
 * deploys it. Called through JDK types only. The words: {@code write URL HOME}, which says how many
 * rows there are then; {@code keep URL HOME}, the same with the connection left open; {@code again
 * URL HOME}, what a pool does that nobody closes; {@code follow URL HOME WAY}, which leaves a
 * reader open once it follows that way; {@code deregister}, what a container does for an
 * application that forgets to.
 */
public final class Deployed implements Function<String, String> {
  private final Driver driver;

  /** A container's class loader finds no drivers by itself after the first one. */
  public Deployed() {
    driver = new InftDriver();
  }

  @Override
  public String apply(String command) {
    String[] words = command.split(" ", -1);
    try {
      switch (words[0]) {
        case "write" -> {
          try (Connection connection = open(words)) {
            return rows(connection);
          }
        }
        case "keep" -> {
          return rows(open(words));
        }
        case "follow" -> {
          return follow(open(words), words[3]);
        }
        case "again" -> {
          driver.connect(words[1], properties(words));
          return "opened";
        }
        default -> {
          for (Driver driver : Collections.list(DriverManager.getDrivers())) {
            if (driver.getClass().getClassLoader() == getClass().getClassLoader()) {
              DriverManager.deregisterDriver(driver);
            }
          }
          return "";
        }
      }
    } catch (SQLException e) {
      return e.getSQLState() + " " + e.getMessage();
    }
  }

  private static Connection open(String[] words) throws SQLException {
    return DriverManager.getConnection(words[1], properties(words));
  }

  private static String follow(Connection connection, String way) throws SQLException {
    long deadline = System.nanoTime() + 20_000_000_000L;
    String status = "";
    while (!status.contains("\"follows\":\"" + way + "\"") && System.nanoTime() < deadline) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("select inft_status()")) {
        row.next();
        status = row.getString(1);
      }
    }
    return status;
  }

  private static Properties properties(String[] words) {
    Properties properties = new Properties();
    properties.setProperty("network", words[1].contains("rpc=") ? "custom" : "embedded");
    properties.setProperty("home", words[2]);
    return properties;
  }

  private static String rows(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table if not exists t(a)");
      statement.execute("insert into t values (1)");
      statement.execute("select inft_append('deployed', '{}')");
      statement.execute("select inft_status()");
      try (ResultSet rows = statement.executeQuery("select count(*) from t")) {
        return rows.getString(1);
      }
    }
  }
}
