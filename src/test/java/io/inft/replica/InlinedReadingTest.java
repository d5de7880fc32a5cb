package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.commit.Archive;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.local.Network;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.LogEntry;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions that go along with their anchors are read like all others, now and later. */
class InlinedReadingTest {
  private static final String ID = "small";
  private static final Duration WAIT = Duration.ofMinutes(1);

  @TempDir Path folder;

  private World world;

  /** Roots of the objects that the store was asked for. */
  private final List<Digest> opened = new CopyOnWriteArrayList<>();

  @BeforeEach
  void begin() {
    world = new World(folder, Watched::new).inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1));
  }

  @AfterEach
  void end() {
    world.close();
  }

  private final class Watched implements Store {
    private final Store real;

    Watched(Store real) {
      this.real = real;
    }

    @Override
    public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
      return real.put(object, listener);
    }

    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      opened.add(object.root());
      return real.open(object);
    }

    @Override
    public boolean contains(ObjectRef object) throws InftException {
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

  /** One row a version, up to and with a version. */
  private static void publish(World.Desk desk, long upTo) throws Exception {
    if (desk.session.version() == 0) {
      desk.run("CREATE TABLE t(n INTEGER PRIMARY KEY, text TEXT)");
      desk.session.sync(WAIT);
    }
    while (desk.session.version() < upTo) {
      desk.run("INSERT INTO t(text) VALUES (hex(randomblob(20)))");
      desk.session.sync(WAIT);
    }
  }

  /** A machine that goes away at once, and leaves in the chain's log what is there. */
  private World.Desk leaving(String machine) throws Exception {
    return new World.Desk(
        Engines.open(World.closingAtOnce(world.settings(machine, ID)), world.network()));
  }

  private List<Anchored> history() throws InftException {
    return world.network().registry().history(DatabaseId.parse(ID), 1, 1000);
  }

  private String rowsAt(String machine, long version) throws Exception {
    EngineSettings at =
        World.readOnly(world.settings(machine, ID)).at(Optional.of(String.valueOf(version)));
    try (World.Desk desk = new World.Desk(Engines.open(at, world.network()))) {
      assertThat(desk.session.version()).isEqualTo(version);
      assertThat(desk.ask("PRAGMA integrity_check")).isEqualTo("ok");
      return desk.ask("SELECT count(*) FROM t");
    }
  }

  @Test
  void aHeadThatWentAlongIsRestoredElsewhere() throws Exception {
    try (World.Desk desk = leaving("laptop")) {
      publish(desk, 9);
    }
    assertThat(history()).filteredOn(Anchored::inlined).hasSize(8);

    EngineSettings reader = World.readOnly(world.settings("reader", ID));
    try (World.Desk desk = new World.Desk(Engines.open(reader, world.network()))) {
      assertThat(desk.session.version()).isEqualTo(9);
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("8");
      assertThat(desk.session.history()).hasSize(9);
      assertThat(commits(desk.session.log())).hasSize(9);
    }
    for (long version : new long[] {1, 2, 5, 8}) {
      assertThat(rowsAt("past", version)).isEqualTo(String.valueOf(version - 1));
    }
    Path pulled = folder.resolve("pulled.sqlite");
    Databases.pull(world.settings("puller", ID), world.network(), pulled, false);
    assertThat(pulled).isNotEmptyFile();
  }

  /** Past versions below, at and above two stored ones; the deltas of each lie in many places. */
  @Test
  void everyVersionIsReadFromTheArchiveThatHasItByNow() throws Exception {
    try (World.Desk desk = leaving("laptop")) {
      publish(desk, 70);
    }
    assertThat(history()).filteredOn(one -> !one.inlined()).hasSize(2);

    for (long version : new long[] {2, 17, 40, 62, 63, 64, 65, 69, 70}) {
      assertThat(rowsAt("past", version)).isEqualTo(String.valueOf(version - 1));
    }
    List<LogEntry> log = Databases.log(world.settings("reader", ID), world.network());
    assertThat(log).noneMatch(LogEntry.Marked.class::isInstance);
    assertThat(commits(log)).isEqualTo(LongStream.rangeClosed(1, 70).boxed().toList());
  }

  /** It has up to 1 MiB, and most deltas of a version may lie in it. */
  @Test
  void anArchiveIsFetchedOnceForAllDeltasInIt() throws Exception {
    try (World.Desk desk = world.open("laptop", ID)) {
      publish(desk, 7);
    }
    try (World.Desk desk = leaving("laptop")) {
      publish(desk, 11);
    }
    List<Anchored> all = history();
    Digest carrier = all.stream().filter(one -> !one.inlined()).toList().get(1).anchor().root();
    assertThat(restoreSet(all.get(all.size() - 1)))
        .filteredOn(
            pack ->
                pack.location() instanceof Location.Carried at && at.carrierRoot().equals(carrier))
        .hasSizeGreaterThan(1);

    opened.clear();
    EngineSettings reader = World.readOnly(world.settings("reader", ID));
    try (World.Desk desk = new World.Desk(Engines.open(reader, world.network()))) {
      assertThat(desk.session.version()).isEqualTo(all.size());
    }
    assertThat(opened).filteredOn(carrier::equals).hasSize(1);
  }

  private List<PackEntry> restoreSet(Anchored version) throws InftException {
    DatabaseId id = DatabaseId.parse(ID);
    Network network = world.network();
    Digest context = DatabaseScope.contextOf(network, id);
    return new Commits(network.store(), network.registry(), id, context)
        .fetch(version)
        .body()
        .restoreSet();
  }

  private static List<Long> commits(List<LogEntry> log) {
    return log.stream()
        .filter(LogEntry.Recorded.class::isInstance)
        .map(LogEntry.Recorded.class::cast)
        .filter(entry -> entry.type().equals("inft.commit"))
        .map(LogEntry.Recorded::version)
        .toList();
  }

  /** Else what the first machine left in the log alone would be lost with the log. */
  @Test
  void whoGoesOnWithAHeadCarriesWhatOthersLeftInTheLog() throws Exception {
    try (World.Desk desk = leaving("laptop")) {
      publish(desk, 5);
    }
    try (World.Desk desk = leaving("desktop")) {
      publish(desk, 7);
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("6");
    }
    try (World.Desk desk = world.open("tower", ID)) {
      publish(desk, 8);
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("7");
    }
    List<Anchored> all = history();
    Anchored last = all.get(all.size() - 1);
    assertThat(last.inlined()).isFalse();
    Archive archive =
        Archive.requireOf(
            CommitObject.parse(
                world.network().store().open(Commits.refOf(last)).readAll(CommitObject.MAX_BYTES)));
    assertThat(archive.firstVersion()).isEqualTo(2);
    assertThat(archive.lastVersion()).isEqualTo(last.version() - 1);
  }
}
