package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.commit.Archive;
import io.inft.commit.CommitObject;
import io.inft.failure.ForkException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.replica.local.Network;
import io.inft.replica.publish.PublishStep;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.restore.Commits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another machine goes on where inlined versions were left, and carries them. */
class InlinedTakeoverTest {
  private static final String ID = "handed-over";
  private static final Duration WAIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private World world;

  @BeforeEach
  void begin() {
    world = new World(folder).inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1));
  }

  @AfterEach
  void end() {
    world.close();
  }

  /** Its close leaves what is in the log where it is, as a machine that dies does. */
  private World.Desk dying(String machine) throws Exception {
    return world.open(World.closingAtOnce(world.settings(machine, ID)));
  }

  private void rows(World.Desk desk, int from, int to) throws Exception {
    for (int i = from; i <= to; i++) {
      desk.run("INSERT INTO t VALUES (" + i + ", hex(randomblob(20)))");
      desk.session.sync(WAIT);
    }
  }

  private void create(World.Desk desk) throws Exception {
    desk.run("CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
    desk.session.sync(WAIT);
  }

  private List<Anchored> history() throws Exception {
    Network network = world.network();
    DatabaseId id = DatabaseId.parse(ID);
    return network.registry().history(id, 1, network.registry().head(id).version());
  }

  private String roads() throws Exception {
    StringBuilder roads = new StringBuilder();
    for (Anchored one : history()) {
      boolean archive = one.anchor().kind().equals(Kind.ARCHIVE);
      roads.append(one.inlined() ? 'I' : archive ? 'A' : 'S');
    }
    return roads.toString();
  }

  private Archive archiveOf(Anchored version) throws Exception {
    return Archive.requireOf(
        CommitObject.parse(
            world.network().store().open(Commits.refOf(version)).readAll(CommitObject.MAX_BYTES)));
  }

  private void requireRows(String machine, int rows) throws Exception {
    EngineSettings reading = World.readOnly(world.settings(machine, ID));
    try (World.Desk desk = new World.Desk(Engines.open(reading, world.network()))) {
      assertThat(desk.ask("SELECT count(*) || ' ' || max(a) FROM t")).isEqualTo(rows + " " + rows);
      assertThat(desk.session.log()).as("the event log").isNotEmpty();
    }
  }

  @Test
  void aMachineThatTakesOverCarriesWhatTheOneBeforeLeft() throws Exception {
    try (World.Desk desk = dying("here")) {
      create(desk);
      rows(desk, 1, 3);
    }
    assertThat(roads()).isEqualTo("SIII");
    try (World.Desk desk = dying("there")) {
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("3");
      rows(desk, 4, 5);
    }
    assertThat(roads()).isEqualTo("SIIIII");
    requireRows("reader", 5);
    try (World.Desk desk = world.open("third", ID)) {
      rows(desk, 6, 6);
    }
    assertThat(roads()).isEqualTo("SIIIIIIA");
    Archive archive = archiveOf(history().get(7));
    assertThat(archive.firstVersion()).isEqualTo(2);
    assertThat(archive.lastVersion()).isEqualTo(7);
    requireRows("another reader", 6);
    try (World.Desk desk = world.open("here", ID)) {
      rows(desk, 7, 7);
    }
    requireRows("last", 7);
  }

  /** Merging deltas reaches into archives of others and into the log. */
  @Test
  void manyMachinesInTurnsWriteThroughSeveralArchives() throws Exception {
    try (World.Desk desk = dying("here")) {
      create(desk);
      rows(desk, 1, 20);
    }
    try (World.Desk desk = world.open("there", ID)) {
      rows(desk, 21, 40);
    }
    try (World.Desk desk = dying("third")) {
      rows(desk, 41, 70);
    }
    try (World.Desk desk = dying("here")) {
      rows(desk, 71, 72);
    }
    requireRows("reader", 72);
    assertThat(roads())
        .isEqualTo("S" + "I".repeat(40) + "A" + "I".repeat(21) + "S" + "I".repeat(10));
  }

  @Test
  void whoComesTooLateIsAForkAndTheWinnerCarriesAll() throws Exception {
    World.Desk first = dying("first");
    create(first);
    rows(first, 1, 2);
    World.Desk second = dying("second");
    rows(first, 3, 3);
    second.run("INSERT INTO t VALUES (100, 'too late')");
    assertThatThrownBy(() -> second.session.sync(WAIT)).isInstanceOf(ForkException.class);
    second.close();
    first.close();
    world.open("second", ID).close();
    assertThat(roads()).as("who only looks takes the head from nobody").isEqualTo("SIII");
    requireRows("reader", 3);
    world.open("first", ID).close();
    assertThat(roads()).isEqualTo("SIIIA");
  }

  @Test
  void aPushAndARestoreOfAnOlderVersionCarryWhatWasInTheLog() throws Exception {
    try (World.Desk desk = dying("here")) {
      create(desk);
      rows(desk, 1, 3);
    }
    EngineSettings settings = world.settings("here", ID);
    Recovery.restore(settings.at(Optional.of("3")), world.network(), OptionalLong.empty());
    assertThat(roads()).isEqualTo("SIIIS");
    assertThat(archiveOf(history().get(4)).firstVersion()).isEqualTo(2);
    requireRows("reader", 2);
    try (World.Desk desk = dying("here")) {
      rows(desk, 3, 4);
    }
    assertThat(roads()).isEqualTo("SIIISII");
    requireRows("another reader", 4);
  }

  /** What was staged for the sake of others and never sent is nobody's loss. */
  @Test
  void aFoldThatWasNeverSentIsNoForkWhenAnotherMachineWentOn() throws Exception {
    try (World.Desk desk = dying("here")) {
      create(desk);
      rows(desk, 1, 2);
    }
    Path kept = folder.resolve("kept");
    World stopping = new World(folder).inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1));
    stopping.watch(
        step -> {
          if (step == PublishStep.STAGED) {
            copy(folder.resolve("here"), kept);
          }
        });
    stopping.open("here", ID).close();
    assertThat(roads()).isEqualTo("SIIA");
    EngineSettings other = world.settings("kept", ID);
    try (World.Desk desk = dying("there")) {
      rows(desk, 3, 3);
    }
    try (World.Desk desk = world.open(World.closingAtOnce(other))) {
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("3");
    }
    assertThat(Forks.list(other, world.network())).isEmpty();
  }

  /** What this disk lost of the tail is fetched again. */
  @Test
  void aTailThatThisDiskLostIsCarriedAllTheSame() throws Exception {
    try (World.Desk desk = dying("here")) {
      create(desk);
      rows(desk, 1, 3);
    }
    List<Anchored> all = history();
    for (Anchored one : all.subList(1, 4)) {
      Path object = kept("here", one);
      if (one.version() == 3) {
        byte[] bytes = Files.readAllBytes(object);
        bytes[50] ^= 1;
        Files.write(object, bytes);
      } else {
        Files.delete(object);
      }
    }
    try (World.Desk desk = world.open("here", ID)) {
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("3");
      rows(desk, 4, 4);
    }
    assertThat(roads()).isEqualTo("SIIIIA");
    assertThat(archiveOf(history().get(5)).firstVersion()).isEqualTo(2);
    requireRows("reader", 4);
  }

  private Path kept(String machine, Anchored version) throws Exception {
    String name = version.anchor().root().hex() + "-" + version.anchor().sizeBytes();
    try (Stream<Path> files = Files.walk(folder.resolve(machine))) {
      return files.filter(file -> file.getFileName().toString().equals(name)).findFirst().get();
    }
  }

  private World overtakenWhileItUploads(AtomicBoolean once, Duration maxAge) {
    World overtaken = new World(folder).inlining(Inlining.Choice.ALWAYS, maxAge);
    overtaken.watch(
        step -> {
          if (step == PublishStep.STORED && once.compareAndSet(true, false)) {
            try (World.Desk desk = dying("there")) {
              rows(desk, 3, 3);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
        });
    return overtaken;
  }

  @Test
  void aFoldThatLosesTheHeadWhileItUploadsIsTakenBackInSilence() throws Exception {
    try (World.Desk desk = dying("here")) {
      create(desk);
      rows(desk, 1, 2);
    }
    AtomicBoolean once = new AtomicBoolean(true);
    long begun = System.nanoTime();
    overtakenWhileItUploads(once, Duration.ofHours(1)).open("here", ID).close();
    assertThat(once).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    assertThat(roads()).isEqualTo("SIII");
    EngineSettings settings = world.settings("here", ID);
    assertThat(Forks.list(settings, world.network())).isEmpty();
    try (World.Desk desk = dying("here")) {
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("3");
      rows(desk, 4, 4);
    }
    assertThat(Forks.list(settings, world.network())).isEmpty();
    requireRows("reader", 4);
  }

  @Test
  void whatIsCommittedAfterAFoldWasTakenBackIsAFork() throws Exception {
    AtomicBoolean once = new AtomicBoolean();
    World overtaken = overtakenWhileItUploads(once, Duration.ofSeconds(2));
    EngineSettings settings = world.settings("here", ID);
    try (World.Desk desk = overtaken.open("here", ID)) {
      create(desk);
      rows(desk, 1, 2);
      once.set(true);
      long deadline = System.nanoTime() + WAIT.toNanos();
      while (once.get() || history().size() < 4) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.sleep(20);
      }
      Thread.sleep(1500);
      assertThat(Forks.list(settings, world.network())).as("nothing is lost yet").isEmpty();
      desk.run("INSERT INTO t VALUES (100, 'too late')");
      assertThatThrownBy(() -> desk.session.sync(WAIT)).isInstanceOf(ForkException.class);
    }
    assertThat(Forks.list(settings, world.network())).hasSize(1);
    requireRows("reader", 3);
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
