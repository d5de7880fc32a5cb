package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.DatabaseBusyException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.WorkingCopyLockedException;
import io.inft.faults.FaultyFiles;
import io.inft.replica.local.Network;
import io.inft.replica.local.WorkingCopy;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call to the store, the registry or the disk that does not return keeps nobody waiting. */
class HangingTest {
  private static final String ID = "hanging";
  private static final Duration CLOSE = Duration.ofMillis(300);
  private static final Duration WAIT = Duration.ofSeconds(20);

  /** Long before anybody who waits for the end of an engine gives up, and on a busy machine. */
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir Path folder;
  private final AtomicReference<HangingStore> made = new AtomicReference<>();

  /** What other tests of this JVM left to end by itself is not what is measured here. */
  @BeforeEach
  void endOthers() {
    Engines.endIdle();
  }

  private World world() {
    return new World(
        folder, real -> made.updateAndGet(old -> old == null ? new HangingStore(real) : old));
  }

  private static EngineSettings closingWithin(EngineSettings settings, Duration linger) {
    return settings.with(new EngineSettings.Ending(EngineSettings.OnClose.PUBLISH, CLOSE, linger));
  }

  private static World.Desk open(World world, String machine, Network on) throws Exception {
    return new World.Desk(
        Engines.open(closingWithin(world.settings(machine, ID), Duration.ZERO), on));
  }

  private static void closesInTime(World.Desk desk) {
    long begun = System.nanoTime();
    assertThatThrownBy(desk::close)
        .isInstanceOf(PublishTimeoutException.class)
        .hasMessageContaining("closing '" + ID + "' left")
        .hasMessageContaining("1 version on the way, the oldest since 2")
        .hasMessageContaining("goes out when the database is opened the next time");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(CLOSE.plus(SOON));
  }

  @Test
  void whoOpensWhileTheStoreHangsGoesOnWithTheSameEngine() throws Exception {
    try (World world = world()) {
      Network network = world.network();
      HangingStore store = made.get();
      World.Desk desk = open(world, "here", network);
      desk.run("CREATE TABLE t(n INTEGER)");
      desk.session.sync(WAIT);
      store.hang();
      desk.run("INSERT INTO t VALUES (1)");
      store.awaitHanging();
      closesInTime(desk);

      try (World.Desk again = open(world, "here", network)) {
        assertThat(again.ask("SELECT n FROM t")).isEqualTo("1");
        again.run("INSERT INTO t VALUES (2)");
        store.goOn();
        again.session.sync(WAIT);
      }
      assertThat(store.stored()).doesNotHaveDuplicates();
      try (World.Desk elsewhere = open(world, "there", network)) {
        assertThat(elsewhere.ask("SELECT group_concat(n) FROM t")).isEqualTo("1,2");
      }
    }
  }

  @Test
  void theLockStaysUntilTheThreadEndedAndNothingIsLost() throws Exception {
    try (World world = world()) {
      Network network = world.network();
      HangingStore store = made.get();
      World.Desk desk = open(world, "here", network);
      desk.run("CREATE TABLE t(n INTEGER)");
      desk.session.sync(WAIT);
      store.hang();
      desk.run("INSERT INTO t VALUES (1)");
      store.awaitHanging();
      closesInTime(desk);
      EngineSettings settings = world.settings("here", ID);
      assertThatThrownBy(() -> WorkingCopy.open(settings.home(), network, settings.id()))
          .isInstanceOf(WorkingCopyLockedException.class);

      store.goOn();
      Engines.endIdle();
      WorkingCopy.open(settings.home(), network, settings.id()).close();
      try (World.Desk again = open(world, "here", network)) {
        assertThat(again.ask("SELECT n FROM t")).isEqualTo("1");
        again.session.sync(WAIT);
      }
      try (World.Desk elsewhere = open(world, "there", network)) {
        assertThat(elsewhere.session.version()).isEqualTo(2);
        assertThat(elsewhere.ask("SELECT n FROM t")).isEqualTo("1");
      }
    }
  }

  @Test
  void aRegistryThatHangsKeepsNobodyEither() throws Exception {
    try (World world = world()) {
      CountDownLatch answers = new CountDownLatch(1);
      CountDownLatch asked = new CountDownLatch(1);
      AtomicInteger anchors = new AtomicInteger();
      Network network =
          withRegistry(
              world.network(),
              version -> {
                anchors.incrementAndGet();
                if (version > 1) {
                  asked.countDown();
                  awaitDeaf(answers);
                }
              });
      World.Desk desk = open(world, "here", network);
      desk.run("CREATE TABLE t(n INTEGER)");
      desk.session.sync(WAIT);
      desk.run("INSERT INTO t VALUES (1)");
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      closesInTime(desk);
      try (World.Desk again = open(world, "here", network)) {
        assertThat(again.ask("SELECT n FROM t")).isEqualTo("1");
        answers.countDown();
        again.session.sync(WAIT);
      }
      assertThat(anchors).hasValue(2);
    }
  }

  @Test
  void aDiskThatHangsKeepsNobodyEither() throws Exception {
    FaultyFiles files = FaultyFiles.over(FileSystems.getDefault());
    CountDownLatch answers = new CountDownLatch(1);
    try (World world = new World(files.path(folder))) {
      Network network = world.network();
      World.Desk desk = open(world, "here", network);
      desk.run("CREATE TABLE t(n INTEGER)");
      desk.session.sync(WAIT);
      CountDownLatch asked = new CountDownLatch(1);
      files.hook(
          (step, path) -> {
            asked.countDown();
            awaitDeaf(answers);
          });
      desk.run("INSERT INTO t VALUES (1)");
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      long begun = System.nanoTime();
      assertThatThrownBy(desk::close).isInstanceOf(PublishTimeoutException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(CLOSE.plus(SOON));
      answers.countDown();
      files.unhook();
      try (World.Desk again = open(world, "here", network)) {
        assertThat(again.ask("SELECT n FROM t")).isEqualTo("1");
        again.session.sync(WAIT);
      }
    } finally {
      answers.countDown();
    }
  }

  @Test
  void anOpeningThatHangsKeepsNobodyWhoEndsAndTheNextOneIsTold() throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    try (World world = world()) {
      Network real = world.network();
      Network network =
          new Network(
              real.name(),
              real.store(),
              new ForwardingRegistry(real.registry()) {
                @Override
                public io.inft.registry.Head head(io.inft.registry.DatabaseId id)
                    throws io.inft.failure.InftException {
                  asked.countDown();
                  awaitDeaf(answers);
                  return super.head(id);
                }
              },
              real.signer(),
              real.syncInterval(),
              real.development());
      FutureTask<Void> opening =
          new FutureTask<>(
              () -> {
                open(world, "here", network).close();
                return null;
              });
      new Thread(opening).start();
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      long begun = System.nanoTime();
      Engines.endIdle();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);

      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> open(world, "here", network))
          .isInstanceOf(DatabaseBusyException.class)
          .hasMessageContaining("another connection of this process is being opened");
      assertThat(Thread.interrupted()).isTrue();
      answers.countDown();
      opening.get(10, TimeUnit.SECONDS);
    } finally {
      answers.countDown();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRegistryThatDoesNotSayItsChainKeepsNobodyForEver(EngineSettings.Mode mode)
      throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    try (World world = world()) {
      Network real = world.network();
      Network network =
          new Network(
              real.name(),
              real.store(),
              new ForwardingRegistry(real.registry()) {
                @Override
                public long chainId() {
                  awaitDeaf(answers);
                  return super.chainId();
                }
              },
              real.signer(),
              real.syncInterval(),
              real.development());
      EngineSettings settings =
          World.withDurability(world.settings("here", ID), EngineSettings.Durability.LOCAL, CLOSE);
      EngineSettings wanted = mode == EngineSettings.Mode.RW ? settings : World.readOnly(settings);
      long begun = System.nanoTime();
      assertThatThrownBy(() -> Engines.open(wanted, network))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("embedded")
          .hasMessageContaining("chain id");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(CLOSE.plus(SOON));
    } finally {
      answers.countDown();
    }
  }

  @Test
  void anInterruptedCloseIsQuickAndTellsWhatIsLeft() throws Exception {
    try (World world = world()) {
      Network network = world.network();
      HangingStore store = made.get();
      World.Desk desk =
          new World.Desk(
              Engines.open(
                  world
                      .settings("here", ID)
                      .with(
                          new EngineSettings.Ending(
                              EngineSettings.OnClose.PUBLISH, WAIT, Duration.ofMinutes(1))),
                  network));
      desk.run("CREATE TABLE t(n INTEGER)");
      desk.session.sync(WAIT);
      store.hang();
      desk.run("INSERT INTO t VALUES (1)");
      store.awaitHanging();
      long begun = System.nanoTime();
      desk.connection.close();
      Thread.currentThread().interrupt();
      assertThatThrownBy(desk.session::close)
          .isInstanceOf(PublishTimeoutException.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
      store.goOn();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OutOfMemoryError", "StackOverflowError", "NoClassDefFoundError"})
  void anErrorNeitherSpinsNorKeepsTheDatabase(String name) throws Exception {
    try (World world = world()) {
      Network network = world.network();
      World.Desk desk = open(world, "here", network);
      desk.run("CREATE TABLE t(n INTEGER)");
      desk.session.sync(WAIT);
      AtomicInteger tries = new AtomicInteger();
      made.get()
          .before(
              () -> {
                tries.incrementAndGet();
                throw errorNamed(name);
              });
      desk.run("INSERT INTO t VALUES (1)");
      assertThatThrownBy(() -> desk.session.sync(Duration.ofMillis(900)))
          .isInstanceOf(NotPublishedException.class);
      assertThat(tries.get()).isBetween(1, name.equals("NoClassDefFoundError") ? 1 : 6);
      long begun = System.nanoTime();
      assertThatThrownBy(desk::close)
          .isInstanceOf(NotPublishedException.class)
          .hasMessageContaining("goes out when the database is opened the next time");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(CLOSE.plus(SOON));
      made.get().before(() -> {});
      try (World.Desk again = open(world, "here", network)) {
        again.session.sync(WAIT);
      }
      try (World.Desk elsewhere = open(world, "there", network)) {
        assertThat(elsewhere.ask("SELECT n FROM t")).isEqualTo("1");
      }
    }
  }

  @Test
  void aClassLoaderThatGoesWaitsForNoStore() throws Exception {
    try (World world = world()) {
      Network network = world.network();
      HangingStore store = made.get();
      EngineSettings settings = closingWithin(world.settings("here", ID), Duration.ofMinutes(10));
      World.Desk desk = new World.Desk(Engines.open(settings, network));
      desk.run("CREATE TABLE t(n INTEGER)");
      desk.session.sync(WAIT);
      store.hang();
      desk.run("INSERT INTO t VALUES (1)");
      store.awaitHanging();
      closesInTime(desk);
      long begun = System.nanoTime();
      Engines.endForGood();
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isLessThan(CLOSE.plusSeconds(1).plusMillis(500));
      assertThatThrownBy(() -> WorkingCopy.open(settings.home(), network, settings.id()))
          .as("its thread may still send something")
          .isInstanceOf(WorkingCopyLockedException.class);
      store.goOn();
      Engines.endIdle();
      WorkingCopy.open(settings.home(), network, settings.id()).close();
    }
  }

  @Test
  void whatIsThrownWhileClosingDoesNotKeepTheLock() throws Exception {
    FaultyFiles files = FaultyFiles.over(FileSystems.getDefault());
    try (World world = new World(files.path(folder))) {
      Network network = world.network();
      EngineSettings settings = world.settings("here", ID);
      World.Desk desk = open(world, "here", network);
      desk.run("CREATE TABLE t(n INTEGER)");
      desk.session.sync(WAIT);
      Set<String> ofTheEnd = Set.of("inft-end");
      files.hook(
          (step, path) -> {
            if (ofTheEnd.contains(Thread.currentThread().getName())) {
              throw new NoClassDefFoundError("its class loader is closed");
            }
          });
      Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
      Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {});
      try {
        desk.close();
      } finally {
        Thread.setDefaultUncaughtExceptionHandler(before);
        files.unhook();
      }
      WorkingCopy.open(settings.home(), network, settings.id()).close();
      try (World.Desk again = open(world, "here", network)) {
        assertThat(again.ask("SELECT count(*) FROM t")).isEqualTo("0");
      }
    }
  }

  private static Error errorNamed(String name) {
    return switch (name) {
      case "OutOfMemoryError" -> new OutOfMemoryError("made up by a test");
      case "StackOverflowError" -> new StackOverflowError("made up by a test");
      default -> new NoClassDefFoundError("made up by a test");
    };
  }

  private static Network withRegistry(Network real, SlowRegistry.Before before) {
    return new Network(
        real.name(),
        real.store(),
        new SlowRegistry(real.registry(), before),
        real.signer(),
        real.syncInterval(),
        real.development());
  }

  private static void awaitDeaf(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
