package io.inft.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A connection with one table {@code t}, and a session that writes down what it is told. */
abstract class OnPlainSession {
  static final String NO_COMMIT = "none";
  static final String COMMIT = "none commit";
  static final String IN_TRANSACTION = "open";

  @TempDir Path folder;
  PlainSession session;
  CapturedConnection connection;

  @BeforeEach
  void open() throws Exception {
    session = new PlainSession(folder.resolve("a.db"));
    connection = open(new Properties());
    run("create table t(id integer primary key, v text)");
    session.takeTold();
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    if (session.closed == 0) {
      session.close();
    }
  }

  final CapturedConnection open(Properties properties) throws SQLException {
    return new CapturedConnection("jdbc:inft:notes?network=embedded", session, properties);
  }

  final void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  final long count() throws SQLException {
    return count(connection);
  }

  /** What anybody else sees: committed rows. */
  final long countOfOthers() throws SQLException {
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile())) {
      return count(other);
    }
  }

  private static long count(Connection of) throws SQLException {
    try (Statement statement = of.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from t")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
