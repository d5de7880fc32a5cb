package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process with unpublished databases ends in time, and says what it leaves. */
class ExitTest {
  private static final String TOLD = "inft: not published yet at exit:";
  private static final int MANY = 20;
  private static final int SOME = 6;

  @TempDir Path folder;

  private ChildJvm victim(
      int databases, Duration closeTimeout, Duration put, String onClose, String... asks)
      throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                folder.toString(),
                Integer.toString(databases),
                Long.toString(closeTimeout.toMillis()),
                Long.toString(put.toMillis()),
                onClose));
    arguments.addAll(List.of(asks));
    ChildJvm child =
        ChildJvm.start(
            List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=error"),
            ExitVictim.class,
            arguments.toArray(String[]::new));
    child.awaitLine("ready");
    return child;
  }

  /** Before anything was waited for that takes so long. */
  private static void told(ChildJvm child, int databases, long begun, Duration most)
      throws Exception {
    for (int i = 0; i < databases; i++) {
      assertThat(child.awaitLine(TOLD)).contains("changed page").contains("since 2");
    }
    assertThat(since(begun)).as("named at once").isLessThan(most);
  }

  private static Duration since(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  @Test
  void aTerminatedProcessNamesWhatIsLeftAndEndsThoughTheStoreHangs() throws Exception {
    Duration closeTimeout = Duration.ofSeconds(3);
    try (ChildJvm child = victim(MANY, closeTimeout, Duration.ofMinutes(10), "PUBLISH")) {
      long begun = System.nanoTime();
      child.terminate();
      told(child, MANY, begun, closeTimeout);
      child.exit();
      assertThat(since(begun)).isBetween(closeTimeout, closeTimeout.multipliedBy(3));
    }
    try (World world = new World(folder)) { // and nothing is lost
      for (int i : new int[] {0, MANY - 1}) {
        try (World.Desk desk = world.open("here", "agent/" + i)) {
          assertThat(desk.ask("SELECT n FROM t")).isEqualTo(Integer.toString(i));
        }
        try (World.Desk desk = world.open("there", "agent/" + i)) {
          assertThat(desk.ask("SELECT n FROM t")).isEqualTo(Integer.toString(i));
        }
      }
    }
  }

  /** Whoever published it chose the schema: neither the driver nor its end waits for its rows. */
  @Test
  void aViewThatNeverEndsInPlaceOfTheEventTableKeepsNoProcessFromEnding() throws Exception {
    try (World world = new World(folder);
        World.Desk author = world.open("author", "agent/0")) {
      author.run("CREATE TABLE t(n INTEGER)");
      author.run(
          "CREATE VIEW inft_events(seq, time, type, payload) AS WITH RECURSIVE n(i) AS (SELECT 1"
              + " UNION ALL SELECT i + 1 FROM n) SELECT i, i, 'x', 'y' FROM n");
      author.session.sync(Duration.ofSeconds(60));
    }
    Duration closeTimeout = Duration.ofSeconds(20);
    try (ChildJvm child =
        victim(1, closeTimeout, Duration.ZERO, "PUBLISH", "SELECT count(*) FROM inft_events")) {
      long begun = System.nanoTime();
      child.terminate();
      child.exit();
      assertThat(since(begun)).isLessThan(closeTimeout);
    }
    try (World world = new World(folder);
        World.Desk desk = world.open("there", "agent/0")) {
      assertThat(desk.ask("SELECT n FROM t")).as("published at the end").isEqualTo("0");
    }
  }

  @Test
  void whatLiesInTheLogAloneIsCarriedAtTheEnd() throws Exception {
    try (ChildJvm child = inlined(Duration.ofSeconds(30), Duration.ofMillis(300))) {
      child.tell("exit");
      assertThat(child.exit()).isZero();
    }
    assertThat(kinds()).containsExactly(Kind.SNAPSHOT, Kind.DELTA, Kind.ARCHIVE);
  }

  /** Everything is anchored, so nothing is said of what is unpublished. */
  @Test
  void thatIsLeftIfTheStoreHangsAndTheProcessEndsAllTheSame() throws Exception {
    try (ChildJvm child = inlined(Duration.ofSeconds(1), Duration.ofMinutes(10))) {
      long begun = System.nanoTime();
      child.terminate();
      child.exit();
      assertThat(since(begun)).isLessThan(Duration.ofSeconds(10));
    }
    assertThat(kinds()).containsExactly(Kind.SNAPSHOT, Kind.DELTA);
    try (World world = new World(folder);
        World.Desk desk = world.open("here", InlinedExitVictim.ID)) {
      desk.session.sync(Duration.ofSeconds(30));
      assertThat(desk.ask("SELECT n FROM t")).isEqualTo("1");
    }
    assertThat(kinds()).as("on its way then, it went out").contains(Kind.ARCHIVE);
  }

  private ChildJvm inlined(Duration closeTimeout, Duration put) throws Exception {
    ChildJvm child =
        ChildJvm.start(
            List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=error"),
            InlinedExitVictim.class,
            folder.toString(),
            Long.toString(closeTimeout.toMillis()),
            Long.toString(put.toMillis()));
    child.awaitLine("ready 2");
    return child;
  }

  private List<Kind> kinds() throws Exception {
    try (World world = new World(folder)) {
      return world
          .network()
          .registry()
          .history(DatabaseId.parse(InlinedExitVictim.ID), 1, 9)
          .stream()
          .map(one -> one.anchor().kind())
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUBLISH", "BACKGROUND"})
  void allDatabasesArePublishedAtOnce(String onClose) throws Exception {
    Duration put = Duration.ofMillis(1500);
    try (ChildJvm child = victim(SOME, Duration.ofSeconds(30), put, onClose)) {
      long begun = System.nanoTime();
      child.tell("exit");
      told(child, SOME, begun, put);
      assertThat(child.exit()).isZero();
      assertThat(since(begun)).isBetween(put, put.multipliedBy(SOME - 1));
    }
    try (World world = new World(folder);
        World.Desk desk = world.open("there", "agent/" + (SOME - 1))) {
      assertThat(desk.ask("SELECT n FROM t")).isEqualTo(Integer.toString(SOME - 1));
    }
  }
}
