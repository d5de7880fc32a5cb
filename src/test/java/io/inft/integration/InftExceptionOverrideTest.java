package io.inft.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride.Override;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.PutAsideException;
import io.inft.failure.StoreUnavailableException;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InftExceptionOverrideTest {
  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private HikariConfig config(String home, String durability) {
    HikariConfig config = InftHikari.config("jdbc:inft:pooled?network=embedded");
    config.addDataSourceProperty("home", folder.resolve(home).toString());
    config.addDataSourceProperty("embeddedDir", folder.resolve("network").toString());
    config.addDataSourceProperty("durability", durability);
    config.setMaximumPoolSize(1);
    return config;
  }

  @Test
  void aConnectionOfAForkIsThrownAwayAtOnceAndTheNextOneSeesTheWinner() throws Exception {
    try (HikariDataSource ours = new HikariDataSource(config("ours", "anchored"))) {
      execute(ours, "create table t(v text)");
      try (HikariDataSource theirs = new HikariDataSource(config("theirs", "anchored"))) {
        execute(theirs, "insert into t values ('theirs')");
      }
      SQLException forked = failure(ours, "insert into t values ('ours')");
      assertThat(forked.getSQLState()).isEqualTo("40001");
      assertThat(new InftExceptionOverride().adjudicate(forked)).isEqualTo(Override.MUST_EVICT);
      execute(ours, "insert into t values ('ours')");
      try (Connection connection = ours.getConnection();
          Statement statement = connection.createStatement();
          var rows = statement.executeQuery("select group_concat(v, ' ' order by v) from t")) {
        assertThat(rows.getString(1)).isEqualTo("ours theirs");
      }
    }
  }

  @Test
  void aConnectionThatOnlyTellsOfAnOlderForkIsKept() {
    PutAsideException told = new PutAsideException("a", List.of("/gen-1"), List.of("gen-1"));
    SQLException thrown = new SQLException("told", "40001", told);
    assertThat(new InftExceptionOverride().adjudicate(thrown)).isEqualTo(Override.CONTINUE_EVICT);
  }

  @Test
  void aConnectionIsKeptWhileTheNetworkIsOut() {
    InftExceptionOverride override = new InftExceptionOverride();
    assertThat(
            override.adjudicate(
                new SQLTransientConnectionException(
                    "not yet", "08007", new PublishTimeoutException("publishing", "slow", null))))
        .isEqualTo(Override.DO_NOT_EVICT);
    assertThat(
            override.adjudicate(
                new SQLTransientConnectionException(
                    "out", "08001", new StoreUnavailableException("the store", "put", null))))
        .isEqualTo(Override.DO_NOT_EVICT);
  }

  @Test
  void aConnectionGoesOnWhileWhatPlaysTheNetworkIsBroken() throws Exception {
    try (HikariDataSource pool = new HikariDataSource(config("ours", "local"));
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(v text)");
      statement.execute("select inft_sync(60000)");
      Path network = folder.resolve("network");
      Path away = folder.resolve("away");
      Files.move(network, away);
      Files.writeString(network, "no folder");
      statement.execute("insert into t values ('kept')");
      SQLException outage = failure(statement, "select inft_sync(100)");
      assertThat(outage.getSQLState()).as("a folder plays the network").isEqualTo("58030");
      assertThat(new InftExceptionOverride().adjudicate(outage)).isEqualTo(Override.CONTINUE_EVICT);
      assertThat(connection.isClosed()).isFalse();
      Files.delete(network);
      Files.move(away, network);
      try (var rows = statement.executeQuery("select v from t")) {
        assertThat(rows.getString(1)).isEqualTo("kept");
      }
    }
  }

  @Test
  void anythingElseIsLeftToHikari() {
    InftExceptionOverride override = new InftExceptionOverride();
    assertThat(override.adjudicate(new SQLNonTransientConnectionException("closed", "08003")))
        .isEqualTo(Override.CONTINUE_EVICT);
    assertThat(override.adjudicate(new SQLException("a constraint", "23505")))
        .isEqualTo(Override.CONTINUE_EVICT);
  }

  private static void execute(HikariDataSource pool, String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static SQLException failure(HikariDataSource pool, String sql) {
    try {
      execute(pool, sql);
    } catch (SQLException e) {
      return e;
    }
    throw new AssertionError("it worked: " + sql);
  }

  private static SQLException failure(Statement statement, String sql) {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      return e;
    }
    throw new AssertionError("it worked: " + sql);
  }
}
