package io.inft.jdbc;

import io.inft.bytes.SigningKey;
import io.inft.devnet.DevnetFixture;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.registry.onchain.OnchainSettings;
import io.inft.replica.Engines;
import io.inft.store.zerog.ShardConfig;
import java.net.URI;
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
import org.junit.jupiter.api.io.TempDir;

/**
 * For tests of the whole thing: chain, real Flow contract, registry contract, two-shard nodes,
 * indexer. Every test has an account of its own.
 */
abstract class OnDevnet {
  static final String PASSWORD = "correct horse battery staple";

  static DevnetFixture network;

  @TempDir Path folder;
  SigningKey key;

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
  void end() throws Exception {
    network.behave();
    Engines.endIdle();
  }

  /** Settings of a machine that waits for the anchor at every commit. */
  Properties on(String machine) {
    return on(machine, network.devnet().rpc(), key);
  }

  Properties on(String machine, URI rpc, SigningKey account) {
    Properties properties = new Properties();
    properties.setProperty("network", "custom");
    properties.setProperty("rpc", rpc.toString());
    properties.setProperty("indexer", network.devnet().indexerAddress().toString());
    properties.setProperty("contract", network.devnet().registry().toString());
    properties.setProperty("privateKey", account.revealHex());
    properties.setProperty("password", PASSWORD);
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("create", "true");
    properties.setProperty("durability", "anchored");
    return properties;
  }

  /** The registry as an account uses it, past the driver. */
  static OnchainRegistry registry(SigningKey account) throws Exception {
    return OnchainRegistry.open(
        OnchainSettings.of(network.devnet().registry()), network.chain(), sender(account));
  }

  static TransactionSender sender(SigningKey account) {
    return new TransactionSender(network.chain(), account, new MemoryJournal());
  }

  static Connection connect(String id, Properties properties) throws SQLException {
    return new InftDriver().connect("jdbc:inft:" + id, properties);
  }

  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
