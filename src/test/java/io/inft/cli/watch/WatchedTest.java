package io.inft.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.bytes.Trust;
import io.inft.cli.watch.Notice.Kind;
import io.inft.cli.watch.Notice.Level;
import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.SplitViewException;
import io.inft.jdbc.Target;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Registry;
import io.inft.registry.Rights;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.ForwardingRegistry;
import io.inft.replica.World;
import io.inft.replica.local.Network;
import io.inft.replica.publish.policy.Cadence;
import io.inft.store.FaultyStore;
import io.inft.store.LeasedStore;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that a watch warns of is provoked on the twins of registry and store. */
class WatchedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ID = "watched";
  private static final Address STRANGER = SigningKey.parse("22".repeat(32)).address();

  @TempDir Path folder;

  private static Expected nothing() {
    return new Expected(Set.of(), Optional.empty(), Duration.ofMinutes(5), Duration.ofDays(30));
  }

  private static Watched watched(World world, Network network, Expected expected)
      throws InftException {
    return new Watched(
        new Target(world.settings("watcher", ID), network),
        expected,
        Clock.systemUTC(),
        Optional.empty());
  }

  private static void write(World world, String machine, String sql) throws Exception {
    try (World.Desk desk = world.open(machine, ID)) {
      desk.run(sql);
      desk.session.sync(PATIENCE);
    }
  }

  private static List<Kind> warnings(List<Notice> notices) {
    return notices.stream().filter(one -> one.level() == Level.WARNING).map(Notice::kind).toList();
  }

  /** A registry that can be made to say otherwise. */
  private static final class Lying extends ForwardingRegistry {
    private InftException failure;
    private Trust trust;
    private boolean isFinal = true;
    private boolean lags;

    Lying(Registry real) {
      super(real);
    }

    @Override
    public Head head(DatabaseId id) throws InftException {
      if (failure != null) {
        throw failure;
      }
      return super.head(id);
    }

    @Override
    public Trust trust() {
      return trust == null ? super.trust() : trust;
    }

    @Override
    public boolean lagsBehind(Block block) {
      return lags;
    }

    @Override
    public boolean isFinal(Block block) {
      return isFinal;
    }
  }

  private static Network through(Network real, Registry registry) {
    return new Network(real.name(), real.store(), registry, real.signer(), Duration.ZERO, true);
  }

  @Test
  void versionsOfThoseWhoPublishedBeforeAreNews() throws Exception {
    try (World world = new World(folder)) {
      write(world, "first", "CREATE TABLE t(n)");
      Watched watched = watched(world, world.network(), nothing());
      assertThat(watched.look()).isEmpty();
      write(world, "first", "INSERT INTO t VALUES (1)");
      List<Notice> notices = watched.look();
      assertThat(notices).hasSize(1);
      assertThat(notices.get(0).kind()).isEqualTo(Kind.VERSION);
      assertThat(notices.get(0).version()).isEqualTo(2);
      assertThat(watched.look()).isEmpty();
    }
  }

  @Test
  void anAccountThatNobodyExpectedIsWarnedOfAndWhatGaveItTheRightIsNews() throws Exception {
    try (World world = new World(folder)) {
      write(world, "first", "CREATE TABLE t(n)");
      Watched watched = watched(world, world.network(), nothing());
      Watched strict =
          watched(
              world,
              world.network(),
              new Expected(
                  Set.of(STRANGER), Optional.empty(), Duration.ofMinutes(5), Duration.ofDays(30)));
      watched.look();
      strict.look();
      world
          .network()
          .registry()
          .grant(
              DatabaseId.parse(ID), STRANGER, Rights.WRITER, Instant.now().plusSeconds(86_400), 0);
      try (World.Desk desk =
          new World.Desk(Engines.open(world.settings("other", ID), world.networkOfAStranger()))) {
        desk.run("INSERT INTO t VALUES (1)");
        desk.session.sync(PATIENCE);
      }
      List<Notice> notices = watched.look();
      assertThat(warnings(notices)).containsExactly(Kind.WRITER);
      assertThat(notices).extracting(Notice::kind).contains(Kind.CONTROL);
      assertThat(notices.get(0).message()).contains(STRANGER.toString());
      assertThat(warnings(strict.look())).as("who was named").isEmpty();
      write(world, "first", "INSERT INTO t VALUES (2)");
      assertThat(warnings(strict.look())).as("who was not").containsExactly(Kind.WRITER);
    }
  }

  @Test
  void aFrozenDatabaseIsWarnedOfOnceAndSaidToBeOverOnce() throws Exception {
    try (World world = new World(folder)) {
      write(world, "first", "CREATE TABLE t(n)");
      Watched watched = watched(world, world.network(), nothing());
      watched.look();
      world.network().registry().freeze(DatabaseId.parse(ID));
      assertThat(warnings(watched.look())).containsExactly(Kind.FROZEN);
      assertThat(warnings(watched.look())).isEmpty();
      world.network().registry().unfreeze(DatabaseId.parse(ID));
      assertThat(watched.look())
          .filteredOn(one -> one.level() == Level.OVER)
          .extracting(Notice::kind)
          .containsExactly(Kind.FROZEN);
    }
  }

  @Test
  void anotherOwnerIsWarnedOf() throws Exception {
    try (World world = new World(folder)) {
      write(world, "first", "CREATE TABLE t(n)");
      DatabaseId id = DatabaseId.parse(ID);
      Watched watched = watched(world, world.network(), nothing());
      Expected named =
          new Expected(
              Set.of(),
              Optional.of(World.OWNER.address()),
              Duration.ofMinutes(5),
              Duration.ofDays(30));
      Watched expecting = watched(world, world.network(), named);
      assertThat(watched.look()).isEmpty();
      assertThat(expecting.look()).isEmpty();
      world.network().registry().proposeOwner(id, STRANGER);
      Registry strangers = world.networkOfAStranger().registry();
      Head head = strangers.head(id);
      strangers.acceptOwner(id, head.root(), head.controlHash());
      assertThat(warnings(watched.look())).containsExactly(Kind.OWNER);
      assertThat(warnings(watched.look())).as("told once").isEmpty();
      assertThat(warnings(expecting.look())).containsExactly(Kind.OWNER);
    }
  }

  @Test
  void aVersionThatIsGoneIsARollbackIfItWasFinalAndElseAReorganisation() throws Exception {
    for (boolean isFinal : new boolean[] {true, false}) {
      Path at = folder.resolve("final-" + isFinal);
      try (World world = new World(at)) {
        write(world, "first", "CREATE TABLE t(n)");
        Path before = at.resolve("before");
        copy(at.resolve("network"), before);
        write(world, "first", "INSERT INTO t VALUES (1)");
        Network real = world.network();
        Lying registry = new Lying(real.registry());
        registry.isFinal = isFinal;
        Watched watched = watched(world, through(real, registry), nothing());
        assertThat(watched.look()).isEmpty();
        copy(at.resolve("network"), at.resolve("gone"));
        delete(at.resolve("network"));
        copy(before, at.resolve("network"));
        Lying earlier = new Lying(world.network().registry());
        earlier.isFinal = isFinal;
        Watched next =
            new Watched(
                new Target(world.settings("watcher", ID), through(real, earlier)),
                nothing(),
                Clock.systemUTC(),
                watched.seen());
        List<Notice> notices = next.look();
        assertThat(warnings(notices)).containsExactly(isFinal ? Kind.ROLLBACK : Kind.REORG);
        assertThat(notices.get(0).message()).contains("version 2", "the head is version 1");
        assertThat(next.look()).as("told once").isEmpty();
      }
    }
  }

  /** Leads the network back to where it was, and a watch that saw what came after. */
  private Watched afterRollback(World world, Lying[] earlier) throws Exception {
    write(world, "first", "CREATE TABLE t(n)");
    Path before = folder.resolve("before");
    copy(folder.resolve("network"), before);
    write(world, "first", "INSERT INTO t VALUES (1)");
    Network real = world.network();
    Watched watched = watched(world, through(real, new Lying(real.registry())), nothing());
    assertThat(watched.look()).isEmpty();
    delete(folder.resolve("network"));
    copy(before, folder.resolve("network"));
    earlier[0] = new Lying(world.network().registry());
    return new Watched(
        new Target(world.settings("watcher", ID), through(real, earlier[0])),
        nothing(),
        Clock.systemUTC(),
        watched.seen());
  }

  /** Else one look at an endpoint that is behind would hide what comes after it. */
  @Test
  void anEndpointThatIsBehindDoesNotMoveWhatWasSeen() throws Exception {
    try (World world = new World(folder)) {
      Lying[] earlier = new Lying[1];
      Watched next = afterRollback(world, earlier);
      earlier[0].lags = true;
      assertThat(warnings(next.look())).containsExactly(Kind.UNREACHABLE);
      assertThat(next.seen().orElseThrow().version()).isEqualTo(2);
      assertThat(next.look()).as("told once").isEmpty();
      earlier[0].lags = false;
      List<Notice> notices = next.look();
      assertThat(warnings(notices)).containsExactly(Kind.ROLLBACK);
      assertThat(notices).filteredOn(one -> one.level() == Level.OVER).hasSize(1);
    }
  }

  @Test
  void whoOwnsAndWritesAfterARollbackIsToldWithIt() throws Exception {
    try (World world = new World(folder)) {
      Lying[] earlier = new Lying[1];
      Watched next = afterRollback(world, earlier);
      DatabaseId id = DatabaseId.parse(ID);
      world.network().registry().proposeOwner(id, STRANGER);
      Registry strangers = world.networkOfAStranger().registry();
      Head head = strangers.head(id);
      strangers.acceptOwner(id, head.root(), head.controlHash());
      try (World.Desk desk =
          new World.Desk(Engines.open(world.settings("other", ID), world.networkOfAStranger()))) {
        desk.run("INSERT INTO t VALUES (2)");
        desk.session.sync(PATIENCE);
      }
      List<Notice> notices = next.look();
      assertThat(warnings(notices)).containsExactly(Kind.ROLLBACK, Kind.WRITER, Kind.OWNER);
      assertThat(notices).extracting(Notice::kind).contains(Kind.CONTROL);
      assertThat(warnings(next.look())).as("told once").isEmpty();
    }
  }

  @Test
  void storageThatDoesNotAnswerIsToldOnceWhileTheRegistryAnswers() throws Exception {
    try (World world = new World(folder)) {
      write(world, "first", "CREATE TABLE t(n)");
      Network real = world.network();
      FaultyStore store = new FaultyStore(real.store(), 1);
      Network down =
          new Network(real.name(), store, real.registry(), real.signer(), Duration.ZERO, true);
      Watched watched = watched(world, down, nothing());
      for (int look = 0; look < 3; look++) {
        store.faultNext(FaultyStore.Fault.UNAVAILABLE);
        assertThat(warnings(watched.look()))
            .as("look %d", look)
            .isEqualTo(look == 0 ? List.of(Kind.UNREACHABLE) : List.of());
      }
      List<Notice> over = watched.look();
      assertThat(over).extracting(Notice::level).containsExactly(Level.OVER);
      assertThat(over.get(0).message()).contains("storage");
      assertThat(watched.look()).isEmpty();
    }
  }

  @Test
  void whatCannotBeAskedAndWhoDissentsIsWarnedOfWhileItLasts() throws Exception {
    try (World world = new World(folder)) {
      write(world, "first", "CREATE TABLE t(n)");
      Network real = world.network();
      Lying registry = new Lying(real.registry());
      Watched watched = watched(world, through(real, registry), nothing());
      watched.look();
      registry.failure = new RegistryUnavailableException("the registry", "read a head", null);
      assertThat(warnings(watched.look())).containsExactly(Kind.UNREACHABLE);
      assertThat(watched.look()).isEmpty();
      registry.failure = null;
      assertThat(watched.look()).extracting(Notice::level).containsExactly(Level.OVER);
      registry.trust =
          new Trust(
              Trust.Level.L1,
              2,
              List.of(
                  new Trust.Endpoint("https://a", Trust.Endpoint.AGREES, 0),
                  new Trust.Endpoint("https://liar", "said another head", 3)),
              0);
      List<Notice> notices = watched.look();
      assertThat(warnings(notices)).containsExactly(Kind.DISSENT);
      assertThat(notices.get(0).message()).contains("https://liar").doesNotContain("https://a (");
    }
  }

  @Test
  void aNameThatTheRegistryDoesNotKnowIsSaidToBeSo() throws Exception {
    try (World world = new World(folder)) {
      Watched watched = watched(world, world.network(), nothing());
      assertThat(warnings(watched.look())).containsExactly(Kind.UNREGISTERED);
      write(world, "first", "CREATE TABLE t(n)");
      assertThat(watched.look()).extracting(Notice::level).containsExactly(Level.OVER);
    }
  }

  @Test
  void storageThatIsPaidForADayOnlyIsWarnedOf() throws Exception {
    LeasedStore[] leased = new LeasedStore[1];
    try (World world =
        new World(
            folder,
            real -> {
              leased[0] =
                  leased[0] == null
                      ? new LeasedStore(real, Duration.ofDays(1), Clock.systemUTC())
                      : leased[0];
              return leased[0];
            })) {
      write(world, "first", "CREATE TABLE t(n)");
      List<Notice> notices = watched(world, world.network(), nothing()).look();
      assertThat(warnings(notices)).containsExactly(Kind.PAID);
      Expected lessIsEnough =
          new Expected(Set.of(), Optional.empty(), Duration.ofMinutes(5), Duration.ofHours(1));
      assertThat(watched(world, world.network(), lessIsEnough).look()).isEmpty();
    }
  }

  @Test
  void whatWaitsOnThisMachineAndWhatWasPutAsideIsWarnedOf() throws Exception {
    try (World world = new World(folder)) {
      write(world, "watcher", "CREATE TABLE t(n)");
      Expected soon = new Expected(Set.of(), Optional.empty(), Duration.ZERO, Duration.ofDays(30));
      Watched watched = watched(world, world.network(), soon);
      assertThat(watched.look()).isEmpty();
      EngineSettings slow =
          World.withCadence(
              world.settings("watcher", ID),
              Duration.ofHours(1),
              100,
              Duration.ofHours(2),
              Cadence.OnLag.WARN);
      World.Desk mine = world.open(World.closingAtOnce(slow));
      mine.run("INSERT INTO t VALUES (1)");
      List<Notice> late = List.of();
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (late.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(50);
        late = watched.look();
      }
      assertThat(warnings(late)).containsExactly(Kind.LAG);
      write(world, "other", "INSERT INTO t VALUES (2)");
      assertThatThrownBy(() -> mine.session.sync(PATIENCE)).isInstanceOf(ForkException.class);
      assertThat(warnings(watched.look())).containsExactly(Kind.FORK);
      mine.close();
    }
  }

  @Test
  void twoStoriesOfOneBlockAreDissent() throws Exception {
    try (World world = new World(folder)) {
      write(world, "first", "CREATE TABLE t(n)");
      Network real = world.network();
      Lying registry = new Lying(real.registry());
      Watched watched = watched(world, through(real, registry), nothing());
      registry.failure = new SplitViewException("a head", 2, List.of("one", "another"));
      assertThat(warnings(watched.look())).containsExactly(Kind.DISSENT);
    }
  }

  @Test
  void whatWasSeenIsReadBackAsItWasWritten() {
    Seen seen =
        new Seen(
            7,
            Digest.sha256(new byte[] {1}),
            new Block(12, Digest.sha256(new byte[] {2}), 1_700_000_000),
            true,
            World.OWNER.address().toString(),
            3,
            Set.of("0xa", "0xb"));
    assertThat(Seen.parse(seen.json())).isEqualTo(seen);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path one : files.toList()) {
        Path target = to.resolve(from.relativize(one).toString());
        if (Files.isDirectory(one)) {
          Files.createDirectories(target);
        } else {
          Files.copy(one, target);
        }
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, IOException failure)
              throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
