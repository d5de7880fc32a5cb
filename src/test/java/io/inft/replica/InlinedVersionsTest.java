package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.commit.Archive;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.failure.InftException;
import io.inft.failure.PriceLimitException;
import io.inft.failure.StoreUnavailableException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.replica.local.Network;
import io.inft.replica.publish.PublishStep;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.restore.Commits;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small versions go along with their anchor, and a stored one carries them later. */
class InlinedVersionsTest {
  private static final String ID = "small";
  private static final Duration WAIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private World world;
  private volatile boolean storeIsDown;
  private volatile boolean storeIsDear;

  @BeforeEach
  void begin() {
    world = new World(folder, Failing::new).inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1));
  }

  @AfterEach
  void end() {
    world.close();
  }

  /** A store that can be switched off. */
  private final class Failing implements Store {
    private final Store real;

    private Failing(Store real) {
      this.real = real;
    }

    private void requireUp() throws StoreUnavailableException {
      if (storeIsDown) {
        throw new StoreUnavailableException(describe(), "answer", null);
      }
    }

    @Override
    public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
      requireUp();
      if (storeIsDear) {
        throw new PriceLimitException("storage", "1 0G", "2 0G", "the contract", "maxStoragePrice");
      }
      return real.put(object, listener);
    }

    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      requireUp();
      return real.open(object);
    }

    @Override
    public boolean contains(ObjectRef object) throws InftException {
      requireUp();
      return real.contains(object);
    }

    @Override
    public String describe() {
      return real.describe();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private List<Anchored> history() throws InftException {
    Network network = world.network();
    DatabaseId id = DatabaseId.parse(ID);
    return network.registry().history(id, 1, network.registry().head(id).version());
  }

  private CommitObject stored(Anchored version) throws InftException {
    ObjectRef ref = Commits.refOf(version);
    return CommitObject.parse(world.network().store().open(ref).readAll(CommitObject.MAX_BYTES));
  }

  private CommitObject inlined(Anchored version) throws InftException {
    return CommitObject.parse(
        world.network().registry().object(DatabaseId.parse(ID), version).toBytes());
  }

  private boolean isStored(Anchored version) throws InftException {
    return world.network().store().contains(Commits.refOf(version));
  }

  /** A letter a version: I inlined, S stored; A stored and for the sake of others alone. */
  private String roads() throws InftException {
    StringBuilder roads = new StringBuilder();
    for (Anchored one : history()) {
      assertThat(isStored(one)).as("version %s", one.version()).isNotEqualTo(one.inlined());
      boolean archive = one.anchor().kind().equals(Kind.ARCHIVE);
      roads.append(one.inlined() ? 'I' : archive ? 'A' : 'S');
    }
    return roads.toString();
  }

  private void row(World.Desk desk, int number) throws Exception {
    desk.run("INSERT INTO t VALUES (" + number + ", hex(randomblob(20)))");
    desk.session.sync(WAIT);
  }

  private void create(World.Desk desk) throws Exception {
    desk.run("CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
    desk.session.sync(WAIT);
  }

  private void until(World.Desk desk, Predicate<World.Desk> holds) throws Exception {
    long deadline = System.nanoTime() + WAIT.toNanos();
    while (!holds.test(desk)) {
      assertThat(System.nanoTime()).as("it happens in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void everySixtyFourthVersionIsStoredAndCarriesThoseBefore() throws Exception {
    try (World.Desk desk = world.open("here", ID)) {
      create(desk);
      for (int i = 2; i <= 66; i++) {
        row(desk, i);
      }
      assertThat(roads()).isEqualTo("S" + "I".repeat(62) + "S" + "II");
    }
    assertThat(roads()).as("the close").isEqualTo("S" + "I".repeat(62) + "S" + "II" + "A");
    List<Anchored> all = history();
    Archive archive = Archive.requireOf(stored(all.get(63)));
    assertThat(archive.firstVersion()).isEqualTo(2);
    assertThat(archive.rootBefore()).isEqualTo(all.get(0).anchor().root());
    List<Blob> objects = new ArrayList<>();
    for (Anchored one : all.subList(1, 63)) {
      objects.add(Blob.of(inlined(one).toBytes()));
    }
    assertThat(archive.objects()).isEqualTo(objects);
    assertThat(stored(all.get(63)).body().restoreSet())
        .filteredOn(pack -> pack.location() instanceof Location.Carried)
        .hasSizeGreaterThan(1)
        .allMatch(pack -> ((Location.Carried) pack.location()).isHere());
    assertThat(inlined(all.get(64)).body().restoreSet())
        .filteredOn(pack -> pack.location() instanceof Location.Carried)
        .extracting(pack -> ((Location.Carried) pack.location()).carrierRoot())
        .hasSizeGreaterThan(1)
        .containsOnly(all.get(63).anchor().root());
    Archive last = Archive.requireOf(stored(all.get(66)));
    assertThat(last.firstVersion()).isEqualTo(65);
    assertThat(last.lastVersion()).isEqualTo(66);
  }

  @Test
  void whatIsOldIsCarriedThoughNothingElseHappens() throws Exception {
    world.inlining(Inlining.Choice.ALWAYS, Duration.ofSeconds(1));
    try (World.Desk desk = world.open("here", ID)) {
      create(desk);
      row(desk, 2);
      until(desk, one -> one.session.version() == 3);
      assertThat(roads()).isEqualTo("SIA");
      assertThat(Archive.requireOf(stored(history().get(2))).firstVersion()).isEqualTo(2);
      Thread.sleep(1500);
      row(desk, 3);
      assertThat(roads()).as("nothing is old any more").isEqualTo("SIAI");
    }
  }

  @Test
  void whatTheLastCloseFindsUnpublishedIsStored() throws Exception {
    EngineSettings lazy =
        World.withCadence(
            world.settings("here", ID),
            Duration.ofHours(1),
            100,
            Duration.ofHours(2),
            io.inft.replica.publish.policy.Cadence.OnLag.WARN);
    try (World.Desk desk = new World.Desk(Engines.open(lazy, world.network()))) {
      create(desk);
      row(desk, 2);
      desk.run("INSERT INTO t VALUES (3, 'c')");
    }
    assertThat(roads()).isEqualTo("SIS");
    assertThat(Archive.requireOf(stored(history().get(2))).firstVersion()).isEqualTo(2);
  }

  @Test
  void aLongVersionAndASnapshotAreStoredAndCarryThoseBefore() throws Exception {
    try (World.Desk desk = world.open("here", ID)) {
      create(desk);
      row(desk, 2);
      desk.run("INSERT INTO t VALUES (3, randomblob(20000))");
      desk.session.sync(WAIT);
      row(desk, 4);
      desk.run("INSERT INTO t VALUES (5, randomblob(200000))");
      desk.session.sync(WAIT);
      row(desk, 6);
    }
    assertThat(roads()).isEqualTo("SISISIA");
  }

  /** The generation goes on with what it had, wherever the process ended. */
  @Test
  void anotherProcessOfThisMachineKnowsTheTail() throws Exception {
    EngineSettings leaving = World.closingAtOnce(world.settings("here", ID));
    try (World.Desk desk = new World.Desk(Engines.open(leaving, world.network()))) {
      create(desk);
      row(desk, 2);
      row(desk, 3);
    }
    assertThat(roads()).isEqualTo("SII");
    try (World.Desk desk = new World.Desk(Engines.open(leaving, world.network()))) {
      row(desk, 4);
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("3");
    }
    world.open("here", ID).close();
    assertThat(roads()).isEqualTo("SIIIA");
    Archive archive = Archive.requireOf(stored(history().get(4)));
    assertThat(archive.firstVersion()).isEqualTo(2);
    assertThat(archive.lastVersion()).isEqualTo(4);
  }

  @Test
  void withoutAStoreVersionsGoOnInTheLogAndAreCarriedWhenItIsBack() throws Exception {
    world.inlining(Inlining.Choice.ALWAYS, Duration.ofSeconds(1));
    try (World.Desk desk = world.open("here", ID)) {
      create(desk);
      storeIsDown = true;
      row(desk, 2);
      Thread.sleep(2500);
      row(desk, 3);
      row(desk, 4);
      String roads = roadsWithoutStore();
      assertThat(roads).isEqualTo("SIII");
      List<String> warnings = new ArrayList<>();
      until(desk, one -> one.session.takeWarning().map(warnings::add).orElse(false));
      assertThat(warnings.get(0))
          .contains("cannot be reached")
          .contains("1 version lies in the chain's log");
    }
    assertThat(roadsWithoutStore()).as("the close does not hang and does not fail").hasSize(4);
    storeIsDown = false;
    try (World.Desk desk = world.open("here", ID)) {
      until(desk, one -> one.session.version() == 5);
    }
    assertThat(roads()).isEqualTo("SIIIA");
  }

  /** What follows does not wait for what only carries others. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFoldThatCannotBeStoredIsTakenBackForWhatFollows(boolean dear) throws Exception {
    world.inlining(Inlining.Choice.ALWAYS, Duration.ofSeconds(2));
    AtomicBoolean staged = new AtomicBoolean();
    AtomicBoolean armed = new AtomicBoolean();
    world.watch(
        step -> {
          if (step == PublishStep.STAGED && armed.get() && !staged.getAndSet(true)) {
            storeIsDear = dear;
            storeIsDown = !dear;
          }
        });
    try (World.Desk desk = world.open("here", ID)) {
      create(desk);
      row(desk, 2);
      armed.set(true);
      until(desk, one -> staged.get());
      row(desk, 3);
      row(desk, 4);
      assertThat(roadsWithoutStore()).isEqualTo("SIII");
      List<String> warnings = new ArrayList<>();
      until(
          desk,
          one -> {
            one.session.takeWarning().ifPresent(warnings::add);
            return warnings.stream().anyMatch(text -> text.contains("in the chain's log"));
          });
      assertThat(String.join("\n", warnings)).contains(dear ? "maxStoragePrice" : "answer");
      storeIsDear = false;
      storeIsDown = false;
    }
    assertThat(roads()).isEqualTo("SIIIA");
    Archive archive = Archive.requireOf(stored(history().get(4)));
    assertThat(archive.firstVersion()).isEqualTo(2);
    assertThat(archive.lastVersion()).isEqualTo(4);
    try (World.Desk desk = world.open("there", ID)) {
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("3");
    }
  }

  /** What was committed does not wait for the store because it was to carry others there. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void commitsThatRideInAFoldGoAlongWhenItCannotBeStored(boolean dear) throws Exception {
    world.inlining(Inlining.Choice.ALWAYS, Duration.ofSeconds(2));
    AtomicBoolean staged = new AtomicBoolean();
    AtomicBoolean armed = new AtomicBoolean();
    world.watch(
        step -> {
          if (step == PublishStep.STAGED && armed.get() && !staged.getAndSet(true)) {
            storeIsDear = dear;
            storeIsDown = !dear;
          }
        });
    EngineSettings lazy =
        World.withCadence(
            world.settings("here", ID),
            Duration.ofHours(1),
            100,
            Duration.ofHours(2),
            io.inft.replica.publish.policy.Cadence.OnLag.WARN);
    try (World.Desk desk = world.open(lazy)) {
      create(desk);
      row(desk, 2);
      desk.run("INSERT INTO t VALUES (3, 'rides')");
      armed.set(true);
      until(desk, one -> staged.get());
      long deadline = System.nanoTime() + WAIT.toNanos();
      while (history().size() < 3) {
        assertThat(System.nanoTime()).as("it goes out in time").isLessThan(deadline);
        Thread.sleep(20);
      }
      assertThat(roadsWithoutStore()).isEqualTo("SII");
      row(desk, 4);
      assertThat(roadsWithoutStore()).isEqualTo("SIII");
      storeIsDear = false;
      storeIsDown = false;
    }
    assertThat(roads()).isEqualTo("SIIIA");
    Archive archive = Archive.requireOf(stored(history().get(4)));
    assertThat(archive.firstVersion()).isEqualTo(2);
    assertThat(archive.lastVersion()).isEqualTo(4);
    try (World.Desk desk = world.open("there", ID)) {
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("3");
      assertThat(desk.session.log()).as("the event log").isNotEmpty();
    }
  }

  private String roadsWithoutStore() throws InftException {
    StringBuilder roads = new StringBuilder();
    for (Anchored one : history()) {
      roads.append(one.inlined() ? 'I' : 'S');
    }
    return roads.toString();
  }

  private static EngineSettings lingering(EngineSettings settings, Duration linger) {
    return settings.with(
        new EngineSettings.Ending(settings.ending().onClose(), Duration.ofSeconds(60), linger));
  }

  /** A pool, or a program that opens a connection for each statement. */
  @Test
  void whoComesBackWhileTheEngineLingersDoesNotPayForEachClose() throws Exception {
    EngineSettings settings = lingering(world.settings("here", ID), Duration.ofSeconds(5));
    try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
      create(desk);
    }
    for (int i = 2; i < 5; i++) {
      try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
        row(desk, i);
      }
    }
    assertThat(roads()).isEqualTo("SIII");
    long deadline = System.nanoTime() + WAIT.toNanos();
    while (!roads().equals("SIIIA")) {
      assertThat(System.nanoTime()).as("carried while it lingers").isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  @Test
  void manyDatabasesGoAlongInOneTransaction() throws Exception {
    List<EngineSettings> all = new ArrayList<>();
    List<World.Desk> desks = new ArrayList<>();
    try {
      for (String id : List.of("one", "two", "three")) {
        EngineSettings lazy =
            World.withCadence(
                world.settings("here", id),
                Duration.ofHours(1),
                100,
                Duration.ofHours(2),
                io.inft.replica.publish.policy.Cadence.OnLag.WARN);
        all.add(lazy);
        World.Desk desk = new World.Desk(Engines.open(lazy, world.network()));
        desks.add(desk);
        create(desk);
        desk.run("INSERT INTO t VALUES (1, 'a')");
      }
      List<Batch.Outcome> outcomes = Batch.publish(all, world.network(), 3, outcome -> {});
      assertThat(outcomes).allMatch(outcome -> outcome.failure().isEmpty());
      assertThat(outcomes.stream().map(one -> one.head().orElseThrow()))
          .allMatch(Anchored::inlined)
          .allMatch(head -> head.version() == 2);
      assertThat(outcomes.stream().map(one -> one.head().orElseThrow().block()).distinct())
          .as("blocks")
          .hasSize(1);
    } finally {
      for (World.Desk desk : desks) {
        desk.close();
      }
    }
  }

  /** Whoever moved the head carries what lay in the log; nothing here is lost by that. */
  @Test
  void whoWasOvertakenWhileIdleCarriesNothingAndLosesNothing() throws Exception {
    try (World.Desk desk = world.open("here", ID)) {
      create(desk);
      row(desk, 2);
      anotherVersionOnTopOf(history().get(1));
    }
    assertThat(history()).hasSize(3);
    assertThat(Forks.list(world.settings("here", ID), world.network())).isEmpty();
  }

  /** As another machine would publish it; nobody reads it here. */
  private void anotherVersionOnTopOf(Anchored head) throws InftException {
    ObjectRef object =
        world.network().store().put(ByteSource.of(new byte[] {1, 2, 3}), TransferListener.NONE);
    Anchor next =
        new Anchor(
            head.version() + 1,
            head.anchor().root(),
            object.root(),
            object.sizeBytes(),
            Digest.sha256(new byte[] {1, 2, 3}),
            head.anchor().keyEpoch(),
            head.anchor().keyringHash(),
            Kind.DELTA);
    world.network().registry().anchor(DatabaseId.parse(ID), next);
  }

  @Test
  void neverMeansNever() throws Exception {
    world.inlining(Inlining.Choice.NEVER, Duration.ofHours(1));
    try (World.Desk desk = world.open("here", ID)) {
      create(desk);
      row(desk, 2);
      row(desk, 3);
    }
    assertThat(roads()).isEqualTo("SSS");
  }
}
