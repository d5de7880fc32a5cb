package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.faults.ChildJvm;
import io.inft.replica.Engines;
import java.nio.file.Files;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers that are killed before all pages are here: no row of theirs is lost, none is doubled. */
@Tag("processes")
class LazyWritingProcessTest {
  static final int ROWS = 6000;

  @TempDir Path folder;

  // Mutable: what was committed for all that is known, and how often not all pages were here.
  private long known;
  private int lazily;

  @BeforeEach
  void publish() throws Exception {
    try (Connection connection = DriverManager.getConnection(url("author", "full"));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE note(id INTEGER PRIMARY KEY, name TEXT, body TEXT)");
      statement.execute("CREATE INDEX by_name ON note(name)");
      statement.execute("CREATE TABLE counter(n INTEGER)");
      statement.execute("INSERT INTO counter VALUES (0)");
      statement.execute("CREATE TABLE mine(id INTEGER PRIMARY KEY, body TEXT)");
      statement.execute(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
              + ROWS
              + ") INSERT INTO note SELECT i, 'name-' || i, i || ':' || hex(randomblob(1500)) FROM"
              + " n");
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

  private String url(String home, String open) {
    return "jdbc:inft:lazy?network=embedded&linger=0&open="
        + open
        + "&home="
        + folder.resolve(home)
        + "&embeddedDir="
        + folder.resolve("network");
  }

  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void whoSaysNothingWaitsForAllPagesOfASmallDatabaseOnly() throws Exception {
    String url = url("usual", "auto").replace("&open=auto", "");
    try (Connection connection = DriverManager.getConnection(url)) {
      assertThat(connection.unwrap(InftConnection.class).status().line().orElseThrow().whyWhole())
          .contains("it has less than 32 MB");
    }
  }

  @Test
  void tenConnectionsOfAPoolWriteWhilePagesCome() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url("pool", "lazy"));
    config.setMaximumPoolSize(10);
    List<Future<Long>> counted = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(10);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      for (int i = 1; i <= 10; i++) {
        int own = i * 1000;
        counted.add(threads.submit(() -> writes(pool, own)));
      }
      for (Future<Long> one : counted) {
        assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(20);
      }
      try (Connection connection = pool.getConnection()) {
        connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(60));
      }
    } finally {
      threads.shutdownNow();
    }
    Engines.endIdle();
    try (Connection connection = DriverManager.getConnection(url("another", "full"))) {
      assertThat(number(connection, "SELECT count(*) FROM mine")).isEqualTo(200);
      assertThat(number(connection, "SELECT count(*) FROM note WHERE body LIKE '%.'"))
          .isEqualTo(200);
    }
  }

  private static long writes(HikariDataSource pool, int own) throws SQLException {
    for (int n = own; n < own + 20; n++) {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("INSERT INTO mine VALUES (" + n + ", 'row')");
        statement.execute(
            "UPDATE note SET body = body || '.' WHERE name = 'name-"
                + (n - own + own / 1000 * 500)
                + "'");
        connection.commit();
      }
    }
    try (Connection connection = pool.getConnection()) {
      return number(
          connection, "SELECT count(*) FROM mine WHERE id BETWEEN " + own + " AND " + (own + 99));
    }
  }

  @Test
  void killedWriters() throws Exception {
    killed(5, 3);
  }

  @Test
  @Tag("heavy")
  void manyKilledWriters() throws Exception {
    killed(60, 4);
  }

  private void killed(int times, int ofOneHome) throws Exception {
    Random random = new Random(8);
    for (int i = 0; i < times; i++) {
      String home = "writer-" + i / ofOneHome;
      boolean last = i == times - 1 || (i + 1) / ofOneHome != i / ofOneHome;
      kill(home, i, random);
      if (last) {
        requireAll(home);
      }
    }
    assertThat(lazily).isGreaterThan(times / 2);
  }

  private void kill(String home, int round, Random random) throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            List.of(),
            LazyWriter.class,
            url(home, "lazy"),
            Integer.toString(round),
            Long.toString(known))) {
      child.awaitLine(random.nextInt(3) == 0 ? "open" : "did");
      TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
      child.kill();
      assertThat(child.said())
          .as(String.format(Locale.ROOT, "round %d", round))
          .noneMatch(line -> line.contains("wrong") || line.contains("Exception"));
      lazily += child.said().contains("open lazy") ? 1 : 0;
      known =
          child.said().stream()
              .filter(line -> line.startsWith("did "))
              .mapToLong(line -> Long.parseLong(line.substring(4)))
              .max()
              .orElse(known);
    }
  }

  /** What the killed ones committed is published, and is what another machine reads. */
  private void requireAll(String home) throws Exception {
    long counted;
    try (Connection connection = DriverManager.getConnection(url(home, "lazy"))) {
      connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(60));
      counted = number(connection, "SELECT n FROM counter");
    }
    Engines.endIdle();
    assertThat(counted).isGreaterThanOrEqualTo(known);
    assertThat(forks(home)).isEmpty();
    try (Connection connection = DriverManager.getConnection(url("fresh-" + home, "full"))) {
      assertThat(number(connection, "SELECT n FROM counter")).isEqualTo(counted);
      assertThat(number(connection, "SELECT count(*) FROM mine")).isEqualTo(counted);
      assertThat(number(connection, "SELECT count(*) FROM note WHERE body LIKE id || ':%'"))
          .isEqualTo(ROWS);
      assertThat(
              number(connection, "SELECT sum(length(body) - length(rtrim(body, '.'))) FROM note"))
          .isEqualTo(counted);
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
        assertThat(rows.getString(1)).isEqualTo("ok");
      }
    }
    Engines.endIdle();
    known = counted;
  }

  private List<Path> forks(String home) throws Exception {
    try (Stream<Path> files = Files.walk(folder.resolve(home))) {
      return files.filter(file -> file.getFileName().toString().startsWith("fork")).toList();
    }
  }
}
