package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.DurableFiles;
import io.inft.custody.Code;
import io.inft.custody.CustodyReport;
import io.inft.custody.Finding;
import io.inft.custody.Progress;
import io.inft.custody.Verdict;
import io.inft.custody.Verification;
import io.inft.devnet.ChainProxy;
import io.inft.devnet.Misbehaviour;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.replica.Engines;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What chains and endpoints do to a driver: it loses nothing and pays nothing twice. */
class DevnetFaultsTest extends OnDevnet {
  private ChainProxy proxy;

  @BeforeEach
  void startProxy() throws Exception {
    proxy = new ChainProxy(network.devnet().rpc());
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  private Properties throughProxy(String machine) {
    return on(machine, proxy.address(), key);
  }

  private Properties throughProxy(String machine, String inline) {
    return inlining(throughProxy(machine), inline);
  }

  private static Properties inlining(Properties properties, String inline) {
    properties.setProperty("inline", inline);
    return properties;
  }

  /**
   * Every version takes one transaction to the registry, and one to Flow if it is stored; the first
   * registers.
   */
  private void assertPaidOnce(String id, String inline) throws Exception {
    List<Anchored> all = registry(key).history(DatabaseId.parse(id), 1, 99);
    long inlined = all.stream().filter(Anchored::inlined).count();
    assertThat(inlined > 0).as("any inlined").isEqualTo(inline.equals("auto"));
    assertThat(network.chain().minedNonce(key.address())).isEqualTo(2L * all.size() - inlined + 1);
  }

  private void assertRestoredElsewhere(String id, String... expected) throws Exception {
    try (Connection connection = connect(id, on("elsewhere"))) {
      assertThat(number(connection, "select count(*) from t")).isEqualTo(expected.length);
      for (String value : expected) {
        assertThat(number(connection, "select count(*) from t where x = '" + value + "'"))
            .as(value)
            .isEqualTo(1);
      }
    }
  }

  @ParameterizedTest(name = "seed {0}, inline={1}")
  @CsvSource({"1, never", "2, auto"})
  void callsThatFailAtRandomLoseNothingAndPayNothingTwice(long seed, String inline)
      throws Exception {
    failAtRandom(seed, inline);
  }

  @Tag("heavy")
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("manySeeds")
  void manyCallsThatFailAtRandomLoseNothingAndPayNothingTwice(long seed) throws Exception {
    failAtRandom(seed, seed % 3 == 0 ? "never" : "auto");
  }

  static LongStream manySeeds() {
    return LongStream.range(100, 130);
  }

  private void failAtRandom(long seed, String inline) throws Exception {
    String id = "random" + seed;
    try (Connection connection = connect(id, throughProxy("one", inline))) {
      run(connection, "create table t(x)");
      proxy.failAtRandom(15, seed);
      proxy.delay(5);
      run(connection, "insert into t values ('a')");
      run(connection, "insert into t values ('b')");
      run(connection, "insert into t values ('c')");
      proxy.behave();
      assertThat(number(connection, "select inft_version()")).isEqualTo(4);
    }
    Engines.endIdle();
    assertPaidOnce(id, inline);
    assertRestoredElsewhere(id, "a", "b", "c");
  }

  @ParameterizedTest(name = "inline={0}")
  @ValueSource(strings = {"never", "auto"})
  void anAnswerLostAfterSendingIsNoReasonToPayAgain(String inline) throws Exception {
    String id = "lost-" + inline;
    try (Connection connection = connect(id, throughProxy("one", inline))) {
      run(connection, "create table t(x)");
      proxy.loseNextReplyOf("eth_sendRawTransaction");
      run(connection, "insert into t values ('a')");
      proxy.loseNextReplyOf("eth_getTransactionReceipt");
      run(connection, "insert into t values ('b')");
    }
    Engines.endIdle();
    assertPaidOnce(id, inline);
    assertRestoredElsewhere(id, "a", "b");
  }

  @ParameterizedTest(name = "inline={0}")
  @ValueSource(strings = {"never", "auto"})
  void aChainThatStandsStillIsWaitedFor(String inline) throws Exception {
    String id = "still-" + inline;
    Properties properties = inlining(on("one"), inline);
    properties.setProperty("anchorTimeout", "500ms");
    try (Connection connection = connect(id, properties)) {
      properties.setProperty("anchorTimeout", "60s");
      run(connection, "select inft_sync(60000)");
      network.devnet().anvil().control("evm_setAutomine", false);
      try {
        assertThatThrownBy(() -> run(connection, "create table t(x)"))
            .hasFieldOrPropertyWithValue("SQLState", "08007");
      } finally {
        network.devnet().anvil().control("evm_setAutomine", true);
        network.devnet().anvil().control("evm_mine");
      }
      run(connection, "select inft_sync(60000)");
      assertThat(number(connection, "select inft_version()")).isEqualTo(2);
    }
    Engines.endIdle();
    assertPaidOnce(id, inline);
  }

  @ParameterizedTest(name = "{0} blocks")
  @ValueSource(ints = {1, 2, 3})
  void whatAReorganisationTookAwayIsSentAgain(int depth) throws Exception {
    String name = "reorg" + depth;
    DatabaseId id = DatabaseId.parse(name);
    OnchainRegistry registry = registry(key);
    try (Connection connection = connect(name, inlining(on("one"), "never"))) {
      run(connection, "create table t(x)");
      run(connection, "insert into t values ('a')");
      Block before = registry.head(id).newest().orElseThrow().block();

      network.devnet().anvil().control("anvil_reorg", depth, List.of());

      assertThat(registry.isCanonical(before)).isFalse();
      awaitVersion(registry, id, 2);
      assertThat(registry.head(id).newest().orElseThrow().block()).isNotEqualTo(before);
      run(connection, "insert into t values ('b')");
      assertThat(number(connection, "select inft_version()")).isEqualTo(3);
    }
    Engines.endIdle();
    assertRestoredElsewhere(name, "a", "b");
  }

  private static void awaitVersion(OnchainRegistry registry, DatabaseId id, long version)
      throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (registry.head(id).version() < version) {
      assertThat(System.nanoTime()).as("version %s again", version).isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  @Test
  void aReorganisationBetweenTwoRunsIsNoticedOnConnect() throws Exception {
    DatabaseId id = DatabaseId.parse("overnight");
    OnchainRegistry registry = registry(key);
    try (Connection connection = connect("overnight", on("one"))) {
      run(connection, "create table t(x)");
      run(connection, "insert into t values ('a')");
    }
    Engines.endIdle();
    network.devnet().anvil().control("anvil_reorg", 1, List.of());
    assertThat(registry.head(id).version()).isEqualTo(1);
    network.awaitNodes();
    assertThat(verified("overnight").findings())
        .as("what was never final may go: no rollback")
        .isEmpty();

    try (Connection connection = connect("overnight", on("one"))) {
      assertThat(number(connection, "select count(*) from t")).isEqualTo(1);
      assertThat(number(connection, "select inft_version()")).isEqualTo(2);
    }
    Engines.endIdle();
    assertThat(registry.head(id).version()).isEqualTo(2);
    assertRestoredElsewhere("overnight", "a");
  }

  @Test
  void anotherWriterMayTakeThePlaceOfWhatAReorganisationTookAway() throws Exception {
    DatabaseId id = DatabaseId.parse("replaced");
    OnchainRegistry registry = registry(key);
    try (Connection connection = connect("replaced", on("one"))) {
      run(connection, "create table t(x)");
      run(connection, "insert into t values ('a')");
    }
    Engines.endIdle();
    network.devnet().anvil().control("anvil_reorg", 1, List.of());
    network.awaitNodes();
    try (Connection connection = connect("replaced", on("two"))) {
      run(connection, "insert into t values ('other')");
    }
    Engines.endIdle();
    List<Anchored> history = registry.history(id, 1, 9);

    try (Connection connection = connect("replaced", on("one"))) {
      assertThat(connection.getWarnings().getMessage())
          .contains("put aside", folder.resolve("one").toString());
      assertThatThrownBy(() -> run(connection, "select count(*) from t"))
          .hasFieldOrPropertyWithValue("SQLState", "40001")
          .hasMessageContaining(folder.resolve("one").toString());
      assertThat(number(connection, "select count(*) from t where x = 'other'")).isEqualTo(1);
      assertThat(number(connection, "select count(*) from t where x = 'a'")).isZero();
      assertThat(number(connection, "select inft_version()")).isEqualTo(2);
    }
    assertThat(registry.history(id, 1, 9)).isEqualTo(history);
  }

  @Test
  void anEndpointThatLagsIsNotTakenForARollback() throws Exception {
    try (Connection connection = connect("lag", throughProxy("one"))) {
      run(connection, "create table t(x)");
      run(connection, "insert into t values ('a')");
    }
    Engines.endIdle();
    long old = network.chain().blockNumber() - 2;
    network.devnet().anvil().control("anvil_mine", "0x5");
    connect("lag", throughProxy("one")).close(); // sees that the head is final
    Engines.endIdle();

    proxy.serveOldHead(old);
    Properties afresh = throughProxy("one");
    afresh.setProperty("gasLimit", "499999"); // a network of its own, which has seen no block yet
    assertThatThrownBy(() -> connect("lag", afresh))
        .hasFieldOrPropertyWithValue("SQLState", "08001")
        .hasMessageContaining("lag");
    proxy.behave();
    try (Connection connection = connect("lag", throughProxy("one"))) {
      assertThat(number(connection, "select count(*) from t")).isEqualTo(1);
      run(connection, "insert into t values ('b')");
    }
    Engines.endIdle();
    assertRestoredElsewhere("lag", "a", "b");
  }

  @Test
  void aChainThatWasRolledBackBelowAFinalHeadIsNotBelieved() throws Exception {
    String before = network.devnet().anvil().control("evm_snapshot").asText();
    try (Connection connection = connect("back", on("one"))) {
      run(connection, "create table t(x)");
    }
    Engines.endIdle();
    String middle = network.devnet().anvil().control("evm_snapshot").asText();
    try (Connection connection = connect("back", on("one"))) {
      run(connection, "insert into t values ('a')");
      network.devnet().anvil().control("anvil_mine", "0x5");
      run(connection, "insert into t values ('b')");
    }
    Engines.endIdle();
    network.devnet().anvil().control("anvil_mine", "0x5");
    try (Connection connection = connect("back", on("one"))) {
      run(connection, "insert into t values ('c')"); // the newest head seen is not final
    }
    Engines.endIdle();

    assertThat(before).isNotEqualTo(middle);
    network.devnet().anvil().control("evm_revert", middle);
    network.devnet().anvil().control("anvil_mine", "0x40");
    assertThatThrownBy(() -> connect("back", on("one")))
        .hasFieldOrPropertyWithValue("SQLState", "XX001")
        .hasMessageContaining("went back");
    CustodyReport report = verified("back");
    assertThat(report.verdict()).isEqualTo(Verdict.INVALID);
    assertThat(report.findings()).extracting(Finding::code).contains(Code.ROLLBACK);
  }

  /** What machine "one" says of a history, without opening it. */
  private CustodyReport verified(String id) throws SQLException {
    return Target.of(id, on("one"), true)
        .verify(Verification.Depth.QUICK, 1, Long.MAX_VALUE, Progress.NONE);
  }

  @Test
  void tamperedStorageNeverReachesSql() throws Exception {
    try (Connection connection = connect("tamper", on("one"))) {
      run(connection, "create table t(x)");
      run(connection, "insert into t values (hex(randomblob(300000)))");
    }
    Engines.endIdle();
    DurableFiles.deleteTree(folder.resolve("one"));
    for (Misbehaviour.Kind kind :
        List.of(
            Misbehaviour.Kind.CORRUPT,
            Misbehaviour.Kind.MISPLACE,
            Misbehaviour.Kind.SUBSTITUTE,
            Misbehaviour.Kind.TRUNCATE)) {
      network.devnet().nodes().forEach(node -> node.misbehaviour().start(kind));
      assertThatThrownBy(() -> connect("tamper", on("on " + kind)))
          .as("%s", kind)
          .isInstanceOf(SQLException.class)
          .extracting(thrown -> ((SQLException) thrown).getSQLState())
          .isIn("XX001", "08001", "58P01");
      network.behave();
    }
    try (Connection connection = connect("tamper", on("two"))) {
      assertThat(number(connection, "select length(x) from t")).isEqualTo(600_000);
    }
  }
}
