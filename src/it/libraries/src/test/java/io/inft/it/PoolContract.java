package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What every pool and every wrapper of a DataSource must do with our connections. */
abstract class PoolContract {
  static final String URL = "jdbc:inft:pooled";

  @RegisterExtension final Machines machines = machines();

  record Pool(DataSource source, AutoCloseable end) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      end.close();
    }
  }

  /** At least four connections. */
  abstract Pool open(String url) throws Exception;

  Machines machines() {
    return new Machines();
  }

  /** Whether the pool rolls back what is open when a connection comes back. */
  boolean rollsBack() {
    return true;
  }

  @Test
  void eightThreadsWriteAndAnotherMachineReads() throws Exception {
    try (Pool pool = open(URL + "?transaction_mode=IMMEDIATE")) {
      execute(pool, "create table t(id integer primary key, thread int, v text)");
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        List<Future<?>> writers = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
          int thread = t;
          writers.add(threads.submit(() -> insert(pool, thread)));
        }
        for (Future<?> writer : writers) {
          writer.get(120, TimeUnit.SECONDS);
        }
      } finally {
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      }
    }
    machines.lose();
    try (Pool pool = open(URL)) {
      assertThat(number(pool, "select count(*) from t")).isEqualTo(80);
      assertThat(number(pool, "select count(distinct thread) from t")).isEqualTo(8);
    }
  }

  private static Void insert(Pool pool, int thread) throws SQLException {
    for (int i = 0; i < 10; i++) {
      try (Connection connection = pool.source().getConnection()) {
        connection.setAutoCommit(false);
        try (PreparedStatement insert =
            connection.prepareStatement("insert into t(thread, v) values (?, ?)")) {
          insert.setInt(1, thread);
          insert.setString(2, "v" + i);
          insert.executeUpdate();
        }
        connection.commit();
      }
    }
    return null;
  }

  @Test
  void keysBatchesAndLargeValues() throws Exception {
    byte[] large = new byte[1 << 20];
    new Random(6).nextBytes(large);
    try (Pool pool = open(URL)) {
      execute(pool, "create table t(id integer primary key, v blob)");
      try (Connection connection = pool.source().getConnection()) {
        connection.setAutoCommit(false);
        try (PreparedStatement insert =
            connection.prepareStatement(
                "insert into t(v) values (?)", Statement.RETURN_GENERATED_KEYS)) {
          insert.setBytes(1, large);
          insert.executeUpdate();
          try (ResultSet keys = insert.getGeneratedKeys()) {
            assertThat(keys.next()).isTrue();
            assertThat(keys.getLong(1)).isEqualTo(1);
          }
          for (int i = 0; i < 500; i++) {
            insert.setBytes(1, new byte[] {(byte) i});
            insert.addBatch();
          }
          assertThat(Arrays.stream(insert.executeBatch()).sum()).isEqualTo(500);
        }
        connection.commit();
      }
    }
    machines.lose();
    try (Pool pool = open(URL);
        Connection connection = pool.source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select v, (select count(*) from t) from t")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getBytes(1)).isEqualTo(large);
      assertThat(rows.getInt(2)).isEqualTo(501);
    }
  }

  @Test
  void aConflictIsRunAgainAndNothingIsLeftOpenOnReturn() throws Exception {
    try (Pool pool = open(URL)) {
      execute(pool, "create table t(n int)");
      execute(pool, "insert into t values (1)");
      try (Connection one = pool.source().getConnection()) {
        one.setAutoCommit(false);
        assertThat(number(one, "select n from t")).isEqualTo(1);
        execute(pool, "update t set n = n + 10");
        assertThatThrownBy(() -> execute(one, "update t set n = n + 1"))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"))
            .hasMessageContaining("transaction_mode=IMMEDIATE");
        one.rollback();
        execute(one, "update t set n = n + 1");
        // Not committed: the next one must get a clean connection.
      }
      assertThat(number(pool, "select n from t")).isEqualTo(rollsBack() ? 11 : 12);
    }
  }

  static void execute(Pool pool, String sql) throws SQLException {
    try (Connection connection = pool.source().getConnection()) {
      execute(connection, sql);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static long number(Pool pool, String sql) throws SQLException {
    try (Connection connection = pool.source().getConnection()) {
      return number(connection, sql);
    }
  }

  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1);
    }
  }
}
