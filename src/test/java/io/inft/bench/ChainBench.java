package io.inft.bench;

import io.inft.bytes.SigningKey;
import io.inft.devnet.Devnet;
import io.inft.devnet.DevnetOptions;
import io.inft.devnet.TestPackages;
import io.inft.evm.Chain;
import io.inft.jdbc.InftDriver;
import io.inft.replica.Engines;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * What publishing on a chain takes and costs, on the development network: time from commit to
 * anchored, gas and fee of an ordinary publish. Arguments: {@code latency <block time in s>
 * <commits>}, {@code cost <commits>}, {@code follow <block time in s> <commits>}; without any, all
 * three. How many commits gather in a version {@link ThroughputBench} shows.
 */
public final class ChainBench {
  private static final String ID = "bench";

  private final Path folder;
  private final Devnet devnet;
  private final SigningKey key;

  private ChainBench(Path folder, Devnet devnet, SigningKey key) {
    this.folder = folder;
    this.devnet = devnet;
    this.key = key;
  }

  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      main(new String[] {"latency", "0.5", "20"});
      main(new String[] {"latency", "2", "10"});
      main(new String[] {"cost", "20"});
      main(new String[] {"follow", "0.5", "20"});
      main(new String[] {"follow", "2", "10"});
      return;
    }
    Path folder = Files.createTempDirectory("inft-chain-bench");
    DevnetOptions options = DevnetOptions.standard(TestPackages.FOLDER);
    if (args[0].equals("latency") || args[0].equals("follow")) {
      options = options.withAnvilOptions("--block-time", args[1]);
    }
    SigningKey key = SigningKey.generate(new SecureRandom());
    try (Devnet devnet = Devnet.open(folder.resolve("devnet"), options, progress -> {})) {
      devnet.anvil().fund(key.address(), BigInteger.TEN.pow(24));
      ChainBench bench = new ChainBench(folder, devnet, key);
      switch (args[0]) {
        case "latency" -> bench.latency(args[1], Integer.parseInt(args[2]));
        case "follow" -> bench.follow(args[1], Integer.parseInt(args[2]));
        case "cost" -> bench.cost(Integer.parseInt(args[1]));
        default -> throw new IllegalArgumentException("there is no part " + args[0]);
      }
      Engines.endIdle();
    }
  }

  private Properties properties(URI rpc) {
    Properties properties = new Properties();
    properties.setProperty("network", "custom");
    properties.setProperty("rpc", rpc.toString());
    properties.setProperty("indexer", devnet.indexerAddress().toString());
    properties.setProperty("contract", devnet.registry().toString());
    properties.setProperty("privateKey", key.revealHex());
    properties.setProperty("encryptionKey", "ab".repeat(32));
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("create", "true");
    properties.setProperty("durability", "anchored");
    properties.setProperty("anchorTimeout", "600s");
    properties.setProperty("maxFeePerHour", "1000000");
    properties.setProperty("busy_timeout", "600000");
    return properties;
  }

  private static Connection connect(Properties properties) throws SQLException {
    return new InftDriver().connect("jdbc:inft:" + ID, properties);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** One commit after the other, each at a random time within a block. */
  private void latency(String blockTime, int commits) throws Exception {
    try (Connection connection = connect(properties(devnet.rpc()))) {
      run(connection, "create table t(id integer primary key, v text)");
      long[] millis = new long[commits];
      SecureRandom random = new SecureRandom();
      for (int i = 0; i < commits; i++) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
        long begun = System.nanoTime();
        run(connection, "insert into t(v) values ('row " + i + "')");
        millis[i] = (System.nanoTime() - begun) / 1_000_000;
      }
      Arrays.sort(millis);
      print(
          "commit to anchored, %s s blocks, %d commits: median %d ms, best %d, worst %d",
          blockTime, commits, millis[commits / 2], millis[0], millis[commits - 1]);
    }
  }

  /** Money and gas of publishes of one row each, as the account's balance tells. */
  private void cost(int commits) throws Exception {
    Chain chain = devnet.chain();
    try (Connection connection = connect(properties(devnet.rpc()))) {
      run(connection, "create table t(id integer primary key, v text)");
      for (int i = 0; i < 3; i++) {
        run(connection, "insert into t(v) values ('warm up')");
      }
      long nonce = chain.minedNonce(key.address());
      long block = chain.blockNumber();
      BigInteger balance = chain.balance(key.address());
      for (int i = 0; i < commits; i++) {
        run(connection, "insert into t(v) values ('row " + i + "')");
      }
      BigInteger spent = balance.subtract(chain.balance(key.address()));
      long transactions = chain.minedNonce(key.address()) - nonce;
      print(
          "%d publishes of one row: %s transactions each, %s tokens each",
          commits,
          BigDecimal.valueOf(transactions).divide(BigDecimal.valueOf(commits)),
          new BigDecimal(spent.divide(BigInteger.valueOf(commits)), 18).toPlainString());
      long[] gas = new long[2];
      int[] count = new int[2];
      for (long number = block + 1; number <= chain.blockNumber(); number++) {
        var found = devnet.anvil().rpc().call("eth_getBlockByNumber", Chain.hex(number), true);
        for (var transaction : found.get("transactions")) {
          var receipt =
              devnet
                  .anvil()
                  .rpc()
                  .call("eth_getTransactionReceipt", transaction.get("hash").asText());
          boolean registry =
              transaction.get("to").asText().equalsIgnoreCase(devnet.registry().toString());
          gas[registry ? 0 : 1] += Long.decode(receipt.get("gasUsed").asText());
          count[registry ? 0 : 1]++;
        }
      }
      print(
          "gas: %d for the anchor, %d for the storage submission (means of %d and %d)",
          gas[0] / count[0], gas[1] / count[1], count[0], count[1]);
    }
  }

  /**
   * How long after a commit was anchored a new connection on another machine shows it, by each way.
   * The reader opens a connection, looks, closes it, and begins again after 20 ms.
   */
  private void follow(String blockTime, int commits) throws Exception {
    String rpc = devnet.rpc().toString();
    follow("subscription", rpc + "," + rpc.replace("http:", "ws:"), blockTime, commits);
    follow("filter", rpc, blockTime, commits);
    follow("polling", rpc, blockTime, commits / 5);
  }

  private void follow(String way, String rpc, String blockTime, int commits) throws Exception {
    Properties reader = properties(devnet.rpc());
    reader.remove("privateKey");
    reader.setProperty("rpc", rpc);
    reader.setProperty("mode", "ro");
    reader.setProperty("home", folder.resolve("reader-" + way).toString());
    if (way.equals("polling")) {
      reader.setProperty("follow", "poll");
    }
    try (Connection writer = connect(properties(devnet.rpc()))) {
      run(writer, "create table if not exists t(id integer primary key, v text)");
      try (Connection stays = connect(reader)) {
        while (!status(stays).contains("\"follows\":\"" + way + "\"")) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
        long[] millis = new long[commits];
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < commits; i++) {
          TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
          run(writer, "insert into t(v) values ('row " + i + "')");
          long anchored = System.nanoTime();
          long version = number(writer, "select inft_version()");
          while (seen(reader) < version) {
            TimeUnit.MILLISECONDS.sleep(20);
          }
          millis[i] = (System.nanoTime() - anchored) / 1_000_000;
        }
        Arrays.sort(millis);
        print(
            "anchored to seen by %s, %s s blocks, %d commits: median %d ms, best %d, worst %d",
            way, blockTime, commits, millis[commits / 2], millis[0], millis[commits - 1]);
      }
    }
  }

  private static long seen(Properties reader) throws SQLException {
    try (Connection connection = connect(reader)) {
      return number(connection, "select inft_version()");
    }
  }

  private static String status(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select inft_status()")) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
