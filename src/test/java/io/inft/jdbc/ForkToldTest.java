package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.integration.InftHikari;
import io.inft.replica.DatabaseStatus;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A commit is acknowledged, another machine moves the head first, the commit is put aside: an
 * application's call says so, whatever pools do meanwhile, and a restart does not make it silent.
 */
class ForkToldTest {
  @TempDir Path folder;
  private Connection winner;

  @BeforeEach
  void begin() throws SQLException {
    winner = open("winner", "0");
    run(winner, "CREATE TABLE t(who TEXT)");
    sync(winner);
  }

  @AfterEach
  void end() throws SQLException {
    winner.close();
    Engines.endIdle();
  }

  private Properties of(String machine, String linger) {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("encryptionKey", "07".repeat(32));
    properties.setProperty("privateKey", "11".repeat(32));
    properties.setProperty("linger", linger);
    return properties;
  }

  private Connection open(String machine, String linger) throws SQLException {
    return DriverManager.getConnection("jdbc:inft:told", of(machine, linger));
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }

  private static void sync(Connection connection) throws SQLException {
    ask(connection, "SELECT inft_sync(60000)");
  }

  private static final String WHO = "SELECT group_concat(who) FROM t";

  /** Commits on the loser after the winner moved the head; returns when it was put aside. */
  private void lose(Connection loser) throws Exception {
    run(winner, "INSERT INTO t VALUES ('winner')");
    sync(winner);
    run(loser, "INSERT INTO t VALUES ('loser')");
    awaitFork();
    // Of the values, which are no call of an application's: SQL would be told.
    InftConnection values = loser.unwrap(InftConnection.class);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!values.status().line().orElseThrow().isFork()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private void awaitFork() throws Exception {
    Target target = Target.of("told", of("loser", "0"), false);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (target.hasWorkingCopy()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static void expectTold(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", "40001")
        .hasMessageContaining("gen-000001");
  }

  @Test
  void closingIsNotEnoughSoTheNextConnectionTellsOnceAndGoesOn() throws Exception {
    Connection loser = open("loser", "0");
    assertThat(ask(loser, "SELECT count(*) FROM t")).isEqualTo("0");
    lose(loser);
    expectTold(loser::close);

    try (Connection again = open("loser", "0")) {
      assertThat((Throwable) again.getWarnings()).hasMessageContaining("inft forks list told");
      assertThat(again.isValid(1)).isTrue();
      assertThat(ask(again, "SELECT 1")).isEqualTo("1");
      assertThatThrownBy(() -> ask(again, WHO))
          .hasFieldOrPropertyWithValue("SQLState", "40001")
          .hasMessageContaining("gen-000001")
          .hasMessageContaining("inft forks acknowledge");
      assertThat(ask(again, WHO)).isEqualTo("winner");
    }
    try (Connection later = open("loser", "0")) {
      assertThat(ask(later, WHO)).as("told once").isEqualTo("winner");
      assertThat((Throwable) later.getWarnings()).as("until it is acknowledged").isNotNull();
      assertThat(ask(later, "SELECT inft_status()")).contains("gen-000001");
      DatabaseStatus status = later.unwrap(InftConnection.class).status();
      assertThat(status.forks())
          .singleElement()
          .satisfies(fork -> assertThat(fork.told()).isPresent());
      assertThat(status.line().orElseThrow().unpublished().isNothing()).isTrue();
    }
  }

  @Test
  void aConnectionThatWasToldClosesInPeaceAndNobodyIsToldAgain() throws Exception {
    Connection loser = open("loser", "0");
    lose(loser);
    expectTold(() -> ask(loser, WHO));
    assertThat(loser.isValid(1)).isFalse();
    loser.close();
    try (Connection again = open("loser", "0")) {
      assertThat(ask(again, WHO)).isEqualTo("winner");
    }
  }

  @Test
  void whatWasFoundAtTheNextOpenIsToldToo() throws Exception {
    Properties slow = of("loser", "0");
    slow.setProperty("syncInterval", "1h");
    slow.setProperty("onClose", "background");
    try (Connection loser = DriverManager.getConnection("jdbc:inft:told", slow)) {
      run(loser, "INSERT INTO t VALUES ('loser')");
    }
    run(winner, "INSERT INTO t VALUES ('winner')");
    sync(winner);
    try (Connection again = open("loser", "0")) {
      expectTold(() -> ask(again, WHO));
      assertThat(ask(again, WHO)).isEqualTo("winner");
    }
  }

  @Test
  void whatOneConnectionWasToldEndsTheOthersOfItsGeneration() throws Exception {
    Connection loser = open("loser", "0");
    Connection warm = open("loser", "0");
    lose(loser);
    assertThat(warm.isValid(1)).as("nobody was told").isTrue();

    expectTold(() -> ask(loser, WHO));

    assertThat(warm.isValid(1)).as("a pool that asks need not hand it out").isFalse();
    expectTold(() -> ask(warm, WHO)); // one that does not ask hands it out: a retry goes on
    assertThatThrownBy(() -> ask(warm, WHO)).hasFieldOrPropertyWithValue("SQLState", "08003");
    warm.close();
    loser.close();
    try (Connection again = open("loser", "0")) {
      assertThat(ask(again, WHO)).isEqualTo("winner");
    }
  }

  private HikariDataSource pool() {
    return pool(1);
  }

  private HikariDataSource pool(int connections) {
    HikariConfig config = InftHikari.config("jdbc:inft:told");
    of("loser", "30s").forEach((name, value) -> config.addDataSourceProperty((String) name, value));
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(connections);
    return new HikariDataSource(config);
  }

  @Test
  void aPoolOfWarmConnectionsIsToldOnceNotOnceEach() throws Exception {
    int warm = 4;
    try (HikariDataSource pool = pool(warm)) {
      List<Connection> all = new ArrayList<>();
      for (int i = 0; i < warm; i++) {
        all.add(pool.getConnection());
      }
      run(winner, "INSERT INTO t VALUES ('winner')");
      sync(winner);
      run(all.get(0), "INSERT INTO t VALUES ('loser')");
      awaitFork();
      for (Connection connection : all) {
        connection.close();
      }
      TimeUnit.MILLISECONDS.sleep(600); // longer than HikariCP trusts a connection unasked

      expectTold(
          () -> {
            try (Connection connection = pool.getConnection()) {
              ask(connection, WHO);
            }
          });

      for (int i = 0; i < warm; i++) {
        Connection connection = pool.getConnection();
        all.set(i, connection);
        assertThat(ask(connection, WHO)).as("connection %s", i).isEqualTo("winner");
      }
      for (Connection connection : all) {
        connection.close();
      }
    }
  }

  @Test
  void thePoolHandsTheConnectionOutUntilItsBorrowerWasTold() throws Exception {
    try (HikariDataSource pool = pool()) {
      try (Connection connection = pool.getConnection()) {
        assertThat(ask(connection, "SELECT count(*) FROM t")).isEqualTo("0");
      }
      run(winner, "INSERT INTO t VALUES ('winner')");
      sync(winner);
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        run(connection, "INSERT INTO t VALUES ('loser')");
        connection.commit();
      }
      awaitFork();
      TimeUnit.MILLISECONDS.sleep(600); // longer than HikariCP trusts a connection unasked
      expectTold(
          () -> {
            try (Connection connection = pool.getConnection()) {
              ask(connection, WHO);
            }
          });
      try (Connection connection = pool.getConnection()) {
        assertThat(ask(connection, WHO)).isEqualTo("winner");
      }
    }
  }

  @Test
  void aPoolThatThrowsItsConnectionsAwayMakesNothingSilent() throws Exception {
    try (HikariDataSource pool = pool()) {
      try (Connection connection = pool.getConnection()) {
        run(winner, "INSERT INTO t VALUES ('winner')");
        sync(winner);
        run(connection, "INSERT INTO t VALUES ('loser')");
      }
      awaitFork();
      pool.getHikariPoolMXBean().softEvictConnections(); // closes it, and swallows what close says
      expectTold(
          () -> {
            try (Connection connection = pool.getConnection()) {
              ask(connection, WHO);
            }
          });
      try (Connection connection = pool.getConnection()) {
        assertThat(ask(connection, WHO)).isEqualTo("winner");
      }
    }
  }
}
