package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.ForkException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.PublishTimeoutException;
import io.inft.faults.FaultyFiles;
import io.inft.faults.InMemory;
import io.inft.faults.OpenFiles;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.replica.local.Network;
import io.inft.replica.local.WriterState;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The disk is full at each write of this project, one after the other, until there is room again.
 * What happens when SQLite itself finds no room shows {@code FullDiskChildTest}.
 */
class FullDiskTest {
  private static final String ID = "full";
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(20);

  @TempDir(factory = InMemory.class)
  Path folder;

  private final FaultyFiles files = FaultyFiles.over(FileSystems.getDefault());
  private final AtomicLong writes = new AtomicLong();

  /** From the n-th write on nothing more fits. Deleting and forcing still work. */
  private void fullFromWrite(long first) {
    writes.set(0);
    files.hook(
        (step, path) -> {
          boolean takesRoom =
              switch (step) {
                case CREATE, WRITE, LINK, MOVE -> true;
                case FORCE, TRUNCATE, DELETE -> false;
              };
          if (takesRoom && writes.incrementAndGet() >= first) {
            throw new IOException("No space left on device");
          }
        });
  }

  private boolean wasFull(long first) {
    return writes.get() >= first;
  }

  @Test
  void aPublishGoesOnWhenThereIsRoomAgain() throws Exception {
    try (World world = new World(files.path(folder))) {
      try (World.Desk desk = world.open("here", ID)) {
        desk.run("CREATE TABLE t(n INTEGER PRIMARY KEY, filler BLOB)");
        desk.session.sync(WAIT);
        long n = 1;
        for (boolean full = true; full; n++) {
          fullFromWrite(n);
          // Two thirds of the versions have an object of their own.
          int filler = n % 3 == 0 ? 50 : 70_000;
          desk.run("INSERT INTO t VALUES (" + n + ", randomblob(" + filler + "))");
          full = failsForRoom(desk, n);
          files.unhook();
          long version = desk.session.sync(WAIT).version();
          assertThat(version).as("a new version after write %s", n).isGreaterThan(n);
          assertThat(desk.session.status().line().orElseThrow().lastFailure()).isEmpty();
          if (n % 5 == 1) {
            expectEverywhere(world, "there" + n, n);
          }
        }
        assertThat(n).as("writes of one publish").isGreaterThan(15);
        expectEverywhere(world, "last", n - 1);
      }
      assertThat(OpenFiles.under(folder)).isEmpty();
    }
  }

  /** False when the publish did not reach the write that would have failed. */
  private boolean failsForRoom(World.Desk desk, long first) throws InftException {
    long deadline = System.nanoTime() + WAIT.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        desk.session.sync(SHORT);
        return wasFull(first);
      } catch (NotPublishedException | PublishTimeoutException e) {
        if (String.valueOf(e.getMessage()).contains("No space left on device")) {
          assertThat(desk.session.status().line().orElseThrow().lastFailure().orElseThrow())
              .contains("No space left on device");
          assertThat(desk.session.takeWarning())
              .hasValueSatisfying(warning -> assertThat(warning).contains("No space left"));
          return true;
        }
      }
    }
    throw new AssertionError("neither published nor failed at write " + first);
  }

  /** Anchors as another one does, and then has the thread that did find no room, once. */
  private final class FullAfterAnchoring extends ForwardingRegistry {
    private final FaultyFiles.Step step;
    private final String name;
    private final AtomicInteger anchored = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    FullAfterAnchoring(Registry real, FaultyFiles.Step step, String name) {
      super(real);
      this.step = step;
      this.name = name;
    }

    @Override
    public Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
      Anchored done = super.anchor(id, anchor);
      Thread anchoring = Thread.currentThread();
      if (anchored.incrementAndGet() == 1) {
        files.hook(
            (now, path) -> {
              if (now == step
                  && path.toString().contains(name)
                  && Thread.currentThread() == anchoring
                  && failed.getAndIncrement() == 0) {
                throw new IOException("No space left on device");
              }
            });
      }
      return done;
    }
  }

  private World.Desk open(World world, Registry registry) throws Exception {
    Network real = world.network();
    return new World.Desk(
        Engines.open(
            world.settings("here", ID),
            new Network(
                real.name(),
                real.store(),
                registry,
                real.signer(),
                real.syncInterval(),
                real.development())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"final", "head", "state"})
  void whatIsAnchoredAndCouldNotBeWrittenDownIsNotWaitedForInVain(String file) throws Exception {
    try (World world = new World(files.path(folder))) {
      FullAfterAnchoring registry =
          new FullAfterAnchoring(world.network().registry(), FaultyFiles.Step.MOVE, "/" + file);
      try (World.Desk desk = open(world, registry)) {
        desk.run("CREATE TABLE t(n)");
        desk.session.sync(WAIT);
        desk.run("INSERT INTO t VALUES (1)");
        assertThat(desk.session.sync(WAIT).version()).isEqualTo(2);
        assertThat(registry.failed).hasPositiveValue();
        assertThat(registry.anchored).as("the same anchor, asked for again").hasValue(2);
        assertThat(registry.head(DatabaseId.parse(ID)).version()).isEqualTo(2);
        assertThat(desk.session.status().line().orElseThrow().lastFailure()).isEmpty();
        assertThat(WriterState.read(desk.session.databaseFile().getParent()).anchored())
            .isEqualTo(2);
      }
      expectEverywhere(world, "there", 1);
    }
  }

  /** Conflicts as another one does, and then has the thread that lost find no room, once. */
  private final class FullAfterLosing extends ForwardingRegistry {
    private final AtomicInteger failed = new AtomicInteger();

    FullAfterLosing(Registry real) {
      super(real);
    }

    @Override
    public Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
      try {
        return super.anchor(id, anchor);
      } catch (HeadConflictException lost) {
        Thread loser = Thread.currentThread();
        files.hook(
            (now, path) -> {
              if (now == FaultyFiles.Step.MOVE
                  && path.endsWith("state")
                  && Thread.currentThread() == loser
                  && failed.getAndIncrement() == 0) {
                throw new IOException("No space left on device");
              }
            });
        throw lost;
      }
    }
  }

  @Test
  void aForkThatCouldNotBeWrittenDownIsWrittenDownLater() throws Exception {
    try (World world = new World(files.path(folder))) {
      FullAfterLosing registry = new FullAfterLosing(world.network().registry());
      try (World.Desk desk = open(world, registry)) {
        desk.run("CREATE TABLE t(n)");
        desk.session.sync(WAIT);
        try (World.Desk winner = world.open("there", ID)) {
          winner.run("INSERT INTO t VALUES (1)");
          winner.session.sync(WAIT);
        }
        Path generation = desk.session.databaseFile().getParent();
        desk.run("INSERT INTO t VALUES (2)");
        assertThatThrownBy(() -> desk.session.sync(WAIT)).isInstanceOf(ForkException.class);
        assertThat(registry.failed).hasPositiveValue();
        assertThat(WriterState.read(generation).putAside()).isPresent();
        assertThat(generation.resolveSibling("current")).doesNotExist();
      }
      expectEverywhere(world, "there", 1);
    }
  }

  @Test
  void whatIsAnchoredIsNotWaitedForWhenOldObjectsCannotBeDeleted() throws Exception {
    try (World world = new World(files.path(folder))) {
      FullAfterAnchoring registry =
          new FullAfterAnchoring(world.network().registry(), FaultyFiles.Step.DELETE, "/objects/");
      try (World.Desk desk = open(world, registry)) {
        desk.run("CREATE TABLE t(n, filler)");
        desk.session.sync(WAIT);
        // Its object is large enough not to be kept, and is deleted when it is anchored.
        desk.run("INSERT INTO t VALUES (1, randomblob(3000000))");
        assertThat(desk.session.sync(WAIT).version()).isEqualTo(2);
        assertThat(registry.failed).hasPositiveValue();
        assertThat(registry.anchored).hasValue(1);
        desk.run("INSERT INTO t VALUES (2, NULL)");
        assertThat(desk.session.sync(WAIT).version()).isEqualTo(3);
        assertThat(desk.session.status().line().orElseThrow().lastFailure()).isEmpty();
      }
      expectEverywhere(world, "there", 2);
    }
  }

  private static void expectEverywhere(World world, String machine, long rows) throws Exception {
    try (World.Desk desk = world.open(machine, ID)) {
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo(Long.toString(rows));
      assertThat(desk.ask("PRAGMA integrity_check")).isEqualTo("ok");
    }
  }

  @Test
  void aCheckpointWithoutRoomForItsJournalIsRefusedAndNothingIsForgotten() throws Exception {
    try (World world = new World(files.path(folder));
        World.Desk desk = world.open("here", ID)) {
      desk.run("CREATE TABLE t(n INTEGER PRIMARY KEY, filler BLOB)");
      desk.session.sync(WAIT);
      long n = 1;
      for (boolean full = true; full; n++) {
        fullFromWrite(n);
        desk.run("INSERT INTO t VALUES (" + n + ", randomblob(500))");
        try {
          desk.session.checkpoint(n % 2 == 0 ? "TRUNCATE" : "PASSIVE");
          full = wasFull(n); // publishing may have met it
        } catch (LocalStorageException e) {
          assertThat(e).hasMessageContaining("No space left on device");
        }
        files.unhook();
        desk.session.sync(WAIT);
        if (n % 4 == 0) {
          expectEverywhere(world, "there" + n, n);
        }
      }
      expectEverywhere(world, "last", n - 1);
    }
  }

  @Test
  void closingWithoutRoomKeepsWhatWasNotPublished() throws Exception {
    try (World world = new World(files.path(folder))) {
      EngineSettings settings = World.closingAtOnce(world.settings("here", ID));
      long n = 1;
      for (boolean full = true; full; n++) {
        World.Desk desk = new World.Desk(Engines.open(settings, world.network()));
        if (n == 1) {
          desk.run("CREATE TABLE t(n INTEGER PRIMARY KEY, filler BLOB)");
        }
        desk.session.sync(WAIT);
        expectEverywhere(world, "there" + n, n - 1);
        fullFromWrite(n);
        desk.run("INSERT INTO t VALUES (" + n + ", randomblob(500))");
        try {
          desk.close();
        } catch (LocalStorageException e) {
          assertThat(e).hasMessageContaining("No space left on device");
        }
        Engines.endIdle();
        full = wasFull(n);
        files.unhook();
        assertThat(OpenFiles.under(folder)).as("after write %s", n).isEmpty();
      }
      assertThat(n).as("writes of one close").isGreaterThan(5);
      try (World.Desk desk = world.open("here", ID)) {
        desk.session.sync(WAIT);
      }
      expectEverywhere(world, "there", n - 1);
    }
  }

  @Test
  void aRestoreWithoutRoomFailsAndTheNextOneWorks() throws Exception {
    try (World world = new World(files.path(folder))) {
      try (World.Desk desk = world.open("here", ID)) {
        desk.run("CREATE TABLE t(n INTEGER PRIMARY KEY, filler BLOB)");
        desk.run("INSERT INTO t VALUES (1, randomblob(9000))");
        desk.session.sync(WAIT);
        desk.run("INSERT INTO t VALUES (2, randomblob(9000))");
      }
      long n = 1;
      for (boolean full = true; full; n++) {
        long first = n;
        fullFromWrite(first);
        String machine = "there" + n % 2;
        if (n % 2 == 0) {
          // Every other time there is an older version already.
          files.unhook();
          world.open(machine, ID).close();
          try (World.Desk desk = world.open("here", ID)) {
            desk.run("INSERT INTO t VALUES (" + (n + 10) + ", randomblob(100))");
          }
          fullFromWrite(first);
        }
        try (World.Desk desk = world.open(machine, ID)) {
          assertThat(desk.ask("PRAGMA integrity_check")).isEqualTo("ok");
          full = wasFull(first);
        } catch (LocalStorageException e) {
          assertThat(e).hasMessageContaining("No space left on device");
        }
        files.unhook();
        assertThat(OpenFiles.under(folder)).as("after write %s", n).isEmpty();
        try (World.Desk desk = world.open(machine, ID);
            World.Desk here = world.open("here", ID)) {
          assertThat(Dump.of(desk.connection)).isEqualTo(Dump.of(here.connection));
        }
        if (n % 2 == 1) {
          io.inft.bytes.DurableFiles.deleteTree(folder.resolve(machine));
        }
      }
      assertThat(n).as("writes of one restore").isGreaterThan(15);
    }
  }

  @Test
  void aFirstOpenWithoutRoomFailsAndTheNextOneWorks() throws Exception {
    long n = 1;
    for (boolean full = true; full; n++) {
      long first = n;
      Path place = folder.resolve("try" + n);
      try (World world = new World(files.path(place))) {
        fullFromWrite(first);
        try (World.Desk desk = world.open("here", ID)) {
          desk.run("CREATE TABLE t(n)");
          full = wasFull(first);
        } catch (LocalStorageException | NotPublishedException | PublishTimeoutException e) {
          assertThat(e).hasMessageContaining("No space left on device");
        }
        files.unhook();
        try (World.Desk desk = world.open("here", ID)) {
          desk.run("CREATE TABLE IF NOT EXISTS t(n)");
          desk.run("INSERT INTO t VALUES (1)");
        }
        expectEverywhere(world, "there", 1);
      }
    }
    assertThat(n).as("writes of a first open").isGreaterThan(15);
  }

  @Test
  void theFailureIsTheDisksAndNamesTheFile() throws Exception {
    try (World world = new World(files.path(folder))) {
      world.open("here", ID).close();
      fullFromWrite(1);
      assertThatThrownBy(() -> world.open("there", ID))
          .isInstanceOfSatisfying(
              LocalStorageException.class,
              failure -> {
                assertThat(failure.path().toString()).startsWith(folder.toString());
                assertThat(failure).hasMessageContaining("No space left on device");
              });
      files.unhook();
    }
  }
}
