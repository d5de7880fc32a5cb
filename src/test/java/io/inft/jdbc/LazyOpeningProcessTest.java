package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.faults.ChildJvm;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lazy opening by URL: pools, several processes, and processes that are killed. */
@Tag("processes")
class LazyOpeningProcessTest {
  @TempDir Path folder;

  @BeforeEach
  void publish() throws Exception {
    try (Connection connection = DriverManager.getConnection(url("author", "rw", "full"));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE note(id INTEGER PRIMARY KEY, name TEXT, body TEXT)");
      statement.execute("CREATE INDEX by_name ON note(name)");
      statement.execute(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) INSERT"
              + " INTO note SELECT i, 'name-' || i, i || ':' || hex(randomblob(700)) FROM n");
      connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(60));
      statement.execute("UPDATE note SET body = body || '!' WHERE id % 50 = 0");
      connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(60));
    }
    Engines.endIdle();
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private String url(String home, String mode, String open) {
    return "jdbc:inft:lazy?network=embedded&linger=0&mode="
        + mode
        + "&open="
        + open
        + "&home="
        + folder.resolve(home)
        + "&embeddedDir="
        + folder.resolve("network");
  }

  static boolean isPartial(Connection connection) throws SQLException {
    return connection
        .unwrap(InftConnection.class)
        .status()
        .reading()
        .orElseThrow()
        .whyWhole()
        .isEmpty();
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  private static void requireAll(Connection connection) throws SQLException {
    assertThat(text(connection, "PRAGMA integrity_check")).isEqualTo("ok");
    assertThat(text(connection, "SELECT count(*) FROM note WHERE body LIKE id || ':%'"))
        .isEqualTo("4000");
  }

  @Test
  void statusSaysHowItWasOpened() throws Exception {
    try (Connection lazy = DriverManager.getConnection(url("reader", "ro", "lazy"));
        Connection auto = DriverManager.getConnection(url("other", "ro", "auto"));
        Connection unasked =
            DriverManager.getConnection(url("third", "ro", "auto").replace("&open=auto", ""));
        Connection writes = DriverManager.getConnection(url("author", "rw", "lazy"))) {
      assertThat(text(lazy, "SELECT inft_status()"))
          .contains("\"open\":\"lazy\",\"hydration\":{\"pages\":");
      assertThat(text(auto, "SELECT inft_status()"))
          .contains("\"open\":\"full\",\"openFullBecause\":\"it has less than 32 MB\"");
      assertThat(text(unasked, "SELECT inft_status()"))
          .contains("\"openFullBecause\":\"it has less than 32 MB\"");
      assertThat(text(writes, "SELECT inft_status()"))
          .contains("\"open\":\"full\",\"openFullBecause\":\"all of it was here already\"");
    }
  }

  @Test
  void aPoolOfReaders() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url("reader", "ro", "lazy"));
    config.setMaximumPoolSize(4);
    config.setReadOnly(true);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      List<Future<Boolean>> readers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Random random = new Random(i);
        readers.add(threads.submit(() -> readsRight(pool, random)));
      }
      for (Future<Boolean> reader : readers) {
        assertThat(reader.get(60, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean readsRight(HikariDataSource pool, Random random) throws SQLException {
    boolean right = true;
    for (int i = 0; i < 40; i++) {
      int id = 1 + random.nextInt(4000);
      try (Connection connection = pool.getConnection()) {
        right &=
            text(connection, "SELECT body FROM note WHERE name = 'name-" + id + "'")
                .startsWith(id + ":");
      }
    }
    return right;
  }

  @Test
  void twoProcessesReadOneVersion() throws Exception {
    try (ChildJvm other =
        ChildJvm.start(List.of(), LazyReader.class, url("reader", "ro", "lazy"), "3")) {
      other.awaitLine("open");
      try (Connection here = DriverManager.getConnection(url("reader", "ro", "lazy"))) {
        requireAll(here);
      }
      other.kill();
      assertThat(other.said()).noneMatch(line -> line.contains("wrong"));
    }
    try (Connection here = DriverManager.getConnection(url("reader", "ro", "full"))) {
      requireAll(here);
    }
  }

  @Test
  void aReaderThatIsKilledLeavesWhatIsHere() throws Exception {
    killedAndReopened(2, 40);
  }

  @Test
  @Tag("heavy")
  void manyReadersThatAreKilledLeaveWhatIsHere() throws Exception {
    killedAndReopened(40, 200);
  }

  private void killedAndReopened(int times, int mostMillis) throws Exception {
    Random random = new Random(8);
    for (int i = 0; i < times; i++) {
      try (ChildJvm child =
          ChildJvm.start(
              List.of(), LazyReader.class, url("reader", "ro", "lazy"), Integer.toString(i))) {
        child.awaitLine(i == 0 || random.nextBoolean() ? "open" : "row");
        TimeUnit.MILLISECONDS.sleep(random.nextInt(mostMillis));
        child.kill();
        assertThat(child.said())
            .as(String.format(Locale.ROOT, "round %d", i))
            .noneMatch(line -> line.contains("wrong") || line.contains("Exception"));
      }
    }
    try (Connection connection = DriverManager.getConnection(url("reader", "ro", "lazy"))) {
      requireAll(connection);
    }
  }
}
