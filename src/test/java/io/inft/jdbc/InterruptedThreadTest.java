package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thread that was interrupted before it comes, as in an executor that shuts down, connects,
 * reads, writes and closes as it does with sqlite-jdbc, and goes on being interrupted.
 */
class InterruptedThreadTest {
  @TempDir Path folder;

  @BeforeEach
  void make() throws Exception {
    try (Connection connection = open("home");
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(v)");
      statement.execute("insert into t values (zeroblob(100000))");
    }
    Engines.endIdle();
  }

  @AfterEach
  void end() {
    Thread.interrupted();
    Engines.endIdle();
  }

  private Connection open(String home, String... more) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(home).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    for (int i = 0; i < more.length; i += 2) {
      properties.setProperty(more[i], more[i + 1]);
    }
    return DriverManager.getConnection("jdbc:inft:notes", properties);
  }

  private interface Action {
    void run() throws Exception;
  }

  /** Runs something on this thread, interrupted. */
  private static void interrupted(Action action) throws Exception {
    Thread.currentThread().interrupt();
    try {
      action.run();
      assertThat(Thread.currentThread().isInterrupted()).as("still interrupted").isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  private static long count(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from t")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void insert(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("insert into t values ('more')");
    }
  }

  private void writesAndCloses(String home) throws Exception {
    interrupted(
        () -> {
          try (Connection connection = open(home)) {
            assertThat(count(connection)).isEqualTo(1);
            insert(connection);
          }
        });
    Engines.endIdle();
    try (Connection elsewhere = open("elsewhere")) {
      assertThat(count(elsewhere)).as("published by the close").isEqualTo(2);
    }
  }

  @Test
  void opensWhatIsHereWritesAndPublishesAtTheClose() throws Exception {
    writesAndCloses("home");
  }

  @Test
  void restoresWritesAndPublishesAtTheClose() throws Exception {
    writesAndCloses("another");
  }

  @Test
  void beginsANewDatabase() throws Exception {
    interrupted(
        () -> {
          Properties properties = new Properties();
          properties.setProperty("network", "embedded");
          properties.setProperty("home", folder.resolve("home").toString());
          properties.setProperty("embeddedDir", folder.resolve("a-new-network").toString());
          try (Connection connection = DriverManager.getConnection("jdbc:inft:fresh", properties);
              Statement statement = connection.createStatement()) {
            statement.execute("create table t(v)");
          }
        });
  }

  @Test
  void readsThePastAndFollowsTheHead() throws Exception {
    interrupted(
        () -> {
          try (Connection past = open("reader", "at", "1")) {
            assertThat(count(past)).isBetween(0L, 1L);
          }
          try (Connection reader = open("reader", "mode", "ro", "refresh", "0s")) {
            assertThat(count(reader)).isEqualTo(1);
          }
        });
  }

  @Test
  void followsAHeadThatMovedMeanwhile() throws Exception {
    try (Connection reader = open("reader", "mode", "ro", "refresh", "0s")) {
      assertThat(count(reader)).isEqualTo(1);
      try (Connection writer = open("home")) {
        insert(writer);
      }
      interrupted(() -> count(reader));
    }
    interrupted(
        () -> {
          try (Connection reader = open("reader", "mode", "ro", "refresh", "0s")) {
            assertThat(count(reader)).isEqualTo(2);
          }
        });
  }

  @Test
  void answersWhatTheEngineIsAsked() throws Exception {
    try (Connection connection = open("home");
        Statement statement = connection.createStatement()) {
      interrupted(
          () -> {
            for (String function : new String[] {"version", "status", "history", "log"}) {
              try (ResultSet row = statement.executeQuery("select inft_" + function + "()")) {
                assertThat(row.getString(1)).as(function).isNotEmpty();
              }
            }
            assertThat(connection.unwrap(InftConnection.class).keys().slots()).isNotEmpty();
            statement.execute("pragma wal_checkpoint(truncate)");
            insert(connection);
          });
    }
  }

  @Test
  void interruptsThatComeWhileItOpensAreNoFailureOfTheDisk() throws Exception {
    for (int i = 0; i < 10; i++) {
      Thread caller = Thread.currentThread();
      AtomicBoolean opened = new AtomicBoolean();
      int delay = i * 3;
      Thread nagging =
          new Thread(
              () -> {
                for (int n = 0; n < 3 && !opened.get(); n++) {
                  LockSupport.parkNanos(delay * 1_000_000L);
                  caller.interrupt();
                }
              });
      nagging.start();
      try (Connection connection = open("home-" + i)) {
        opened.set(true);
        assertThat(count(connection)).isEqualTo(1);
      } catch (SQLException e) {
        assertThat((Throwable) e).hasMessageContaining("interrupted");
        assertThat(e.getSQLState()).isIn("08001", "08007");
      } finally {
        opened.set(true);
        while (nagging.isAlive()) {
          Thread.onSpinWait(); // a join would be interrupted
        }
        Thread.interrupted();
      }
    }
  }
}
