package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.faults.InMemory;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two machines, each with a pool and a framework that runs a transaction again after 40001, as
 * Spring's and Jdbi's retries do.
 */
class RetryTest {
  private static final int ADDITIONS = 8;

  @TempDir(factory = InMemory.class)
  Path folder;

  private final AtomicInteger retries = new AtomicInteger();

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private HikariDataSource pool(String machine) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:inft:counter");
    config.addDataSourceProperty("network", "embedded");
    config.addDataSourceProperty("home", folder.resolve(machine).toString());
    config.addDataSourceProperty("embeddedDir", folder.resolve("network").toString());
    config.addDataSourceProperty("durability", "anchored");
    config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
    config.addDataSourceProperty("busy_timeout", "30000");
    config.addDataSourceProperty("linger", "0");
    config.setMaximumPoolSize(2);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  /** One unit of work. */
  private interface Work {
    void in(Connection connection) throws SQLException;
  }

  /** 40001: the transaction lost. 08003: the pool still had a connection of the lost line. */
  private void inTransaction(HikariDataSource pool, Work work) throws SQLException {
    List<SQLException> failures = new ArrayList<>();
    while (failures.size() < 100) {
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        work.in(connection);
        connection.commit();
        return;
      } catch (SQLException e) {
        if (!"40001".equals(e.getSQLState()) && !"08003".equals(e.getSQLState())) {
          throw e;
        }
        failures.add(e);
        retries.incrementAndGet();
      }
    }
    SQLException last = failures.get(failures.size() - 1);
    failures.stream().filter(one -> one != last).forEach(last::addSuppressed);
    throw last;
  }

  @Test
  void aFrameworkThatRetriesOn40001AppliesNothingTwice() throws Exception {
    try (HikariDataSource pool = pool("first")) {
      inTransaction(
          pool,
          connection -> {
            run(connection, "CREATE TABLE counter(n INTEGER)");
            run(connection, "CREATE TABLE added(who TEXT, k INTEGER)");
            run(connection, "INSERT INTO counter VALUES (0)");
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (HikariDataSource first = pool("first");
        HikariDataSource second = pool("second")) {
      List<Future<?>> adders = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        HikariDataSource pool = i % 2 == 0 ? first : second;
        String who = "thread " + i;
        adders.add(
            threads.submit(
                () -> {
                  for (int k = 0; k < ADDITIONS; k++) {
                    add(pool, who, k);
                  }
                  return null;
                }));
      }
      for (Future<?> adder : adders) {
        adder.get(240, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    try (HikariDataSource judge = pool("judge");
        Connection connection = judge.getConnection()) {
      assertThat(number(connection, "SELECT n FROM counter")).isEqualTo(4 * ADDITIONS);
      assertThat(number(connection, "SELECT count(*) FROM added")).isEqualTo(4 * ADDITIONS);
      assertThat(number(connection, "SELECT count(DISTINCT who || k) FROM added"))
          .isEqualTo(4 * ADDITIONS);
    }
    assertThat(retries).as("the machines did meet").hasPositiveValue();
  }

  private void add(HikariDataSource pool, String who, int k) throws SQLException {
    inTransaction(
        pool,
        connection -> {
          run(connection, "UPDATE counter SET n = n + 1");
          try (PreparedStatement insert =
              connection.prepareStatement("INSERT INTO added VALUES (?, ?)")) {
            insert.setString(1, who);
            insert.setInt(2, k);
            insert.executeUpdate();
          }
        });
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }
}
