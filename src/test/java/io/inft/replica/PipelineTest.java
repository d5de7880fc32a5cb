package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.ForkException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.local.Network;
import io.inft.replica.local.WriterState;
import io.inft.store.FaultyStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While one version is being confirmed the next is staged and stored; order and promises stay. */
class PipelineTest {
  private static final String ID = "piped";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  /** Holds up the anchor of version 2 until the test lets it go. */
  private final CountDownLatch atTwo = new CountDownLatch(1);

  private final CountDownLatch two = new CountDownLatch(1);
  private World world;
  private Network real;
  private Network slow;

  @AfterEach
  void end() {
    two.countDown();
    Engines.endIdle();
  }

  private void begin(SlowRegistry.Before before) throws Exception {
    world = new World(folder);
    real = world.network();
    slow =
        new Network(
            real.name(),
            real.store(),
            new SlowRegistry(real.registry(), before),
            real.signer(),
            real.syncInterval(),
            true);
  }

  private void holdVersionTwo(long version) {
    if (version == 2) {
      atTwo.countDown();
      try {
        assertThat(two.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private World.Desk open(String machine, Network network) throws Exception {
    return new World.Desk(
        Engines.open(
            World.withDurability(
                world.settings(machine, ID), EngineSettings.Durability.LOCAL, PATIENCE),
            network));
  }

  private static void until(BooleanSupplier done, String what) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("gave up waiting until %s", what).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  /** Version 1 is anchored, version 2 on its way, and rows of version 3 are committed. */
  private void fill(World.Desk desk) throws Exception {
    desk.run("CREATE TABLE t(x)");
    desk.session.sync(PATIENCE);
    desk.run("INSERT INTO t VALUES ('two')");
    assertThat(atTwo.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    desk.run("INSERT INTO t VALUES ('three')");
  }

  private static List<WriterState.Outgoing> outgoing(World.Desk desk) throws Exception {
    return WriterState.read(desk.session.databaseFile().resolveSibling("").normalize()).outgoing();
  }

  private void untilThreeIsStored(World.Desk desk) throws Exception {
    until(
        () -> isStored(desk, 2), "version 3 is staged and stored while version 2 is not confirmed");
  }

  @Test
  void theNextVersionIsStoredWhileOneIsBeingAnchoredAndNoneIsStagedBehindIt() throws Exception {
    begin(this::holdVersionTwo);
    try (World.Desk desk = open("laptop", slow)) {
      fill(desk);
      untilThreeIsStored(desk);
      assertThat(desk.session.version()).isEqualTo(1);
      assertThat(real.registry().head(DatabaseId.parse(ID)).version()).isEqualTo(1);

      for (int i = 0; i < 10; i++) {
        desk.run("INSERT INTO t VALUES ('four')");
      }
      assertThat(outgoing(desk)).as("at most one ahead").hasSize(2);
      two.countDown();
      desk.session.sync(PATIENCE);

      assertThat(desk.session.version()).as("ten commits rode in one version").isEqualTo(4);
      try (World.Desk fresh = open("cloud", real)) {
        assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
      }
    }
  }

  /** Signing takes its time: version 3 is staged and stored before version 2 is on its way. */
  @Test
  void whatIsStagedBehindAVersionIsSentAheadAsSoonAsThatIsOnItsWay() throws Exception {
    begin(version -> {});
    List<Long> asked = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean onItsWay = new AtomicBoolean();
    CountDownLatch sentAhead = new CountDownLatch(1);
    slow =
        new Network(
            real.name(),
            real.store(),
            new ForwardingRegistry(real.registry()) {
              @Override
              public Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
                holdVersionTwo(anchor.version());
                return super.anchor(id, anchor);
              }

              @Override
              public boolean sendAhead(AnchorRequest before, AnchorRequest request) {
                asked.add(request.anchor().version());
                assertThat(before.anchor().root()).isEqualTo(request.anchor().previousRoot());
                if (onItsWay.get()) {
                  sentAhead.countDown();
                }
                return onItsWay.get();
              }
            },
            real.signer(),
            real.syncInterval(),
            true);
    try (World.Desk desk = open("laptop", slow)) {
      fill(desk);
      untilThreeIsStored(desk);
      until(() -> asked.size() > 2, "it is asked for again");
      onItsWay.set(true);
      assertThat(sentAhead.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      int enough = asked.size();
      TimeUnit.MILLISECONDS.sleep(100);
      assertThat(asked).as("not again, once it is sent").hasSize(enough).containsOnly(3L);
      assertThat(desk.session.version()).isEqualTo(1);
      two.countDown();
      assertThat(desk.session.sync(PATIENCE).version()).isEqualTo(3);
    }
  }

  /** A crowd waits, so that one more is staged, and a slow store holds the publishing thread. */
  @Test
  void whatIsStoredGoesOnWhileAnotherOneIsBeingStored() throws Exception {
    begin(this::holdVersionTwo);
    FaultyStore store = new FaultyStore(real.store(), 1);
    slow =
        new Network(slow.name(), store, slow.registry(), slow.signer(), slow.syncInterval(), true);
    ExecutorService crowd = Executors.newCachedThreadPool();
    try (World.Desk desk = open("laptop", slow)) {
      fill(desk);
      until(() -> isStored(desk, 2), "version 3 is stored");
      CountDownLatch four = store.hold(store.operations() + 1);
      desk.run("INSERT INTO t VALUES ('four')");
      List<Future<Long>> waiting = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        waiting.add(crowd.submit(() -> desk.session.sync(PATIENCE).version()));
      }
      until(() -> outgoingOf(desk).size() == 3, "version 4 is staged");
      two.countDown();

      until(() -> desk.session.version() == 3, "version 3 is anchored");
      assertThat(waiting).as("version 4 is not even stored").noneMatch(Future::isDone);
      four.countDown();
      for (Future<Long> one : waiting) {
        assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(4);
      }
    } finally {
      crowd.shutdownNow();
    }
  }

  private static List<WriterState.Outgoing> outgoingOf(World.Desk desk) {
    try {
      return outgoing(desk);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether so many are on their way, and the newest of them is stored. */
  private boolean isStored(World.Desk desk, int many) {
    List<WriterState.Outgoing> staged = outgoingOf(desk);
    try {
      return staged.size() == many && real.store().contains(staged.get(many - 1).commit());
    } catch (InftException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoWaitsForVersionThreeIsNotLetGoByVersionTwo() throws Exception {
    AtomicBoolean twoAnchored = new AtomicBoolean();
    CountDownLatch three = new CountDownLatch(1);
    begin(
        version -> {
          holdVersionTwo(version);
          if (version == 3) {
            twoAnchored.set(true);
            three.countDown();
          }
        });
    try (World.Desk desk = open("laptop", slow)) {
      fill(desk);
      CompletableFuture<Long> waiter =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return desk.session.sync(PATIENCE).version();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      untilThreeIsStored(desk);
      assertThat(waiter).isNotDone();

      two.countDown();

      assertThat(waiter.get(60, TimeUnit.SECONDS)).isEqualTo(3);
      assertThat(three.getCount()).isZero();
      assertThat(twoAnchored).isTrue();
    }
  }

  @Test
  void anAnchorThatCannotBeReachedIsTriedAgainBeforeTheVersionBehindIt() throws Exception {
    List<Long> tries = new ArrayList<>();
    AtomicBoolean down = new AtomicBoolean(true);
    begin(
        version -> {
          synchronized (tries) {
            tries.add(version);
          }
          holdVersionTwo(version);
          if (version == 2 && down.getAndSet(false)) {
            throw new RegistryUnavailableException("the chain", "anchor", null);
          }
        });
    try (World.Desk desk = open("laptop", slow)) {
      fill(desk);
      untilThreeIsStored(desk);
      two.countDown();

      assertThat(desk.session.sync(PATIENCE).version()).isEqualTo(3);
      assertThat(tries).containsExactly(1L, 2L, 2L, 3L);
    }
  }

  @Test
  void whenTheVersionInFlightLosesTheOneBehindItIsNeverSentAndAllRowsAreKept() throws Exception {
    begin(
        version -> {
          holdVersionTwo(version);
          assertThat(version).as("nothing goes out behind a lost version").isLessThan(3);
        });
    World.Desk desk = open("laptop", slow);
    fill(desk);
    untilThreeIsStored(desk);
    Path fork = desk.session.databaseFile().getParent();
    try (World.Desk winner = open("elsewhere", real)) {
      winner.run("INSERT INTO t VALUES ('the winner')");
      winner.session.sync(PATIENCE);
    }
    two.countDown();

    assertThatThrownBy(() -> desk.session.sync(PATIENCE))
        .isInstanceOf(ForkException.class)
        .hasCauseInstanceOf(HeadConflictException.class);
    desk.close();
    assertThat(WriterState.read(fork).outgoing()).hasSize(2);
    try (World.Desk again = open("laptop", real)) {
      assertThat(again.ask("SELECT group_concat(x) FROM t")).isEqualTo("the winner");
    }
    Anchored head = real.registry().head(DatabaseId.parse(ID)).newest().orElseThrow();
    assertThat(head.version()).isEqualTo(2);
  }

  /** As when the heap is full for a moment: the thread that anchors ends in the middle. */
  @Test
  void anAnchorThatEndsInAnErrorIsTriedAgain() throws Exception {
    AtomicBoolean full = new AtomicBoolean();
    begin(
        version -> {
          if (full.compareAndSet(true, false)) {
            throw new OutOfMemoryError("a test's");
          }
        });
    try (World.Desk desk = open("laptop", slow)) {
      desk.run("CREATE TABLE t(x)");
      desk.session.sync(PATIENCE);
      full.set(true);
      desk.run("INSERT INTO t VALUES (1)");
      until(() -> desk.session.version() == 2, "the row is anchored");
      assertThat(desk.session.takeWarning().orElseThrow()).contains("a test's");
    }
  }

  @Test
  void aStagingThatEndsInAnErrorIsTriedAgain() throws Exception {
    AtomicBoolean full = new AtomicBoolean();
    begin(version -> {});
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            boolean publishing = Thread.currentThread().getName().startsWith("inft-publish-");
            if (publishing && full.compareAndSet(true, false)) {
              throw new OutOfMemoryError("a test's");
            }
            return Instant.now();
          }
        };
    try (World.Desk desk =
        new World.Desk(Engines.open(world.settings("laptop", ID), real, clock))) {
      desk.run("CREATE TABLE t(x)");
      desk.session.sync(PATIENCE);
      full.set(true);
      desk.run("INSERT INTO t VALUES (1)");
      until(() -> desk.session.version() == 2, "the row is anchored");
      assertThat(desk.session.takeWarning().orElseThrow()).contains("a test's");
    }
  }
}
