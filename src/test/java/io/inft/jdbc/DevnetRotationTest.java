package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.api.BatchResult;
import io.inft.api.InftStorage;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.SigningKey;
import io.inft.custody.CustodyReport;
import io.inft.custody.Verification;
import io.inft.devnet.ChainTally;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Rights;
import io.inft.replica.Engines;
import io.inft.seal.Secret;
import io.inft.seal.SlotInfo;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys change on a chain, and batches share a transaction there. */
class DevnetRotationTest extends OnDevnet {
  private static final String NEW = "seven red lamps on a winter pier";

  private static Properties with(Properties properties, String password) {
    properties.setProperty("password", password);
    return properties;
  }

  private static Secret password(String text) {
    return Secret.password(text.toCharArray());
  }

  private void lose(String machine) throws Exception {
    Engines.endIdle();
    DurableFiles.deleteTree(folder.resolve(machine));
  }

  private static void isClosedTo(String id, Properties properties) {
    assertThatThrownBy(() -> connect(id, properties))
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", "28000");
  }

  @Test
  void aSlotIsAddedOnOneMachineAndRemovedOnAnother() throws Exception {
    ChainTally tally;
    try (Connection connection = connect("slots", on("one"))) {
      run(connection, "create table t(x)");
      tally = ChainTally.begin(network);

      connection.unwrap(InftConnection.class).addKey(password(NEW));

      assertThat(tally.registry(key.address()).transactions()).isEqualTo(1);
      assertThat(tally.flow(key.address()).transactions()).as("a rewrap is one object").isOne();
    }
    lose("one");

    connect("slots", on("two")).close();
    try (Connection connection = connect("slots", with(on("two"), NEW))) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      List<SlotInfo> slots = inft.keys().slots();
      assertThat(slots).hasSize(2);
      inft.removeKey(slots.get(0).id());
      run(connection, "insert into t values (2)");
      assertThatThrownBy(() -> inft.removeKey(slots.get(1).id()))
          .as("the last way in")
          .hasFieldOrPropertyWithValue("SQLState", "22023");
    }
    lose("two");

    isClosedTo("slots", on("three"));
    try (Connection connection = connect("slots", with(on("three"), NEW))) {
      assertThat(number(connection, "select count(*) from t")).isEqualTo(1);
      InftConnection inft = connection.unwrap(InftConnection.class);
      assertThat(inft.keys().epoch()).isEqualTo(1);
      CustodyReport report = inft.verify(Verification.Depth.FULL);
      assertThat(report.findings()).isEmpty();
    }
  }

  /** One key for all: what signs opens too, where its account has a slot, and only there. */
  @Test
  void theSigningKeyOpensWhereItsAccountHasASlot() throws Exception {
    SigningKey agent = network.account();
    Properties asAgent = on("agent", network.devnet().rpc(), agent);
    asAgent.remove("password");
    assertThatThrownBy(() -> connect("wallet", asAgent))
        .as("a database does not begin with it")
        .hasFieldOrPropertyWithValue("SQLState", "28000");
    try (Connection connection = connect("wallet", on("one"))) {
      run(connection, "create table t(x)");
      registry(key)
          .grant(
              DatabaseId.parse("wallet"),
              agent.address(),
              Rights.WRITER,
              Instant.now().plusSeconds(1_000_000),
              0);
      assertThatThrownBy(() -> connect("wallet", asAgent))
          .hasFieldOrPropertyWithValue("SQLState", "28000")
          .hasMessageContaining(agent.address() + " has no slot");

      connection.unwrap(InftConnection.class).addKey(Secret.walletOf(agent.publicKey()));
    }
    lose("one");

    try (Connection connection = connect("wallet", asAgent)) {
      run(connection, "insert into t values (1)");
      assertThat(number(connection, "select count(*) from t")).isEqualTo(1);
    }
    lose("agent");
    Properties reading = on("reader", network.devnet().rpc(), key);
    reading.remove("privateKey");
    reading.remove("password");
    reading.setProperty("walletKey", agent.revealHex());
    try (Connection connection = connect("wallet", reading)) {
      assertThat(number(connection, "select count(*) from t")).isEqualTo(1);
    }
  }

  @Test
  void aNewEpochBeginsWhileOthersWriteAndTheOldPasswordOpensNothingAfterIt() throws Exception {
    SigningKey agent = network.account();
    AtomicBoolean ended = new AtomicBoolean();
    AtomicInteger rows = new AtomicInteger();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    long before;
    try (Connection connection = connect("epochs", on("one"));
        Connection writer = connect("epochs", on("one"))) {
      run(connection, "create table t(x)");
      registry(key)
          .grant(
              DatabaseId.parse("epochs"),
              agent.address(),
              Rights.WRITER,
              Instant.now().plusSeconds(1_000_000),
              0);
      Connection elsewhere = connect("epochs", on("two", network.devnet().rpc(), agent));
      before = connection.unwrap(InftConnection.class).version();
      Future<?> writing =
          threads.submit(
              () -> {
                while (!ended.get()) {
                  run(writer, "insert into t values (1)");
                  rows.incrementAndGet();
                }
                return true;
              });
      while (rows.get() == 0) {
        Thread.sleep(5);
      }

      connection.unwrap(InftConnection.class).rotateKey(password(NEW));

      int during = rows.get();
      while (rows.get() < during + 2) {
        Thread.sleep(5);
      }
      ended.set(true);
      writing.get(60, TimeUnit.SECONDS);
      assertThat(number(connection, "select count(*) from t")).isEqualTo(rows.get());
      // Another machine's connection is told once that it was overtaken; its secret is an old one.
      assertThatThrownBy(() -> run(elsewhere, "insert into t values (2)"))
          .hasFieldOrPropertyWithValue("SQLState", "40001");
      elsewhere.close();
    } finally {
      ended.set(true);
      threads.shutdownNow();
    }
    Engines.endIdle();
    isClosedTo("epochs", on("two", network.devnet().rpc(), agent));
    lose("one");

    isClosedTo("epochs", on("three"));
    try (Connection connection = connect("epochs", with(on("three"), NEW))) {
      assertThat(number(connection, "select count(*) from t")).isEqualTo(rows.get());
      InftConnection inft = connection.unwrap(InftConnection.class);
      assertThat(inft.keys().epoch()).isEqualTo(2);
      CustodyReport report = inft.verify(Verification.Depth.FULL);
      assertThat(report.findings()).isEmpty();
      assertThat(report.head().orElseThrow().keyEpoch()).isEqualTo(2);
    }
    Properties past = on("three");
    past.setProperty("at", Long.toString(before));
    try (Connection connection = connect("epochs", with(past, NEW))) {
      assertThat(number(connection, "select inft_version()")).as("linked").isEqualTo(before);
    }
    try (Connection connection = connect("epochs", with(past, PASSWORD))) {
      assertThat(number(connection, "select count(*) from t")).as("what was before").isZero();
    }
  }

  @Test
  void aKeyAdminThatMayNotWriteReadsAndChangesKeys() throws Exception {
    SigningKey admin = network.account();
    DatabaseId id = DatabaseId.parse("kept");
    try (Connection connection = connect("kept", on("one"))) {
      run(connection, "create table t(x)");
    }
    Instant later = Instant.now().plusSeconds(1_000_000);
    registry(key).grant(id, admin.address(), Rights.KEY_ADMIN, later, 0);
    Properties asAdmin = on("two", network.devnet().rpc(), admin);
    try (Connection connection = connect("kept", asAdmin)) {
      assertThat(connection.isReadOnly()).isTrue();
      assertThatThrownBy(() -> run(connection, "insert into t values (1)"))
          .hasFieldOrPropertyWithValue("SQLState", "25006")
          .hasMessageContaining("it has no WRITER right");
      connection.unwrap(InftConnection.class).rotateKey(password(NEW));
    }
    lose("two");
    try (InftStorage storage = InftStorage.of(with(asAdmin, NEW))) {
      assertThat(storage.rotateEncryptionKey("kept", password(PASSWORD)).keyEpoch()).isEqualTo(3);
    }
    Engines.endIdle();
    isClosedTo("kept", with(on("one"), NEW));
    try (Connection connection = connect("kept", on("one"))) {
      run(connection, "insert into t values (1)");
      assertThat(connection.unwrap(InftConnection.class).verify(Verification.Depth.FULL).findings())
          .isEmpty();
    }
    assertThat(registry(key).history(id, 1, 9))
        .extracting(Anchored::author)
        .containsExactly(key.address(), admin.address(), admin.address(), key.address());
  }

  @Test
  void aWeakPasswordIsRefusedBeforeAnythingIsPaid() throws Exception {
    ChainTally tally = ChainTally.begin(network);
    Properties weak = with(on("one"), "hunter2");
    assertThatThrownBy(() -> connect("weak", weak))
        .hasFieldOrPropertyWithValue("SQLState", "28000")
        .hasMessageContaining("allowWeakPassword=true");
    assertThat(tally.registry(key.address()).transactions()).isZero();
    assertThat(tally.flow(key.address()).transactions()).isZero();

    weak.setProperty("allowWeakPassword", "true");
    try (Connection connection = connect("weak", weak)) {
      run(connection, "create table t(x)");
      assertThat(connection.getWarnings().getMessage()).contains("can be guessed");
    }
    assertThat(tally.registry(key.address()).transactions()).isPositive();
  }

  @ParameterizedTest(name = "inline={0}")
  @CsvSource({"never, 1", "auto, 0"})
  void aBatchMovesAllHeadsInOneTransaction(String inline, int uploads) throws Exception {
    int count = 6;
    Properties properties = on("one");
    properties.setProperty("inline", inline);
    properties.setProperty("durability", "local");
    properties.setProperty("syncInterval", "10m");
    List<String> ids = new ArrayList<>();
    try (InftStorage storage = InftStorage.of(properties)) {
      for (int i = 0; i < count; i++) {
        ids.add("batch-" + inline + i);
      }
      append(storage, ids);
      assertThat(storage.batchSync(ids)).allMatch(BatchResult::isSynced);
      append(storage, ids);
      ChainTally together = ChainTally.begin(network);

      List<BatchResult> results = storage.batchSync(ids);

      assertThat(results)
          .allSatisfy(result -> assertThat(result.metadata().orElseThrow().version()).isEqualTo(2));
      ChainTally.Sum batch = together.registry(key.address());
      assertThat(batch.transactions()).isOne();
      assertThat(together.flow(key.address()).transactions()).isEqualTo(uploads * count);

      append(storage, ids);
      ChainTally alone = ChainTally.begin(network);
      for (String id : ids) {
        assertThat(storage.syncTo0gStorage(id).version()).isEqualTo(3);
      }
      ChainTally.Sum single = alone.registry(key.address());
      assertThat(single.transactions()).isEqualTo(count);
      assertThat(alone.flow(key.address()).transactions()).isEqualTo(uploads * count);
      assertThat(batch.gas())
          .as("gas of one transaction, against %s one by one", single.gas())
          .isLessThan(single.gas());
      assertThat(batch.feeWei()).isLessThan(single.feeWei());
    }
  }

  private static void append(InftStorage storage, List<String> ids) throws SQLException {
    for (String id : ids) {
      storage.appendEventLog(id, "{}", false, 1);
    }
  }
}
