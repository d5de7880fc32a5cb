package io.inft.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Devnet;
import io.inft.devnet.DevnetOptions;
import io.inft.devnet.TestPackages;
import io.inft.jdbc.InftDriver;
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

/**
 * What a publish takes on the development network, by its road and size: gas, and 0G at 4 gwei for
 * a unit of it, as {@code inft_status()} tells of the last publish. Then what settings come to in a
 * day. Gas depends neither on the machine nor on its load.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.inft.bench.PriceBench
 * </pre>
 *
 * An argument is the number of versions before those that are measured; 200 without one.
 */
public final class PriceBench {
  private static final BigDecimal GAS_PRICE = new BigDecimal("0.000000004");
  private static final int ROUNDS = 9;

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
    int before = arguments.length == 0 ? 200 : Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("inft-price-bench");
    SigningKey key = SigningKey.generate(new SecureRandom());
    try (Devnet devnet =
        Devnet.open(
            folder.resolve("devnet"),
            DevnetOptions.standard(TestPackages.FOLDER),
            progress -> {})) {
      devnet.anvil().fund(key.address(), BigInteger.TEN.pow(24));
      PriceBench bench = new PriceBench(folder, devnet, key, before);
      long[] inlined = bench.road("always");
      long[] stored = bench.road("never");
      day(inlined, stored);
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
    return new InftDriver().connect("jdbc:inft:prices-" + inline, properties);
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
      for (int size : new int[] {20, 256, 768, 1_700, 3_600, 7_200}) {
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
