package io.inft.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.SigningKey;
import io.inft.devnet.ChainProxy;
import io.inft.devnet.Devnet;
import io.inft.devnet.DevnetOptions;
import io.inft.devnet.TestPackages;
import io.inft.evm.AbiWriter;
import io.inft.evm.Chain;
import io.inft.jdbc.InftDriver;
import io.inft.replica.Engines;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Anchored commits a second of many connections to one database, on the development network, with
 * blocks in a steady rhythm and a network that takes its time for every call.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.inft.bench.ThroughputBench -Dexec.args="loop 1 50 1000 30"
 * </pre>
 *
 * Arguments: {@code local <connections>}, which compares with plain sqlite-jdbc, by turns and
 * without a network, how long all of them together take for 2,000 commits; {@code burst <block time
 * in s> <added latency in ms> <connections>}, where the chain stands still until all of them wait,
 * or {@code loop <block time in s> <added latency in ms> <connections> <seconds>}, where each
 * commits again as soon as its last commit is anchored. Without any, all three, with up to 1,000
 * connections. A last argument {@code inline=never} or another property is given to every
 * connection.
 */
public final class ThroughputBench {
  private static final String ID = "bench";
  private static final String ANCHOR_INLINE =
      "anchorInline((bytes32,uint64,bytes32,bytes32,bytes32,uint48,uint24,bytes32,uint8),bytes)";

  private final Path folder;
  private final Devnet devnet;
  private final SigningKey key;
  private final String property;
  private final List<Connection> connections = new ArrayList<>();

  private ThroughputBench(Path folder, Devnet devnet, SigningKey key, String property) {
    this.folder = folder;
    this.devnet = devnet;
    this.key = key;
    this.property = property;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      for (String writers : new String[] {"1", "8", "100", "1000"}) {
        main(new String[] {"local", writers});
      }
      main(new String[] {"burst", "1", "50", "1000"});
      main(new String[] {"loop", "1", "50", "1000", "30"});
      return;
    }
    List<String> rest = new ArrayList<>(List.of(arguments));
    int last = rest.size() - 1;
    String property = rest.get(last).contains("=") ? rest.remove(last) : "";
    if (rest.get(0).equals("local")) {
      LocalWriters.compare(Integer.parseInt(rest.get(1)), property);
      return;
    }
    int blockSeconds = Integer.parseInt(rest.get(1));
    int latencyMillis = Integer.parseInt(rest.get(2));
    int writers = Integer.parseInt(rest.get(3));
    Path folder = Files.createTempDirectory("inft-throughput-bench");
    SigningKey key = SigningKey.generate(new SecureRandom());
    try (Devnet devnet =
            Devnet.open(
                folder.resolve("devnet"),
                DevnetOptions.standard(TestPackages.FOLDER),
                progress -> {});
        ChainProxy proxy = new ChainProxy(devnet.rpc())) {
      devnet.anvil().fund(key.address(), BigInteger.TEN.pow(24));
      ThroughputBench bench = new ThroughputBench(folder, devnet, key, property);
      bench.connect(proxy.address(), writers);
      proxy.delay(latencyMillis);
      if (rest.get(0).equals("burst")) {
        bench.burst(blockSeconds, latencyMillis);
      } else {
        bench.loop(blockSeconds, latencyMillis, Integer.parseInt(rest.get(4)));
      }
      devnet.anvil().control("evm_setIntervalMining", 0);
      devnet.anvil().control("evm_setAutomine", true);
      for (Connection connection : bench.connections) {
        connection.close();
      }
      Engines.endIdle();
    } finally {
      DurableFiles.deleteTree(folder);
    }
  }

  private void connect(URI rpc, int writers) throws SQLException {
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
    if (!property.isEmpty()) {
      int equals = property.indexOf('=');
      properties.setProperty(property.substring(0, equals), property.substring(equals + 1));
    }
    for (int i = 0; i < writers; i++) {
      connections.add(new InftDriver().connect("jdbc:inft:" + ID, properties));
      if (i == 0) {
        run(connections.get(0), "create table t(id integer primary key, v text)");
      }
    }
    connections.add(new InftDriver().connect("jdbc:inft:" + ID, properties)); // looks
  }

  private Connection look() {
    return connections.get(connections.size() - 1);
  }

  private List<Connection> writers() {
    return connections.subList(0, connections.size() - 1);
  }

  /** All commit while the chain stands still; then it goes on. */
  private void burst(int blockSeconds, int latencyMillis) throws Exception {
    long before = number("select inft_version()");
    long block = devnet.chain().blockNumber();
    devnet.anvil().control("evm_setAutomine", false);
    long begun = System.nanoTime();
    ExecutorService pool = Executors.newFixedThreadPool(writers().size());
    List<Future<Long>> waiting = begin(pool, connection -> () -> commits(connection, 0));
    while (number("select count(*) from t") < writers().size()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    double local = (System.nanoTime() - begun) / 1e9;
    begun = System.nanoTime();
    devnet.anvil().control("evm_setIntervalMining", blockSeconds);
    for (Future<Long> one : waiting) {
      one.get();
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    pool.shutdown();
    print(
        "burst, %d s blocks, %d ms latency: %d connections committed here within %.2f s; anchored"
            + " in %d versions and %.2f s: %.0f commits/s",
        blockSeconds,
        latencyMillis,
        writers().size(),
        local,
        number("select inft_version()") - before,
        seconds,
        writers().size() / seconds);
    blocks(block);
  }

  /** Each commits again and again. */
  private void loop(int blockSeconds, int latencyMillis, int length) throws Exception {
    devnet.anvil().control("evm_setAutomine", false);
    devnet.anvil().control("evm_setIntervalMining", blockSeconds);
    ExecutorService pool = Executors.newFixedThreadPool(writers().size());
    for (Future<Long> one : begin(pool, connection -> () -> commits(connection, 0))) {
      one.get(); // warm
    }
    long before = number("select inft_version()");
    long block = devnet.chain().blockNumber();
    long begun = System.nanoTime();
    long until = begun + TimeUnit.SECONDS.toNanos(length);
    List<Long> waits = Collections.synchronizedList(new ArrayList<>());
    List<Future<Long>> running =
        begin(
            pool,
            connection ->
                () -> {
                  long most = 0;
                  while (System.nanoTime() < until) {
                    long since = System.nanoTime();
                    commits(connection, most++);
                    waits.add(System.nanoTime() - since);
                  }
                  return most;
                });
    long least = Long.MAX_VALUE;
    long most = 0;
    for (Future<Long> one : running) {
      least = Math.min(least, one.get());
      most = Math.max(most, one.get());
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    pool.shutdown();
    Collections.sort(waits);
    print(
        "loop, %d s blocks, %d ms latency: %d connections, %d commits anchored in %d versions and"
            + " %.1f s: %.0f commits/s; a commit took %d ms (median), %d ms (worst); a connection"
            + " made %d to %d",
        blockSeconds,
        latencyMillis,
        writers().size(),
        waits.size(),
        number("select inft_version()") - before,
        seconds,
        waits.size() / seconds,
        waits.get(waits.size() / 2) / 1_000_000,
        waits.get(waits.size() - 1) / 1_000_000,
        least,
        most);
    blocks(block);
  }

  private interface Work {
    Callable<Long> of(Connection connection);
  }

  private List<Future<Long>> begin(ExecutorService pool, Work work) {
    List<Future<Long>> begun = new ArrayList<>();
    for (Connection connection : writers()) {
      begun.add(pool.submit(work.of(connection)));
    }
    return begun;
  }

  private static long commits(Connection connection, long n) throws SQLException {
    run(connection, "insert into t(v) values ('a row " + n + "')");
    return 1;
  }

  /** What the transactions after a block were, and what they took. */
  private void blocks(long after) throws Exception {
    Chain chain = devnet.chain();
    String inline = "0x" + HexFormat.of().formatHex(new AbiWriter().call(ANCHOR_INLINE));
    long gas = 0;
    long dearest = 0;
    int used = 0;
    int inlined = 0;
    int stored = 0;
    int other = 0;
    long newest = chain.blockNumber();
    for (long number = after + 1; number <= newest; number++) {
      JsonNode found = devnet.anvil().rpc().call("eth_getBlockByNumber", Chain.hex(number), true);
      long ofBlock = Long.decode(found.get("gasUsed").asText());
      gas += ofBlock;
      dearest = Math.max(dearest, ofBlock);
      used += ofBlock > 0 ? 1 : 0;
      for (JsonNode transaction : found.get("transactions")) {
        boolean registry =
            transaction.get("to").asText().equalsIgnoreCase(devnet.registry().toString());
        if (!registry) {
          other++;
        } else if (transaction.get("input").asText().startsWith(inline)) {
          inlined++;
        } else {
          stored++;
        }
      }
    }
    print(
        "  %d blocks, %d of them used: gas %,d on average of those, %,d at most; %d anchors with"
            + " the commit object, %d without, %d storage submissions",
        newest - after, used, used == 0 ? 0 : gas / used, dearest, inlined, stored, other);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long number(String sql) throws SQLException {
    try (Statement statement = look().createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
