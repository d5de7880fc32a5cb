package io.inft.replica.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.InftException;
import io.inft.failure.LagException;
import io.inft.replica.Databases;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.Session;
import io.inft.replica.World;
import io.inft.replica.publish.policy.Cadence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not published is the same from a connection, from files, and after a kill. */
class LagTest {
  private static final String ID = "lagging";
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;

  private static EngineSettings slow(World world, String machine) throws InftException {
    EngineSettings settings = world.settings(machine, ID);
    return World.closingAtOnce(
        World.withCadence(settings, HOUR, 100, Duration.ofMinutes(5), Cadence.OnLag.FAIL));
  }

  private static LocalStatus local(World world, String machine) throws InftException {
    return Databases.local(world.settings(machine, ID), world.network());
  }

  /** What kill -9 leaves: all files as they are while the database is open. */
  private void kill(String machine, String copy) throws IOException {
    Path from = folder.resolve(machine);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isRegularFile(file) && !file.getFileName().toString().endsWith("-shm")) {
          Path to = folder.resolve(copy).resolve(from.relativize(file));
          Files.createDirectories(to.getParent());
          Files.copy(file, to);
          Files.setLastModifiedTime(to, Files.getLastModifiedTime(file));
        }
      }
    }
  }

  private static void expectSame(Lag files, Session session) throws Exception {
    Lag seen = session.status().line().orElseThrow().unpublished();
    assertThat(seen.commits()).isEqualTo(files.commits());
    assertThat(seen.pages()).isEqualTo(files.pages());
    assertThat(seen.bytes()).isEqualTo(files.bytes());
    assertThat(seen.versions()).isEqualTo(files.versions());
  }

  @Test
  void aConnectionSeesWhatItCommittedWithoutAnybodyPublishing() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = new World.Desk(Engines.open(slow(world, "here"), world.network()))) {
      desk.run("CREATE TABLE t(a)");
      desk.session.sync(WAIT);
      assertThat(local(world, "here").unpublished().isNothing()).isTrue();
      Instant before = Instant.now();
      for (int i = 0; i < 3; i++) {
        desk.run("INSERT INTO t VALUES (randomblob(100000))");
      }
      Lag files = local(world, "here").unpublished();
      assertThat(files.commits()).isEqualTo(3);
      assertThat(files.bytes()).isBetween(300_000L, 400_000L);
      assertThat(files.since().orElseThrow()).isBetween(before.minusSeconds(2), Instant.now());
      expectSame(files, desk.session);
      desk.session.sync(WAIT);
      assertThat(local(world, "here").unpublished().isNothing()).isTrue();
      expectSame(Lag.NOTHING, desk.session);
    }
  }

  @Test
  void itSurvivesAKillAndACheckpointAndAnOrderlyClose() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = new World.Desk(Engines.open(slow(world, "here"), world.network()))) {
        desk.run("CREATE TABLE t(a)");
        desk.session.sync(WAIT);
        desk.run("INSERT INTO t VALUES (randomblob(100000))");
        desk.run("INSERT INTO t VALUES (randomblob(100000))");
        desk.session.checkpoint("PASSIVE");
        desk.run("INSERT INTO t VALUES (randomblob(10))");
        kill("here", "killed");
        assertThat(local(world, "killed").unpublished().commits()).isEqualTo(3);
        expectSame(local(world, "killed").unpublished(), desk.session);
        try (World.Desk again =
            new World.Desk(Engines.open(slow(world, "killed"), world.network()))) {
          expectSame(local(world, "here").unpublished(), again.session);
          again.run("INSERT INTO t VALUES (1)");
          assertThat(local(world, "killed").unpublished().commits()).isEqualTo(4);
        }
      }
      Lag closed = local(world, "here").unpublished();
      assertThat(closed.commits()).isEqualTo(3);
      assertThat(closed.bytes()).isBetween(200_000L, 300_000L);
      assertThat(closed.exact()).isTrue();
      try (World.Desk again = new World.Desk(Engines.open(slow(world, "here"), world.network()))) {
        expectSame(closed, again.session);
      }
    }
  }

  @Test
  void theAgeIsWrittenDownAndBindsTheNextProcess() throws Exception {
    try (World world = new World(folder)) {
      Instant begun;
      try (World.Desk desk = new World.Desk(Engines.open(slow(world, "here"), world.network()))) {
        desk.run("CREATE TABLE t(a)");
        begun = Instant.now();
        long deadline = System.nanoTime() + WAIT.toNanos();
        Path generation = desk.session.databaseFile().getParent();
        while (WriterState.read(generation).backlog().looseSinceMillis() == 0) {
          assertThat(System.nanoTime()).isLessThan(deadline);
          TimeUnit.MILLISECONDS.sleep(10);
        }
        kill("here", "killed");
      }
      Instant since = local(world, "killed").unpublished().since().orElseThrow();
      assertThat(since).isBetween(begun.minusSeconds(30), begun);
      Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(8));
      try (World.Desk again =
          new World.Desk(Engines.open(slow(world, "killed"), world.network(), later))) {
        assertThat(again.session.status().line().orElseThrow().lag())
            .isGreaterThan(Duration.ofMinutes(8).minusSeconds(1));
        assertThatThrownBy(again.session::beforeCommit).isInstanceOf(LagException.class);
      }
    }
  }

  @Test
  void aVersionOnItsWayIsCountedUntilItIsAnchored() throws Exception {
    try (World world = new World(folder)) {
      EngineSettings settings = world.settings("here", ID);
      Session session = Engines.open(settings, world.network());
      try (World.Desk desk = new World.Desk(session)) {
        desk.run("CREATE TABLE t(a)");
        session.sync(WAIT);
      }
      Path generation =
          WorkingCopy.generations(
                  WorkingCopy.folderOf(settings.home(), world.network(), settings.id()))
              .get(0);
      WriterState state = WriterState.read(generation);
      WriterState.Outgoing next =
          new WriterState.Outgoing(
              2,
              state.anchoredRoot(),
              state.newestCommit().orElseThrow(),
              state.anchoredRoot(),
              1,
              state.anchoredRoot(),
              false,
              io.inft.registry.Kind.DELTA,
              java.util.List.of(),
              false);
      state
          .withStaged(next, state.staged(), 0, false, new Backlog.Ride(2, 5, 7, 1000))
          .write(generation);
      Lag files = local(world, "here").unpublished();
      assertThat(files.commits()).isEqualTo(5);
      assertThat(files.pages()).isEqualTo(7);
      assertThat(files.bytes()).isEqualTo(7 * 4096);
      assertThat(files.versions()).isEqualTo(1);
      assertThat(files.since()).contains(Instant.ofEpochMilli(1000));
    }
  }
}
