package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.Engines;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
