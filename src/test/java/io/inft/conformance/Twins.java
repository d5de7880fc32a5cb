package io.inft.conformance;

import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/**
 * Two databases that are told the same: sqlite-jdbc's own, in WAL mode as ours is, and ours on the
 * embedded network.
 */
final class Twins implements AutoCloseable {
  private final Path folder;
  final Connection plain;
  final Connection ours;

  private Twins(Path folder, Connection plain, Connection ours) {
    this.folder = folder;
    this.plain = plain;
    this.ours = ours;
  }

  /** {@code settings} are given to both, so they are pragmas; pairs of name and value. */
  static Twins open(Path folder, String... settings) throws SQLException {
    Properties properties = new Properties();
    for (int i = 0; i < settings.length; i += 2) {
      properties.setProperty(settings[i], settings[i + 1]);
    }
    Connection plain = DriverManager.getConnection(plainUrl(folder), wal(properties));
    boolean opened = false;
    try {
      Connection ours =
          DriverManager.getConnection("jdbc:inft:twin", machine(folder, "here", properties));
      opened = true;
      return new Twins(folder, plain, ours);
    } finally {
      if (!opened) {
        plain.close();
      }
    }
  }

  private static String plainUrl(Path folder) {
    return "jdbc:sqlite:" + folder.resolve("plain.db");
  }

  private static Properties wal(Properties settings) {
    Properties properties = new Properties();
    properties.putAll(settings);
    properties.setProperty("journal_mode", "wal");
    return properties;
  }

  private static Properties machine(Path folder, String name, Properties settings) {
    Properties properties = new Properties();
    properties.putAll(settings);
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(name).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("linger", "0");
    return properties;
  }

  List<Connection> both() {
    return List.of(plain, ours);
  }

  void run(List<String> statements) throws SQLException {
    for (Connection connection : both()) {
      try (Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          statement.execute(sql);
        }
      }
    }
  }

  /** What was published, opened on a machine that has never seen it. Ours must be closed. */
  Connection restored() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:inft:twin", machine(folder, "there", new Properties()));
  }

  @Override
  public void close() throws SQLException {
    try (plain) {
      ours.close();
    } finally {
      Engines.endIdle();
    }
  }
}
