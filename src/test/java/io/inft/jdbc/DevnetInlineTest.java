package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.commit.Archive;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.devnet.Misbehaviour;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.replica.Engines;
import io.inft.replica.restore.Commits;
import io.inft.store.zerog.ZeroGStore;
import java.sql.Connection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small versions on the development network: one transaction, one block, nothing sent to 0G. */
class DevnetInlineTest extends OnDevnet {
  /** The last close and the end leave things to a test. */
  private Properties staying(String machine) {
    Properties properties = on(machine);
    properties.setProperty("inline", "auto");
    properties.setProperty("onClose", "background");
    properties.setProperty("linger", "0s");
    return properties;
  }

  private long paid() throws Exception {
    return network.chain().minedNonce(key.address());
  }

  private static void endedWithoutFold(Connection connection) throws Exception {
    connection.close();
    Engines.endIdle();
  }

  @Test
  void anInsertIsOneTransactionInOneBlockAndNothingIsUploaded() throws Exception {
    DatabaseId id = DatabaseId.parse("one-row");
    OnchainRegistry registry = registry(key);
    Connection connection = connect("one-row", staying("one"));
    run(connection, "create table t(x)");
    network.devnet().nodes().forEach(node -> node.misbehaviour().start(Misbehaviour.Kind.DROP));
    network.devnet().indexer().misbehaviour().start(Misbehaviour.Kind.DROP);
    for (int row = 0; row < 3; row++) {
      long paidBefore = paid();
      long block = network.chain().blockNumber();
      run(connection, "insert into t values ('a thought of ordinary length')");
      assertThat(paid() - paidBefore).as("transactions").isEqualTo(1);
      assertThat(network.chain().blockNumber() - block).as("blocks").isEqualTo(1);
      Anchored head = registry.head(id).newest().orElseThrow();
      assertThat(head.inlined()).isTrue();
      assertThat(head.block().number()).isEqualTo(block + 1);
      assertThat(registry.object(id, head).sizeBytes()).isEqualTo((int) head.anchor().sizeBytes());
    }
    assertThat(number(connection, "select inft_version()")).isEqualTo(4);
    network.behave();
    endedWithoutFold(connection);
  }

  @Test
  void theLastCloseCarriesThemToTheStore() throws Exception {
    DatabaseId id = DatabaseId.parse("carried");
    Properties properties = on("one");
    properties.setProperty("inline", "auto");
    properties.setProperty("linger", "0s");
    try (Connection connection = connect("carried", properties)) {
      run(connection, "create table t(x)");
      run(connection, "insert into t values ('a')");
      run(connection, "insert into t values ('b')");
    }
    OnchainRegistry registry = registry(key);
    List<Anchored> all = registry.history(id, 1, 9);
    assertThat(all).extracting(Anchored::inlined).containsExactly(false, true, true, false);
    try (ZeroGStore store = network.store()) {
      Archive archive =
          Archive.requireOf(
              CommitObject.parse(
                  store.open(Commits.refOf(all.get(3))).readAll(CommitObject.MAX_BYTES)));
      assertThat(archive.objects())
          .containsExactly(registry.object(id, all.get(1)), registry.object(id, all.get(2)));
    }
  }

  @ParameterizedTest(name = "{0} blocks")
  @ValueSource(ints = {1, 2, 3})
  void whatAReorganisationTookAwayGoesOutAgainInlined(int depth) throws Exception {
    String name = "inline-reorg" + depth;
    DatabaseId id = DatabaseId.parse(name);
    OnchainRegistry registry = registry(key);
    Connection connection = connect(name, staying("one"));
    run(connection, "create table t(x)");
    run(connection, "insert into t values ('a')");
    run(connection, "insert into t values ('b')");
    run(connection, "insert into t values ('c')");
    List<Anchored> before = registry.history(id, 1, 9);

    network.devnet().anvil().control("anvil_reorg", depth, List.of());

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (registry.head(id).version() < 4) {
      assertThat(System.nanoTime()).as("version 4 again").isLessThan(deadline);
      Thread.sleep(50);
    }
    run(connection, "insert into t values ('d')");
    List<Anchored> after = registry.history(id, 1, 9);
    assertThat(after).extracting(Anchored::inlined).containsExactly(false, true, true, true, true);
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i).anchor()).as("the same bytes").isEqualTo(before.get(i).anchor());
      assertThat(registry.object(id, after.get(Math.max(1, i)))).isNotNull();
    }
    assertThat(after.get(3).block()).isNotEqualTo(before.get(3).block());
    endedWithoutFold(connection);
  }

  /** Version 4 needs what rides in version 3, and both go and come back. */
  @Test
  void whoReadsMeanwhileSeesNothingFalse() throws Exception {
    DatabaseId id = DatabaseId.parse("inline-reorg-read");
    OnchainRegistry registry = registry(key);
    Connection connection = connect(id.toString(), staying("one"));
    run(connection, "create table t(x)");
    run(connection, "insert into t values ('a')");
    run(connection, "insert into t values ('b')");
    run(connection, "insert into t values ('c')");
    Anchored fourth = registry.head(id).newest().orElseThrow();
    assertThat(
            CommitObject.parse(registry.object(id, fourth).toBytes()).body().restoreSet().stream()
                .filter(pack -> pack.location() instanceof Location.Carried)
                .map(pack -> pack.producedBy()))
        .contains(3L);
    Properties reading = staying("two");
    reading.remove("create");
    reading.setProperty("mode", "ro");
    reading.setProperty("refresh", "50ms");
    try (Connection reader = connect(id.toString(), reading)) {
      assertThat(rows(reader)).isEqualTo("abc");
      network.devnet().anvil().control("anvil_reorg", 2, List.of());
      Properties anew = staying("three");
      anew.remove("create");
      anew.setProperty("mode", "ro");
      try (Connection third = connect(id.toString(), anew)) {
        assertThat("abcd").startsWith(rows(third));
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (registry.head(id).version() < 4) {
        try (Connection another = connect(id.toString(), reading)) {
          assertThat("abcd").startsWith(rows(another));
        }
        assertThat(System.nanoTime()).as("version 4 again").isLessThan(deadline);
        Thread.sleep(20);
      }
      assertThat(registry.version(id, 4, 0).anchor()).isEqualTo(fourth.anchor());
      run(connection, "insert into t values ('d')");
      assertThat(rows(reader)).as("it stays at its version").isEqualTo("abc");
    }
    awaitRows(id.toString(), reading, "abcd");
    try (Connection after = connect(id.toString(), staying("four"))) {
      assertThat(rows(after)).isEqualTo("abcd");
    }
    endedWithoutFold(connection);
  }

  private static void awaitRows(String id, Properties reading, String expected) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    String found = "";
    while (!found.equals(expected)) {
      try (Connection reader = connect(id, reading)) {
        found = rows(reader);
      }
      assertThat(expected).startsWith(found);
      assertThat(System.nanoTime()).as("readers follow").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private static String rows(Connection connection) throws Exception {
    try (java.sql.Statement statement = connection.createStatement();
        java.sql.ResultSet rows =
            statement.executeQuery(
                "select group_concat(x, '') from (select x from t order by 1)")) {
      rows.next();
      return rows.getString(1);
    }
  }
}
