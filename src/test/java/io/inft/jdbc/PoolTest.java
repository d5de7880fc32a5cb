package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolTest {
  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private HikariConfig config() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:inft:pooled");
    config.addDataSourceProperty("network", "embedded");
    config.addDataSourceProperty("home", folder.resolve("home").toString());
    config.addDataSourceProperty("embeddedDir", folder.resolve("network").toString());
    config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
    config.addDataSourceProperty("busy_timeout", "30000");
    config.setMaximumPoolSize(10);
    return config;
  }

  @Test
  void tenConnectionsShareOneDatabase() throws Exception {
    try (HikariDataSource pool = new HikariDataSource(config())) {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("create table t(id integer primary key, v text)");
      }
      ExecutorService threads = Executors.newFixedThreadPool(10);
      try {
        List<Future<Integer>> writers = new ArrayList<>();
        for (int t = 0; t < 10; t++) {
          writers.add(threads.submit(() -> insert(pool, 20)));
        }
        int inserted = 0;
        for (Future<Integer> writer : writers) {
          inserted += writer.get(120, TimeUnit.SECONDS);
        }
        assertThat(inserted).isEqualTo(200);
      } finally {
        threads.shutdownNow();
      }
      assertThat(count(pool)).isEqualTo(200);
    }
    try (HikariDataSource again = new HikariDataSource(config())) {
      assertThat(count(again)).isEqualTo(200);
    }
  }

  private static int insert(HikariDataSource pool, int rows) throws SQLException {
    int inserted = 0;
    for (int i = 0; i < rows; i++) {
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        try (PreparedStatement insert =
            connection.prepareStatement("insert into t(v) values (?)")) {
          insert.setString(1, "v" + i);
          inserted += insert.executeUpdate();
        }
        connection.commit();
      }
    }
    return inserted;
  }

  private static int count(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from t")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void aPoolOfReadOnlyConnectionsStartsWithoutBeingTold() throws Exception {
    try (HikariDataSource pool = new HikariDataSource(config());
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(id integer primary key, v text)");
    }
    HikariConfig readers = config();
    readers.addDataSourceProperty("mode", "ro");
    readers.addDataSourceProperty("transaction_mode", "DEFERRED");
    try (HikariDataSource pool = new HikariDataSource(readers)) {
      assertThat(count(pool)).isZero();
    }
  }

  @Test
  void dataSourcePropertiesAreSetByName() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setDataSourceClassName(InftDataSource.class.getName());
    config.addDataSourceProperty("url", "jdbc:inft:pooled");
    config.addDataSourceProperty("network", "embedded");
    config.addDataSourceProperty("home", folder.resolve("home").toString());
    config.addDataSourceProperty("embeddedDir", folder.resolve("network").toString());
    config.addDataSourceProperty("enforceForeignKeys", true);
    config.setMaximumPoolSize(1);
    try (HikariDataSource pool = new HikariDataSource(config);
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(id)");
      assertThat(connection.unwrap(InftConnection.class).status()).contains("pooled");
    }
  }

  @Test
  void nothingIsLeftAfterTheLastCloseAndTheLinger() throws Exception {
    HikariConfig config = config();
    config.addDataSourceProperty("linger", "0");
    try (HikariDataSource pool = new HikariDataSource(config);
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(id)");
      assertThat(threadNames()).anyMatch(name -> name.contains("pooled"));
    }
    Engines.endIdle();
    assertThat(threadNames()).noneMatch(name -> name.contains("pooled"));
  }

  private static List<String> threadNames() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        // HikariCP ends its own threads later.
        .filter(name -> name.startsWith("inft-"))
        .toList();
  }
}
