package io.inft.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Devnet;
import io.inft.devnet.DevnetOptions;
import io.inft.devnet.TestPackages;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.jdbc.InftDriver;
import io.inft.registry.DatabaseId;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.registry.onchain.OnchainSettings;
import io.inft.replica.Engines;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * What a publish takes on the development network, by its road and size: gas, and 0G at 4 gwei for
 * a unit of it, as {@code inft_status()} tells of the last publish. Then what settings come to in a
 * day. Gas depends neither on the machine nor on its load.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.inft.bench.PriceBench
 * </pre>
 *
 * An argument is the number of versions before those that are measured; 200 without one. With
 * {@code blocks 2} instead it tells how many blocks of 2 seconds a commit waits until it is
 * anchored, by road and size, nine of each.
 */
public final class PriceBench {
  private static final BigDecimal GAS_PRICE = new BigDecimal("0.000000004");
  private static final int ROUNDS = 9;
  private static final String PREFIX = "prices-";

  /** Bytes in the inserted row. */
  private static final int[] SIZES = {20, 256, 768, 1_700, 3_600, 7_200};

  private final Path folder;
  private final Devnet devnet;
  private final SigningKey key;
  private final int before;

  private PriceBench(Path folder, Devnet devnet, SigningKey key, int before) {
    this.folder = folder;
    this.devnet = devnet;
    this.key = key;
    this.before = before;
  }

  public static void main(String[] arguments) throws Exception {
    boolean blocks = arguments.length == 2 && arguments[0].equals("blocks");
    int before = blocks || arguments.length == 0 ? 200 : Integer.parseInt(arguments[0]);
    DevnetOptions options = DevnetOptions.standard(TestPackages.FOLDER);
    if (blocks) {
      options = options.withAnvilOptions("--block-time", arguments[1]);
    }
    Path folder = Files.createTempDirectory("inft-price-bench");
    SigningKey key = SigningKey.generate(new SecureRandom());
    try (Devnet devnet = Devnet.open(folder.resolve("devnet"), options, progress -> {})) {
      devnet.anvil().fund(key.address(), BigInteger.TEN.pow(24));
      PriceBench bench = new PriceBench(folder, devnet, key, before);
      if (blocks) {
        bench.blocks("always", arguments[1]);
        bench.blocks("never", arguments[1]);
      } else {
        long[] inlined = bench.road("always");
        long[] stored = bench.road("never");
        day(inlined, stored);
      }
      Engines.endIdle();
    } finally {
      DurableFiles.deleteTree(folder);
    }
  }

  private Connection connect(String inline) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "custom");
    properties.setProperty("rpc", devnet.rpc().toString());
    properties.setProperty("indexer", devnet.indexerAddress().toString());
    properties.setProperty("contract", devnet.registry().toString());
    properties.setProperty("privateKey", key.revealHex());
    properties.setProperty("encryptionKey", "ab".repeat(32));
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("create", "true");
    properties.setProperty("durability", "anchored");
    properties.setProperty("anchorTimeout", "600s");
    properties.setProperty("maxFeePerHour", "1000000");
    properties.setProperty("inline", inline);
    properties.setProperty("linger", "0");
    return new InftDriver().connect("jdbc:inft:" + PREFIX + inline, properties);
  }

  /** Median gas of one inserted row by this road, and of versions that are stored in between. */
  private long[] road(String inline) throws Exception {
    try (Connection connection = connect(inline)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("create table t(id integer primary key, v blob)");
      }
      for (int i = 0; i < before; i++) {
        insert(connection, 20);
      }
      long[] gas = new long[] {0, 0};
      for (int size : SIZES) {
        Measured[] road = new Measured[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
          road[i] = measured(connection, size);
          while (inline.equals("always") && size < 3_000 && road[i].stored) {
            gas[1] = road[i].gas;
            print(
                "  a stored version that carries others: %,d bytes, %,d gas, %s",
                road[i].bytes, road[i].gas, price(road[i].gas));
            road[i] = measured(connection, size);
          }
        }
        Arrays.sort(road, (a, b) -> Long.compare(a.gas, b.gas));
        Measured median = road[ROUNDS / 2];
        print(
            "inline=%s, a row of %,d bytes: %s, %,d bytes sent, %,d gas, %s at 4 gwei",
            inline,
            size,
            median.stored ? "stored" : "inlined",
            median.bytes,
            median.gas,
            price(median.gas));
        gas[0] = size == 20 ? median.gas : gas[0];
      }
      return gas;
    }
  }

  /** Blocks from the newest one at a commit to the one that has its anchor. */
  private void blocks(String inline, String blockTime) throws Exception {
    OnchainRegistry registry =
        OnchainRegistry.open(
            OnchainSettings.of(devnet.registry()),
            devnet.chain(),
            new TransactionSender(devnet.chain(), key, new MemoryJournal()));
    DatabaseId id = DatabaseId.parse(PREFIX + inline);
    SecureRandom random = new SecureRandom();
    try (Connection connection = connect(inline)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("create table t(id integer primary key, v blob)");
      }
      for (int size : SIZES) {
        long[] blocks = new long[ROUNDS];
        long[] bytes = new long[ROUNDS];
        int stored = 0;
        for (int i = 0; i < ROUNDS; i++) {
          TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000)); // somewhere within a block
          long block = devnet.chain().blockNumber();
          Measured published = measured(connection, size);
          blocks[i] = registry.head(id).newest().orElseThrow().block().number() - block;
          bytes[i] = published.bytes;
          stored += published.stored ? 1 : 0;
        }
        Arrays.sort(blocks);
        Arrays.sort(bytes);
        print(
            "%s s blocks, inline=%s, a row of %,d bytes, %d of %d stored, %,d bytes sent: median %d"
                + " blocks, best %d, worst %d",
            blockTime,
            inline,
            size,
            stored,
            ROUNDS,
            bytes[ROUNDS / 2],
            blocks[ROUNDS / 2],
            blocks[0],
            blocks[ROUNDS - 1]);
      }
    }
  }

  private record Measured(boolean stored, long bytes, long gas) {}

  private static Measured measured(Connection connection, int size) throws Exception {
    insert(connection, size);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select inft_status()")) {
      rows.next();
      JsonNode last =
          new ObjectMapper().readTree(rows.getString(1)).path("money").path("lastPublish");
      return new Measured(
          last.path("road").asText().equals("stored"),
          last.path("bytes").asLong(),
          last.path("gas").asLong());
    }
  }

  private static void insert(Connection connection, int size) throws SQLException {
    byte[] content = new byte[size];
    new SecureRandom().nextBytes(content);
    try (PreparedStatement insert = connection.prepareStatement("insert into t(v) values (?)")) {
      insert.setBytes(1, content);
      insert.executeUpdate();
    }
  }

  /** Of one row in every version; the stored versions among the inlined ones come every 30 min. */
  private static void day(long[] inlined, long[] stored) {
    long fold = inlined[1] == 0 ? stored[0] : inlined[1];
    for (int seconds : new int[] {30, 300, 3600}) {
      long versions = 86_400 / seconds;
      long folds = Math.min(48, versions);
      // Where versions come more often than every 30 minutes, one of them carries the others.
      long withIt = seconds < 1800 ? versions - folds : versions;
      print(
          "every %d s: inlined %s a day (%d versions, %d of them stored), inline=never %s",
          seconds,
          price(withIt * inlined[0] + folds * fold),
          versions,
          folds,
          price(versions * stored[0]));
    }
  }

  private static String price(long gas) {
    return GAS_PRICE.multiply(BigDecimal.valueOf(gas)).stripTrailingZeros().toPlainString() + " 0G";
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
