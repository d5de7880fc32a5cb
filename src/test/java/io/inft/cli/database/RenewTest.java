package io.inft.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.SigningKey;
import io.inft.cli.CommandCall;
import io.inft.devnet.DevNode;
import io.inft.devnet.DevnetFixture;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.replica.Engines;
import io.inft.store.zerog.ShardConfig;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code inft renew}: a stranger keeps a database alive. */
@Tag("processes")
class RenewTest {
  private static final String PASSWORD = "a long and quiet password";

  /** What a password costs is none of these tests' matter. */
  private static final String QUICK = "argon2id:m=19456,t=2,p=1";

  private static final Logger LOG = LoggerFactory.getLogger(RenewTest.class);

  private static DevnetFixture network;
  private static SigningKey owner;
  private static SigningKey stranger;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    network = DevnetFixture.start(new ShardConfig(0, 2), new ShardConfig(1, 2));
    owner = network.account();
    stranger = network.account();
  }

  @AfterAll
  static void stop() throws Exception {
    network.close();
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Properties properties(String machine, SigningKey key) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "custom");
    properties.setProperty("rpc", network.devnet().rpc().toString());
    properties.setProperty("indexer", network.devnet().indexerAddress().toString());
    properties.setProperty("flow", network.devnet().contracts().flow().toString());
    properties.setProperty("contract", network.devnet().registry().toString());
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("privateKeyFile", keyFile(key).toString());
    properties.setProperty("inline", "never");
    return properties;
  }

  private Path keyFile(SigningKey key) throws Exception {
    Path file = folder.resolve(key.address() + ".key");
    Files.writeString(file, key.revealHex());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private CommandCall call(String machine, SigningKey key, String... arguments) throws Exception {
    List<String> always = new ArrayList<>();
    properties(machine, key)
        .forEach((name, value) -> always.addAll(List.of("-P", name + "=" + value)));
    return CommandCall.of(always, arguments);
  }

  private CommandCall opening(String machine, SigningKey key, String... arguments)
      throws Exception {
    Path file = folder.resolve("password");
    Files.writeString(file, PASSWORD);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--password-file", file.toString()));
    return call(machine, key, all.toArray(String[]::new));
  }

  private static JsonNode json(CommandCall call) throws Exception {
    return new ObjectMapper().readTree(call.out());
  }

  /** A database of some versions: a snapshot of its own, and deltas in commit objects. */
  private void write(String id, int megabytes) throws Exception {
    Path file = folder.resolve(id + ".db");
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement sql = plain.createStatement()) {
      sql.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, b BLOB)");
      sql.execute(
          "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < "
              + megabytes * 10
              + ") INSERT INTO t SELECT n, randomblob(100000) FROM c");
    }
    CommandCall pushed =
        opening(
            "laptop",
            owner,
            "push",
            id,
            file.toString(),
            "-P",
            "create=true",
            "-P",
            "kdf=" + QUICK);
    assertThat(pushed.code()).as("%s", pushed).isZero();
    Properties properties = properties("laptop", owner);
    properties.setProperty("password", PASSWORD);
    properties.setProperty("durability", "anchored");
    try (Connection connection = DriverManager.getConnection("jdbc:inft:" + id, properties);
        Statement sql = connection.createStatement()) {
      for (int i = 1; i <= 3; i++) {
        sql.execute("INSERT INTO t VALUES (" + (1_000_000 + i) + ", randomblob(300))");
        sql.execute("INSERT INTO inft_events(type, payload) VALUES ('note', '{\"i\": " + i + "}')");
      }
    }
    Engines.endIdle();
  }

  private static long payments() throws Exception {
    byte[] ask = AbiWriter.selector("numSubmissions()");
    return new AbiReader(
            "submissions", network.chain().call(network.devnet().contracts().flow(), ask))
        .uint63("number");
  }

  private static void prune(long belowTxSeq) throws Exception {
    network.awaitNodes();
    for (DevNode node : network.devnet().nodes()) {
      node.prune(belowTxSeq);
    }
  }

  private long rows(String machine, String id) throws Exception {
    Path file = folder.resolve(machine + "-" + id + ".db");
    CommandCall pulled = opening(machine, owner, "pull", id, file.toString());
    assertThat(pulled.code()).as("%s", pulled).isZero();
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement sql = plain.createStatement();
        ResultSet count = sql.executeQuery("SELECT count(*) FROM t")) {
      return count.getLong(1);
    }
  }

  @Test
  void aDatabaseLivesOnBecauseAStrangerPays() throws Exception {
    write("left", 1);
    livesOn("kept", 3);

    CommandCall gone =
        opening("new", owner, "pull", "left", folder.resolve("left-again.db").toString());
    assertThat(gone.code()).as("%s", gone).isEqualTo(1);

    CommandCall lost = call("else", stranger, "renew", "left", "--older-than=0", "--json");
    assertThat(lost.code()).isEqualTo(1);
    assertThat(json(lost).path("unreadable").toString()).contains("commit object of version");
    CommandCall helped = call("laptop", owner, "renew", "left", "--older-than=0", "--json");
    assertThat(helped.code()).as("%s", helped).isZero();
    assertThat(json(helped).path("stored").asInt())
        .as("from the working copy")
        .isEqualTo(json(helped).path("objects").asInt());
    assertThat(rows("newer", "left")).isEqualTo(13);
  }

  @Test
  void whatOnlyTheChainsLogHasIsStored() throws Exception {
    Properties properties = properties("laptop", owner);
    properties.setProperty("password", PASSWORD);
    properties.setProperty("durability", "anchored");
    properties.setProperty("create", "true");
    properties.setProperty("kdf", QUICK);
    properties.setProperty("inline", "always");
    try (Connection connection = DriverManager.getConnection("jdbc:inft:tail", properties);
        Statement sql = connection.createStatement()) {
      sql.execute("CREATE TABLE t(n)");
      sql.execute("INSERT INTO t VALUES (1)");
      sql.execute("INSERT INTO t VALUES (2)");

      JsonNode price = json(call("else", stranger, "renew", "tail", "--dry-run", "--json"));
      BigInteger balance = network.chain().balance(stranger.address());
      CommandCall tooDear =
          call("else", stranger, "renew", "tail", "--json", "--max-price=0.00000001");
      assertThat(tooDear.code()).isEqualTo(1);
      assertThat(tooDear.err())
          .contains("more than --max-price 0.00000001")
          .contains("nothing was sent");
      assertThat(json(tooDear).path("done").asBoolean()).isFalse();
      assertThat(network.chain().balance(stranger.address())).isEqualTo(balance);
      CommandCall paid =
          call("else", stranger, "renew", "tail", "--json", "--max-price=" + total(price));
      assertThat(new BigDecimal(balance.subtract(network.chain().balance(stranger.address())), 18))
          .as("what is stored anew is in the price, and in what was paid")
          .isEqualByComparingTo(
              new BigDecimal(json(paid).path("storage").asText())
                  .add(new BigDecimal(json(paid).path("gas").asText())))
          .isPositive()
          .isLessThanOrEqualTo(total(price));
      assertThat(json(paid).path("transactions").asInt())
          .isEqualTo(price.path("transactions").asInt())
          .isEqualTo(json(paid).path("stored").asInt());
      CommandCall again = call("else", stranger, "renew", "tail", "--json");

      assertThat(paid.code()).as("%s", paid).isZero();
      assertThat(json(paid).path("stored").asInt())
          .as("%s", paid)
          .isPositive()
          .isEqualTo(price.path("stored").asInt());
      assertThat(json(again).path("stored").asInt()).as("%s", again).isZero();
      assertThat(json(again).path("paidLately").asInt())
          .isEqualTo(json(again).path("objects").asInt());
    }
  }

  private static BigDecimal total(JsonNode price) {
    return new BigDecimal(price.path("storage").asText())
        .add(new BigDecimal(price.path("gasAtMost").asText()));
  }

  @Test
  void whatIsNoPriceIsRefused() throws Exception {
    for (String bad : new String[] {"-1", "cheap", "1e400"}) {
      CommandCall call = call("else", stranger, "renew", "none", "--max-price=" + bad);
      assertThat(call.code()).as(bad).isEqualTo(64);
      assertThat(call.err()).contains("max-price").contains("'" + bad + "'");
    }
  }

  /** A snapshot in the middle: the packs before it are needed by the past alone. */
  @Test
  void pastStatesLiveOnIfThatIsAskedFor() throws Exception {
    for (String id : new String[] {"past", "head"}) {
      write(id, 1);
      Path file = folder.resolve(id + "-again.db");
      assertThat(opening("laptop", owner, "pull", id, file.toString()).code()).isZero();
      try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement sql = plain.createStatement()) {
        sql.execute("UPDATE t SET b = randomblob(length(b))");
      }
      CommandCall pushed = opening("laptop", owner, "push", id, file.toString());
      assertThat(pushed.code()).as("%s", pushed).isZero();
    }
    long before = payments();
    CommandCall past =
        call("else", stranger, "renew", "past", "--older-than=0", "--past-states", "--json");
    CommandCall head =
        call("else", stranger, "renew", "head", "--older-than=0", "--history", "--json");
    assertThat(past.code()).as("%s", past).isZero();
    assertThat(head.code()).as("%s", head).isZero();
    assertThat(json(past).path("bytes").asLong())
        .isGreaterThan(json(head).path("bytes").asLong() + 1_000_000);
    prune(before);

    assertThat(pastRows("past")).isEqualTo(11);
    CommandCall gone = opening("new", owner, "sql", "head", "-P", "at=2", "SELECT count(*) FROM t");
    assertThat(gone.code()).as("%s", gone).isEqualTo(1);
    for (String id : new String[] {"past", "head"}) {
      JsonNode verified = json(opening("new", owner, "verify", id, "--json"));
      assertThat(verified.path("verdict").asText()).as("%s", verified).startsWith("VALID");
      assertThat(verified.toString().contains("OBJECT_MISSING")).isEqualTo(id.equals("head"));
    }
  }

  private long pastRows(String id) throws Exception {
    Properties properties = properties("new", owner);
    properties.setProperty("password", PASSWORD);
    properties.setProperty("at", "2");
    try (Connection connection = DriverManager.getConnection("jdbc:inft:" + id, properties);
        Statement sql = connection.createStatement();
        ResultSet count = sql.executeQuery("SELECT count(*) FROM t")) {
      return count.getLong(1);
    }
  }

  @Test
  @Tag("heavy")
  void aLargeDatabaseLivesOnToo() throws Exception {
    livesOn("large", 100);
  }

  /** A stranger renews it, and all that was paid for before is forgotten. */
  private void livesOn(String id, int megabytes) throws Exception {
    write(id, megabytes);
    long before = payments();
    BigInteger balance = network.chain().balance(stranger.address());

    JsonNode price =
        json(
            call(
                "else",
                stranger,
                "renew",
                id,
                "--older-than=0",
                "--dry-run",
                "--history",
                "--json"));
    assertThat(network.chain().balance(stranger.address())).isEqualTo(balance);
    CommandCall paid =
        call("else", stranger, "renew", id, "--older-than", "0", "--history", "--json");
    assertThat(paid.code()).as("%s", paid).isZero();
    JsonNode done = json(paid);
    LOG.info("a renewal of {} MB: {}", megabytes, done);
    assertThat(done.path("renewed").asInt()).isEqualTo(done.path("objects").asInt());
    assertThat(done.path("missing")).isEmpty();
    assertThat(done.path("transactions").asInt()).isEqualTo(1);
    assertThat(done.path("sentBytes").asLong())
        .as("the snapshot is not sent, of the small objects those that fit no shard")
        .isLessThan(done.path("bytes").asLong() / 2);
    BigDecimal spent = new BigDecimal(done.path("storage").asText());
    assertThat(spent).isEqualByComparingTo(price.path("storage").asText());
    assertThat(new BigDecimal(balance.subtract(network.chain().balance(stranger.address())), 18))
        .isEqualByComparingTo(spent.add(new BigDecimal(done.path("gas").asText())));
    assertThat(payments()).isEqualTo(before + done.path("renewed").asInt());

    JsonNode again = json(call("else", stranger, "renew", id, "--history", "--json"));
    assertThat(again.path("paidLately").asInt()).isEqualTo(done.path("objects").asInt());
    assertThat(again.path("transactions").asInt()).isZero();
    JsonNode status = json(call("else", stranger, "status", id, "--json"));
    assertThat(status.path("paidUntil").asText()).isEqualTo(again.path("paidUntil").asText());

    prune(before);

    assertThat(rows("new", id)).isEqualTo(megabytes * 10 + 3);
    CommandCall verified = opening("new", owner, "verify", id, "--json");
    assertThat(verified.code()).as("%s", verified).isZero();
    assertThat(json(verified).path("paid").path("until").asText())
        .isEqualTo(done.path("paidUntil").asText());
  }
}
