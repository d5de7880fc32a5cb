package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Rights;
import io.inft.replica.Engines;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** While many wait, a version does not wait until the one before it is confirmed. */
class DevnetCrowdTest extends OnDevnet {
  private static final int CROWD = 40;
  private static final String ID = "crowd";

  private final ExecutorService threads = Executors.newFixedThreadPool(CROWD + 1);
  private final List<Connection> connections = new ArrayList<>();

  @AfterEach
  void goOn() throws Exception {
    network.devnet().anvil().control("evm_setAutomine", true);
    threads.shutdownNow();
  }

  private Future<?> inserting(int who) {
    Connection connection = connections.get(who);
    return threads.submit(
        () -> {
          run(connection, "insert into t values (" + who + ")");
          return true;
        });
  }

  private List<Path> journal() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("one"))) {
      return files.filter(file -> file.toString().endsWith(".tx")).toList();
    }
  }

  /** Another writer's version is mined before both; what was sent ahead leaves nothing behind. */
  @Test
  void whenTheFirstOfTwoLosesNothingOfTheSecondIsLeft() throws Exception {
    SigningKey rival = network.account();
    for (int i = 0; i <= CROWD; i++) {
      connections.add(connect("rivals", on("one")));
    }
    run(connections.get(0), "create table t(x)");
    DatabaseId id = DatabaseId.parse("rivals");
    registry(key).grant(id, rival.address(), Rights.WRITER, Instant.now().plusSeconds(86_400), 0);
    Anchored head = registry(key).head(id).newest().orElseThrow();
    long nonce = network.chain().minedNonce(key.address());
    network.devnet().anvil().control("evm_setAutomine", false);
    List<Future<?>> waiting = new ArrayList<>();
    waiting.add(inserting(0));
    awaitSent(nonce + 1);
    for (int i = 1; i <= CROWD; i++) {
      waiting.add(inserting(i));
    }
    awaitSent(nonce + 2);
    assertThat(journal()).hasSizeGreaterThanOrEqualTo(2);
    Digest theirs = Digest.sha256(new byte[] {1});
    steal(rival, id, head, theirs);
    network.devnet().anvil().control("evm_mine");
    network.devnet().anvil().control("evm_setAutomine", true);
    for (Future<?> one : waiting) {
      assertThatThrownBy(() -> one.get(60, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
    }
    for (Connection connection : connections) {
      connection.close();
    }
    Engines.endIdle();
    assertThat(registry(key).head(id).root()).isEqualTo(theirs);
    assertThat(journal()).isEmpty();
  }

  /** Moves the head in the next block, before others, to what nobody can read. */
  private static void steal(SigningKey rival, DatabaseId id, Anchored head, Digest root)
      throws Exception {
    ChainSettings dear =
        new ChainSettings(
            Optional.empty(),
            BigInteger.TEN.pow(10),
            false,
            0,
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            0,
            Duration.ofMillis(20),
            BigInteger.TEN.pow(11));
    byte[] call =
        new AbiWriter()
            .tuple(
                new AbiWriter()
                    .bytes32(id.hash())
                    .uint(head.version() + 1)
                    .bytes32(head.anchor().root())
                    .bytes32(root)
                    .bytes32(root)
                    .uint(1000)
                    .uint(head.anchor().keyEpoch())
                    .bytes32(head.anchor().keyringHash())
                    .uint(Kind.DELTA.code()))
            .call("anchor((bytes32,uint64,bytes32,bytes32,bytes32,uint48,uint24,bytes32,uint8))");
    new TransactionSender(
            new Chain(network.devnet().anvil().rpc(), dear), rival, new MemoryJournal())
        .sendAhead("steal", "steal", Call.of(network.devnet().registry(), call), 300_000);
  }

  private void awaitSent(long nonce) throws Exception {
    while (network.chain().pendingNonce(key.address()) < nonce) {
      Thread.sleep(10);
    }
  }

  private List<Anchored> history() throws Exception {
    return registry(key).history(DatabaseId.parse(ID), 1, 99);
  }

  @Test
  void twoVersionsRideInOneBlockAndAReorganisationTakesNeitherForGood() throws Exception {
    for (int i = 0; i <= CROWD; i++) {
      connections.add(connect(ID, on("one")));
    }
    run(connections.get(0), "create table t(x)");
    run(connections.get(0), "insert into t values (-1)");
    long before = registry(key).head(DatabaseId.parse(ID)).version();
    long nonce = network.chain().minedNonce(key.address());
    network.devnet().anvil().control("evm_setAutomine", false);
    List<Future<?>> waiting = new ArrayList<>();
    waiting.add(inserting(0));
    awaitSent(nonce + 1);
    for (int i = 1; i <= CROWD; i++) {
      waiting.add(inserting(i));
    }
    awaitSent(nonce + 2);
    assertThat(waiting).noneMatch(Future::isDone);

    network.devnet().anvil().control("evm_mine");
    network.devnet().anvil().control("evm_setAutomine", true);
    for (Future<?> one : waiting) {
      one.get(60, TimeUnit.SECONDS);
    }
    List<Anchored> after = history().stream().filter(one -> one.version() > before).toList();
    assertThat(after).hasSizeBetween(2, 3);
    assertThat(
            after.stream()
                .filter(one -> one.version() <= before + 2)
                .map(one -> one.block().number())
                .distinct())
        .hasSize(1);

    network.devnet().anvil().control("anvil_reorg", 1, List.of());
    run(connections.get(0), "insert into t values (99)");
    for (Connection connection : connections) {
      connection.close();
    }
    Engines.endIdle();
    try (Connection elsewhere = connect(ID, on("elsewhere"))) {
      assertThat(number(elsewhere, "select count(*) from t")).isEqualTo(CROWD + 3);
    }
  }
}
