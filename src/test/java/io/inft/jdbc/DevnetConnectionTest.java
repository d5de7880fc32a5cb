package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.SigningKey;
import io.inft.devnet.DevnetFixture;
import io.inft.replica.Engines;
import io.inft.store.zerog.ShardConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole thing: chain, real Flow contract, registry contract, two-shard nodes, indexer. */
class DevnetConnectionTest {
  private static DevnetFixture network;

  @TempDir Path folder;
  private SigningKey key;

  @BeforeAll
  static void startNetwork() throws Exception {
    network = DevnetFixture.start(new ShardConfig(0, 2), new ShardConfig(1, 2));
  }

  @AfterAll
  static void stopNetwork() throws Exception {
    network.close();
  }

  @BeforeEach
  void fundAnAccount() throws Exception {
    key = network.account();
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Properties on(String machine) {
    Properties properties = new Properties();
    properties.setProperty("network", "custom");
    properties.setProperty("rpc", network.devnet().rpc().toString());
    properties.setProperty("indexer", network.devnet().indexerAddress().toString());
    properties.setProperty("contract", network.devnet().registry().toString());
    properties.setProperty("privateKey", key.revealHex());
    properties.setProperty("password", "correct horse battery staple");
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("create", "true");
    return properties;
  }

  private static Connection connect(String id, Properties properties) throws SQLException {
    return new InftDriver().connect("jdbc:inft:" + id, properties);
  }

  private static HikariDataSource pool(String id, Properties properties) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:inft:" + id);
    config.setDataSourceProperties(properties);
    config.setMaximumPoolSize(4);
    return new HikariDataSource(config);
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void aDatabaseOutlivesItsMachine() throws Exception {
    Properties anchored = on("one");
    anchored.setProperty("durability", "anchored");
    try (HikariDataSource pool = pool("agent", anchored);
        Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      run(connection, "create table memory(id integer primary key, thought text)");
      run(connection, "insert into memory(thought) values ('one'), ('two')");
      connection.commit();
      assertThat(number(connection, "select inft_version()")).isEqualTo(1);
      run(connection, "insert into memory(thought) values ('three')");
      connection.commit();
      assertThat(number(connection, "select inft_version()")).isEqualTo(2);
    }
    Engines.endIdle();
    DurableFiles.deleteTree(folder.resolve("one"));

    try (HikariDataSource pool = pool("agent", on("two"));
        Connection connection = pool.getConnection()) {
      assertThat(number(connection, "select count(*) from memory")).isEqualTo(3);
      assertThat(number(connection, "select inft_version()")).isEqualTo(2);
      run(connection, "insert into memory(thought) values ('four')");
    }
    Engines.endIdle();

    Properties reader = on("three");
    reader.remove("privateKey");
    try (Connection connection = connect("agent", reader)) {
      assertThat(number(connection, "select count(*) from memory")).isEqualTo(4);
      assertThat(connection.getWarnings().getMessage()).contains("ZERO_G_PRIVATE_KEY");
      assertThatThrownBy(() -> run(connection, "delete from memory"))
          .hasMessageContaining("no private key is set")
          .hasFieldOrPropertyWithValue("SQLState", "25006");
    }
  }
}
