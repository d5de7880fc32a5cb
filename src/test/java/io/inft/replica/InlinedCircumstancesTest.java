package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.DurableFiles;
import io.inft.commit.Archive;
import io.inft.commit.CommitObject;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.replica.local.Network;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.restore.Commits;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong clocks, other settings and a lost disk while versions lie in the chain's log alone. */
class InlinedCircumstancesTest {
  private static final String ID = "circumstances";
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

  private World.Desk withClock(Clock clock) throws Exception {
    EngineSettings settings = World.closingAtOnce(world.settings("here", ID));
    return new World.Desk(Engines.open(settings, world.network(), clock, step -> {}));
  }

  private static void create(World.Desk desk) throws Exception {
    desk.run("CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
    desk.session.sync(WAIT);
  }

  private static void rows(World.Desk desk, int from, int to) throws Exception {
    for (int i = from; i <= to; i++) {
      desk.run("INSERT INTO t VALUES (" + i + ", hex(randomblob(20)))");
      desk.session.sync(WAIT);
    }
  }

  private List<Anchored> history() throws Exception {
    return world.network().registry().history(DatabaseId.parse(ID), 1, 100);
  }

  private String roads() throws Exception {
    StringBuilder roads = new StringBuilder();
    for (Anchored one : history()) {
      boolean archive = one.anchor().kind().equals(Kind.ARCHIVE);
      roads.append(one.inlined() ? 'I' : archive ? 'A' : 'S');
    }
    return roads.toString();
  }

  private void awaitRoads(String expected) throws Exception {
    long deadline = System.nanoTime() + WAIT.toNanos();
    while (!roads().equals(expected)) {
      assertThat(System.nanoTime())
          .as("%s in time, now %s", expected, roads())
          .isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  private Archive archiveOf(long version) throws Exception {
    Network network = world.network();
    return Archive.requireOf(
        CommitObject.parse(
            network
                .store()
                .open(Commits.refOf(history().get((int) version - 1)))
                .readAll(CommitObject.MAX_BYTES)));
  }

  private void requireRows(String machine, int rows) throws Exception {
    EngineSettings reading = World.readOnly(world.settings(machine, ID));
    try (World.Desk desk = new World.Desk(Engines.open(reading, world.network()))) {
      assertThat(desk.ask("SELECT count(*) || ' ' || max(a) FROM t")).isEqualTo(rows + " " + rows);
      assertThat(desk.session.log()).as("the event log").isNotEmpty();
    }
  }

  @Test
  void aClockThatIsHoursBehindLeavesNothingInTheLogForHours() throws Exception {
    world.inlining(Inlining.Choice.ALWAYS, Duration.ofSeconds(2));
    try (World.Desk desk = withClock(Clock.offset(Clock.systemUTC(), Duration.ofHours(-5)))) {
      create(desk);
      rows(desk, 1, 1);
      awaitRoads("SIA");
    }
    requireRows("reader", 1);
  }

  @Test
  void aClockThatIsHoursAheadDoesNotPayForCarryingEach() throws Exception {
    try (World.Desk desk = withClock(Clock.offset(Clock.systemUTC(), Duration.ofHours(5)))) {
      create(desk);
      rows(desk, 1, 4);
      assertThat(roads()).isEqualTo("SIIII");
    }
    requireRows("reader", 4);
  }

  @Test
  void anotherSettingAtTheNextOpeningCarriesWhatWasLeft() throws Exception {
    try (World.Desk desk = dying("here")) {
      create(desk);
      rows(desk, 1, 2);
    }
    world.inlining(Inlining.Choice.NEVER, Duration.ofHours(1));
    try (World.Desk desk = dying("here")) {
      rows(desk, 3, 4);
    }
    assertThat(roads()).isEqualTo("SIISS");
    assertThat(archiveOf(4).firstVersion()).isEqualTo(2);
    world.inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1));
    try (World.Desk desk = dying("here")) {
      rows(desk, 5, 6);
    }
    world.inlining(Inlining.Choice.NEVER, Duration.ofHours(1));
    world.open("there", ID).close();
    assertThat(roads()).as("who only looks carries nothing of others").isEqualTo("SIISSII");
    try (World.Desk desk = dying("there")) {
      rows(desk, 7, 7);
    }
    assertThat(roads()).isEqualTo("SIISSIIS");
    assertThat(archiveOf(8).firstVersion()).isEqualTo(6);
    requireRows("reader", 7);
    try (World.Desk desk = dying("here")) {
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("7");
    }
  }

  /** Nobody knows any more that the versions were published here; somebody carries them. */
  @Test
  void aDiskThatIsLostWithVersionsInTheLogIsNotMissed() throws Exception {
    try (World.Desk desk = dying("here")) {
      create(desk);
      rows(desk, 1, 3);
    }
    Engines.endIdle();
    DurableFiles.deleteTree(folder.resolve("here"));
    world.inlining(Inlining.Choice.ALWAYS, Duration.ofSeconds(1));
    try (World.Desk desk = dying("here")) {
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("3");
      awaitRoads("SIIIA");
      rows(desk, 4, 4);
    }
    assertThat(archiveOf(5).firstVersion()).isEqualTo(2);
    requireRows("reader", 4);
  }
}
