package io.inft.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.integration.InftMeters;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.World;
import io.inft.seal.Secret;
import io.inft.store.FaultyStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine does is counted, shown and recorded, and nobody who listens reaches it. */
class EngineObservedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(5);
    }
  }

  private static double value(Figure figure, Observed of) {
    return figure.kind() == Figure.Kind.TIMER ? figure.count(of) : figure.value(of);
  }

  @Test
  void aVersionIsCountedOnItsWayAndARestoreOnAnotherMachine() throws Exception {
    Observed of = Observations.of("counted", "embedded");
    try (World world = new World(folder)) {
      try (World.Desk desk = world.open("first", "counted")) {
        desk.run("CREATE TABLE t(n INTEGER)");
        desk.session.sync(PATIENCE);
        assertThat(value(Figure.HEAD, of)).isEqualTo(1);
        assertThat(value(Figure.SESSIONS, of)).isEqualTo(1);
        assertThat(value(Figure.LAG, of)).isZero();
        assertThat(value(Figure.PUT_ASIDE, of)).isZero();
        assertThat(value(Figure.DATABASE, of)).isGreaterThan(0);
      }
      assertThat(value(Figure.OPEN, of)).isEqualTo(1);
      assertThat(value(Figure.RESTORE, of)).isZero();
      assertThat(value(Figure.PUBLISH, of)).isEqualTo(1);
      assertThat(value(Figure.STORE, of)).isEqualTo(1);
      assertThat(value(Figure.ANCHOR, of)).isEqualTo(1);
      assertThat(Figure.ANCHOR.value(of)).isGreaterThan(0);
      assertThat(value(Figure.ANCHORED, of)).isGreaterThan(0);
      assertThat(value(Figure.HEAD, of)).as("nobody has it open").isNaN();

      try (World.Desk desk = world.open("second", "counted")) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("0");
      }
      assertThat(value(Figure.RESTORE, of)).isEqualTo(1);
      assertThat(value(Figure.RESTORED, of)).isGreaterThan(0);
      try (World.Desk desk =
          new World.Desk(
              Engines.open(World.readOnly(world.settings("third", "counted")), world.network()))) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("0");
      }
      assertThat(value(Figure.RESTORE, of)).as("readers' too").isEqualTo(2);
      assertThat(value(Figure.OPEN, of)).isEqualTo(3);
    }
  }

  @Test
  void aStoreThatIsAwayIsCountedAndShowsAsLag() throws Exception {
    List<FaultyStore> stores = new ArrayList<>();
    try (World world =
        new World(
            folder,
            real -> {
              FaultyStore store = new FaultyStore(real, 1);
              stores.add(store);
              return store;
            })) {
      Observed of = Observations.of("away", "embedded");
      try (World.Desk desk = world.open("first", "away")) {
        stores.forEach(store -> store.unreliable(1.0));
        desk.run("CREATE TABLE t(n INTEGER)");
        await(() -> value(Figure.PUBLISH_FAILURES, of) > 0);
        assertThat(value(Figure.LAG, of)).isGreaterThan(0);
        assertThat(value(Figure.WAITING, of)).isEqualTo(1);
        assertThat(of.standing().flatMap(Standing::failure)).isPresent();
        stores.forEach(store -> store.unreliable(0));
        desk.session.sync(PATIENCE);
        assertThat(value(Figure.LAG, of)).isZero();
      }
    }
  }

  @Test
  void anOpeningThatFailsIsCounted() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = world.open("first", "locked")) {
        desk.run("CREATE TABLE t(n INTEGER)");
      }
      Observed of = Observations.of("locked", "embedded");
      byte[] other = new byte[32];
      other[0] = 9;
      EngineSettings wrong =
          World.withSecret(world.settings("second", "locked"), Optional.of(Secret.rawKey(other)));
      assertThatThrownBy(() -> Engines.open(wrong, world.network()))
          .isInstanceOf(InftException.class);
      assertThat(value(Figure.OPEN_FAILURES, of)).isEqualTo(1);
    }
  }

  @Test
  void theRecorderHasAnEventForEachStepAndForAFork() throws Exception {
    try (World world = new World(folder);
        Recording recording = new Recording()) {
      recording.start();
      Observed of = Observations.of("raced", "embedded");
      World.Desk first = world.open("first", "raced");
      first.run("CREATE TABLE t(n INTEGER)");
      first.session.sync(PATIENCE);
      World.Desk second = world.open("second", "raced");
      first.run("INSERT INTO t VALUES (1)");
      first.session.sync(PATIENCE);
      assertThatThrownBy(
              () -> {
                second.run("INSERT INTO t VALUES (2)");
                second.session.sync(PATIENCE);
              })
          .isInstanceOf(ForkException.class);
      assertThat(value(Figure.FORKS, of)).isEqualTo(1);
      first.close();
      second.close();
      recording.stop();
      Path file = folder.resolve("events.jfr");
      recording.dump(file);
      List<RecordedEvent> events =
          RecordingFile.readAllEvents(file).stream()
              .filter(event -> event.getEventType().getName().startsWith("inft."))
              .filter(event -> event.getString("database").equals("raced"))
              .toList();
      assertThat(events)
          .extracting(event -> event.getEventType().getName())
          .contains(
              "inft.Open",
              "inft.Restore",
              "inft.Publish",
              "inft.Store",
              "inft.Anchor",
              "inft.Fork");
      RecordedEvent anchor =
          events.stream()
              .filter(event -> event.getEventType().getName().equals("inft.Anchor"))
              .findFirst()
              .orElseThrow();
      assertThat(anchor.getLong("version")).isEqualTo(1);
      assertThat(anchor.getLong("bytes")).isGreaterThan(0);
      assertThat(anchor.getDuration("elapsed")).isPositive();
    }
  }

  @Test
  void anOpenDatabaseHasABeanThatGoesWithIt() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName name = new ObjectName("io.inft:type=Database,network=\"embedded\",id=\"shown:*,=\"");
    String id = "shown:*,=";
    Observed of = Observations.of(id, "embedded");
    try (World world = new World(folder)) {
      ObjectName quoted =
          new ObjectName("io.inft:type=Database,network=\"embedded\",id=\"agent-7\"");
      try (World.Desk desk = world.open("first", "agent-7")) {
        desk.run("CREATE TABLE t(n INTEGER)");
        desk.session.sync(PATIENCE);
        await(() -> server.isRegistered(quoted));
        assertThat(server.getAttribute(quoted, "HeadVersion")).isEqualTo(1.0);
        assertThat(server.getAttribute(quoted, "AnchorCount")).isEqualTo(1L);
        assertThat(server.getAttribute(quoted, "Failure")).isEqualTo("");
        assertThat(server.getMBeanInfo(quoted).getAttributes()).hasSizeGreaterThan(20);
      }
      assertThat(server.isRegistered(quoted)).isFalse();
    }
    of.open(() -> Standing.NONE);
    of.show();
    assertThat(server.queryNames(new ObjectName("io.inft:*"), null))
        .as("a hostile name is quoted")
        .anyMatch(found -> ObjectName.unquote(found.getKeyProperty("id")).equals(id));
    assertThat(name.isPattern()).isTrue();
  }

  @Test
  void metersAreThereForEachDatabaseWheneverTheyAreBound() throws Exception {
    SimpleMeterRegistry early = new SimpleMeterRegistry();
    SimpleMeterRegistry late = new SimpleMeterRegistry();
    try (World world = new World(folder);
        InftMeters meters = new InftMeters()) {
      meters.bindTo(early);
      try (World.Desk desk = world.open("first", "metered")) {
        desk.run("CREATE TABLE t(n INTEGER)");
        desk.session.sync(PATIENCE);
        meters.bindTo(late);
        for (SimpleMeterRegistry registry : List.of(early, late)) {
          for (Figure figure : Figure.values()) {
            assertThat(registry.find(figure.meter()).tags("database", "metered").meter())
                .as(figure.meter())
                .isNotNull();
          }
          var anchor = registry.get("inft.anchor").tags("database", "metered").functionTimer();
          assertThat(anchor.count()).isEqualTo(1);
          assertThat(registry.get("inft.head").tags("database", "metered").gauge().value())
              .isEqualTo(1);
        }
      }
    }
  }

  @Test
  void aListenerThatFailsKeepsNobodyFromCommitting() throws Exception {
    Observations.Listener broken =
        new Observations.Listener() {
          @Override
          public void added(Observed database) {
            throw new IllegalStateException("a listener's own fault");
          }

          @Override
          public void removed(Observed database) {
            throw new IllegalStateException("a listener's own fault");
          }
        };
    Observations.listen(broken);
    try (World world = new World(folder);
        World.Desk desk = world.open("first", "listened")) {
      desk.run("CREATE TABLE t(n INTEGER)");
      assertThat(desk.session.sync(PATIENCE).version()).isEqualTo(1);
    } finally {
      Observations.ignore(broken);
    }
  }
}
