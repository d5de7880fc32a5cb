package io.inft.api;

import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.stream.Stream;

/** A folder that plays a network, and machines on it. */
final class Client {
  static final String PASSWORD = "correct horse battery staple";

  private final Path folder;

  Client(Path folder) {
    this.folder = folder;
  }

  Properties properties(String machine) {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("password", PASSWORD);
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    properties.setProperty("allowWeakPassword", "false");
    properties.setProperty("linger", "0");
    return properties;
  }

  InftStorage storage(String machine) {
    return InftStorage.of(properties(machine));
  }

  Connection open(String machine, String id) throws SQLException {
    return DriverManager.getConnection("jdbc:inft:" + id, properties(machine));
  }

  /** A plain SQLite file with some rows. */
  Path file(String name, int rows) throws Exception {
    Path file = folder.resolve(name);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(x)");
      for (int i = 0; i < rows; i++) {
        statement.execute("INSERT INTO t VALUES (" + i + ")");
      }
    }
    return file;
  }

  static long rows(Path file) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
      return rows.getLong(1);
    }
  }

  /** How many files lie below a folder. */
  static long files(Path below) throws Exception {
    if (!Files.exists(below)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  static void end() {
    Engines.endIdle();
  }
}
