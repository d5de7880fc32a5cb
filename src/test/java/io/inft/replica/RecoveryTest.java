package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.commit.DriverEvent;
import io.inft.custody.Code;
import io.inft.custody.Custody;
import io.inft.custody.CustodyReport;
import io.inft.custody.Finding;
import io.inft.custody.Progress;
import io.inft.custody.Severity;
import io.inft.custody.Verification;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.failure.UnreadableHeadException;
import io.inft.failure.WrongKeyException;
import io.inft.faults.insider.Attack;
import io.inft.faults.insider.Insider;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Rights;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.replica.local.Network;
import io.inft.replica.local.PutAside;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.publish.RotationTest;
import io.inft.replica.publish.policy.Cadence;
import io.inft.replica.restore.Unreadable;
import io.inft.seal.Secret;
import io.inft.store.DirectoryStore;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/** Going on from a head that nobody can read: by whom, when, and what becomes of the rest. */
class RecoveryTest {
  private static final String ID = "agent-1";
  private static final DatabaseId NAME = name();
  private static final SigningKey INSIDER = SigningKey.parse("77".repeat(32));

  @TempDir Path folder;

  private static DatabaseId name() {
    try {
      return DatabaseId.parse(ID);
    } catch (InftException e) {
      throw new AssertionError(e);
    }
  }

  /** A store some of whose objects are out of reach. */
  private record Dim(Store real, Predicate<ObjectRef> dark) implements Store {
    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      if (dark.test(object)) {
        throw new StoreUnavailableException("the store", "open", null);
      }
      return real.open(object);
    }

    @Override
    public boolean contains(ObjectRef object) throws InftException {
      return real.contains(object);
    }

    @Override
    public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
      return real.put(object, listener);
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

  /** A clock that goes on when it is told to. */
  private static final class Hands extends Clock {
    private Instant now = Instant.parse("2026-11-29T12:00:00Z");

    void goOn(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private World world() throws Exception {
    World world = new World(folder);
    for (int version = 1; version <= 3; version++) {
      try (World.Desk desk = world.open("owner", ID)) {
        desk.run(version == 1 ? "CREATE TABLE t AS SELECT 1 AS x" : "INSERT INTO t VALUES (2)");
        desk.session.sync(RotationTest.PATIENCE);
      }
    }
    return world;
  }

  private void grant(World world, int roles) throws Exception {
    world
        .network()
        .registry()
        .grant(NAME, INSIDER.address(), roles, Instant.now().plusSeconds(86_400), 0);
  }

  private Network networkOf(SigningKey account) throws Exception {
    return new Network(
        "embedded",
        DirectoryStore.open(folder.resolve("network/store")),
        DirectoryRegistry.open(
            folder.resolve("network/registry"), Optional.of(account), Clock.systemUTC()),
        Optional.of(account),
        Duration.ZERO,
        true);
  }

  private void poison(World world, Attack attack) throws Exception {
    grant(world, Rights.WRITER | Rights.KEY_ADMIN);
    Path file = file(9);
    Network network = networkOf(INSIDER);
    attack.by(
        new Insider(network.registry(), network.store(), NAME, INSIDER, RotationTest.first()),
        Insider.pages(Files.readAllBytes(file), 4096));
  }

  private Path file(int rows) throws Exception {
    Path file = folder.resolve("file-" + rows + ".db");
    Files.deleteIfExists(file);
    try (Connection connection = new JDBC().connect("jdbc:sqlite:" + file, new Properties());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(x)");
      for (int i = 0; i < rows; i++) {
        statement.execute("INSERT INTO t VALUES (" + i + ")");
      }
    }
    return file;
  }

  private Path image(int rows) throws Exception {
    Path image = folder.resolve("image-" + System.nanoTime());
    Files.copy(file(rows), image);
    return image;
  }

  private static String rows(World world, String machine) throws Exception {
    try (World.Desk desk = world.open(machine, ID)) {
      return desk.ask("SELECT count(*) FROM t");
    }
  }

  private Anchored push(World world, String machine, Clock clock, OptionalLong over)
      throws Exception {
    return Engines.push(
        world.settings(machine, ID), world.network(), Replacement.file(image(7), over), clock);
  }

  @Test
  void aMissingHeadIsReplacedOnlyWhenItIsStillMissingAnHourLater() throws Exception {
    try (World world = world()) {
      poison(world, Attack.MISSING_OBJECT);
      Hands clock = new Hands();
      for (Duration step : List.of(Duration.ZERO, Duration.ofMinutes(59))) {
        clock.goOn(step);
        assertThatThrownBy(() -> push(world, "owner", clock, OptionalLong.of(4)))
            .isInstanceOf(ObjectMissingException.class)
            .hasMessageContaining("2026-11-29T13:00:00Z");
      }
      clock.goOn(Duration.ofMinutes(1));
      assertThatThrownBy(() -> push(world, "owner", clock, OptionalLong.empty()))
          .isInstanceOf(UnreadableHeadException.class)
          .hasMessageContaining("--over-unreadable 4");

      assertThat(push(world, "owner", clock, OptionalLong.of(4)).version()).isEqualTo(5);
      assertThat(rows(world, "elsewhere")).isEqualTo("7");
    }
  }

  @Test
  void aClockThatWasSetBackBeginsTheHourAnew() throws Exception {
    try (World world = world()) {
      poison(world, Attack.MISSING_OBJECT);
      Hands clock = new Hands();
      assertThatThrownBy(() -> push(world, "owner", clock, OptionalLong.of(4)))
          .isInstanceOf(ObjectMissingException.class);
      clock.goOn(Duration.ofHours(-5));
      assertThatThrownBy(() -> push(world, "owner", clock, OptionalLong.of(4)))
          .isInstanceOf(ObjectMissingException.class);
      clock.goOn(Duration.ofMinutes(59));
      assertThatThrownBy(() -> push(world, "owner", clock, OptionalLong.of(4)))
          .isInstanceOf(ObjectMissingException.class);
    }
  }

  @Test
  void whatIsOnlyOutOfReachIsNeverBuiltOver() throws Exception {
    try (World world = world()) {
      poison(world, Attack.GARBAGE_COMMIT_OBJECT);
      World dark = new World(folder, store -> new Dim(store, object -> true));
      Hands clock = new Hands();
      for (int hour = 0; hour < 3; hour++) {
        assertThatThrownBy(() -> push(dark, "elsewhere", clock, OptionalLong.of(4)))
            .isInstanceOf(StoreUnavailableException.class);
        clock.goOn(Duration.ofHours(2));
      }
      assertThat(world.network().registry().head(NAME).version()).isEqualTo(4);
    }
  }

  @Test
  void anObjectThatOneNodeServesWronglyWhileAnotherIsAwayIsNotWrong() {
    SubstitutedObjectException lie = new SubstitutedObjectException("segment 0", "this", "that");
    assertThat(Unreadable.isWrong(lie)).isTrue();
    lie.addSuppressed(new ObjectMissingException("segment 0", "a node"));
    assertThat(Unreadable.isWrong(lie)).isTrue();
    lie.addSuppressed(new StoreUnavailableException("a node", "read", null));
    assertThat(Unreadable.isWrong(lie)).isFalse();
    assertThat(
            Unreadable.isWrong(new CorruptObjectException("answer of the indexer", 0, "no list")))
        .isFalse();
  }

  @Test
  void anOutageWhileTheKeyringIsLookedForBeginsNoNewEpoch() throws Exception {
    try (World world = world()) {
      poison(world, Attack.GARBAGE_COMMIT_OBJECT);
      Anchored third = world.network().registry().version(NAME, 3, 0);
      World dim =
          new World(
              folder,
              store -> new Dim(store, object -> object.root().equals(third.anchor().root())));
      assertThatThrownBy(() -> push(dim, "elsewhere", new Hands(), OptionalLong.of(4)))
          .isInstanceOf(StoreUnavailableException.class);
      assertThat(world.network().registry().head(NAME).version()).isEqualTo(4);

      assertThat(push(world, "elsewhere", new Hands(), OptionalLong.of(4)).anchor().keyEpoch())
          .isEqualTo(1);
    }
  }

  @Test
  void unpublishedCommitsArePutAsideBeforeTheHeadIsReplaced() throws Exception {
    try (World world = world()) {
      EngineSettings quiet = World.closingAtOnce(world.settings("owner", ID));
      quiet =
          World.withCadence(
              quiet, Duration.ofHours(1), 100, Duration.ofHours(9), Cadence.OnLag.WARN);
      try (World.Desk desk = new World.Desk(Engines.open(quiet, world.network()))) {
        desk.run("INSERT INTO t VALUES ('unpublished')");
      }
      poison(world, Attack.NOT_SQLITE);

      Anchored published = push(world, "owner", Clock.systemUTC(), OptionalLong.of(4));

      assertThat(published.version()).isEqualTo(5);
      assertThat(rows(world, "owner")).isEqualTo("7");
      assertThat(rows(world, "elsewhere")).isEqualTo("7");
      Path copy = Databases.folderOf(world.settings("owner", ID), world.network());
      List<Path> forks =
          WorkingCopy.generations(copy).stream()
              .filter(
                  generation -> {
                    try {
                      return PutAside.in(generation).isPresent();
                    } catch (InftException e) {
                      throw new AssertionError(e);
                    }
                  })
              .toList();
      assertThat(forks).hasSize(1);
      try (Connection connection =
              new JDBC()
                  .connect(
                      "jdbc:sqlite:" + forks.get(0).resolve(WorkingCopy.DATABASE),
                      new Properties());
          Statement statement = connection.createStatement();
          var found = statement.executeQuery("SELECT count(*) FROM t WHERE x = 'unpublished'")) {
        assertThat(found.getInt(1)).isEqualTo(1);
      }
    }
  }

  @Test
  void aWriterRecoversUnderTheSameKeyAndNotUnderANewOne() throws Exception {
    try (World world = world()) {
      poison(world, Attack.GARBAGE_COMMIT_OBJECT);
      SigningKey writer = SigningKey.parse("88".repeat(32));
      world
          .network()
          .registry()
          .grant(NAME, writer.address(), Rights.WRITER, Instant.now().plusSeconds(9_000), 0);
      Anchored same =
          Engines.push(
              world.settings("writer", ID),
              networkOf(writer),
              Replacement.file(image(7), OptionalLong.of(4)));
      assertThat(same.anchor().keyEpoch()).isEqualTo(1);

      poison(world, Attack.NEW_EPOCH_AND_GARBAGE);
      assertThatThrownBy(
              () ->
                  Engines.push(
                      world.settings("writer", ID),
                      networkOf(writer),
                      Replacement.file(image(7), OptionalLong.of(6))))
          .isInstanceOf(NotAuthorizedException.class)
          .hasMessageContaining("KEYADMIN");
      assertThat(world.network().registry().head(NAME).version()).isEqualTo(6);

      Anchored owners = push(world, "owner", Clock.systemUTC(), OptionalLong.of(6));
      assertThat(owners.anchor().keyEpoch()).as("the lost epoch is passed over").isEqualTo(3);
      assertThat(rows(world, "elsewhere")).isEqualTo("7");
    }
  }

  @Test
  void anOwnerWithoutTheSecretBeginsAnew() throws Exception {
    try (World world = world()) {
      Secret own = RotationTest.key(42);
      EngineSettings settings = World.withSecret(world.settings("new-owner", ID), Optional.of(own));
      assertThatThrownBy(
              () ->
                  Engines.push(
                      settings, world.network(), Replacement.file(image(7), OptionalLong.empty())))
          .isInstanceOf(WrongKeyException.class);

      Anchored begun =
          Engines.push(settings, world.network(), Replacement.file(image(7), OptionalLong.of(3)));

      assertThat(begun.anchor().keyEpoch()).isEqualTo(2);
      assertThat(begun.anchor().kind()).as("other content").isEqualTo(Kind.SNAPSHOT);
      EngineSettings elsewhere =
          World.withSecret(world.settings("elsewhere", ID), Optional.of(own));
      try (World.Desk desk = new World.Desk(Engines.open(elsewhere, world.network()))) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("7");
        desk.run("INSERT INTO t VALUES ('more')");
        desk.session.sync(RotationTest.PATIENCE);
      }
      try (World.Desk past =
          new World.Desk(
              Engines.open(world.settings("past", ID).at(Optional.of("2")), world.network()))) {
        assertThat(past.ask("SELECT count(*) FROM t")).isEqualTo("2");
      }
      assertThatThrownBy(() -> Engines.open(elsewhere.at(Optional.of("2")), world.network()))
          .as("what came before stays closed")
          .isInstanceOfAny(WrongKeyException.class, NoSlotException.class);
      CustodyReport report =
          new Custody(
                  world.network().registry(),
                  world.network().store(),
                  Clock.systemUTC(),
                  new SecureRandom())
              .verify(Verification.of(NAME, folder).with(own), Progress.NONE);
      assertThat(report.findings()).extracting(Finding::code).containsOnly(Code.KEY_UNREACHABLE);
      assertThat(report.findings()).extracting(Finding::severity).containsOnly(Severity.WARNING);
    }
  }

  @Test
  void pastVersionsOpenWithTheNewestSecretWhileTheHeadCannotBeRead() throws Exception {
    try (World world = world()) {
      Secret next = RotationTest.key(5);
      try (World.Desk desk = world.open("owner", ID)) {
        desk.session.rotate(new KeyChange.NewEpoch(List.of(RotationTest.slot(next)), true));
      }
      grant(world, Rights.WRITER | Rights.KEY_ADMIN);
      Network network = networkOf(INSIDER);
      Attack.GARBAGE_COMMIT_OBJECT.by(
          new Insider(network.registry(), network.store(), NAME, INSIDER, next),
          Insider.pages(Files.readAllBytes(file(9)), 4096));
      EngineSettings settings = World.withSecret(world.settings("past", ID), Optional.of(next));
      try (World.Desk past =
          new World.Desk(Engines.open(settings.at(Optional.of("2")), world.network()))) {
        assertThat(past.ask("SELECT count(*) FROM t")).isEqualTo("2");
      }
    }
  }

  @Test
  void whatCouldNotBeAnchoredGoesOutWhenTheDatabaseIsOpenedNext() throws Exception {
    try (World world = world()) {
      poison(world, Attack.WRONG_STATE_ROOT);
      Network real = world.network();
      Network stuck =
          new Network(
              real.name(),
              real.store(),
              new ForwardingRegistry(real.registry()) {
                @Override
                public Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
                  throw new OutcomeUnknownException("anchor", "test", null);
                }
              },
              real.signer(),
              Duration.ZERO,
              true);
      assertThatThrownBy(
              () ->
                  Engines.push(
                      world.settings("owner", ID),
                      stuck,
                      Replacement.file(image(7), OptionalLong.of(4))))
          .isInstanceOf(OutcomeUnknownException.class);
      assertThat(real.registry().head(NAME).version()).isEqualTo(4);

      assertThat(rows(world, "owner")).isEqualTo("7");
      assertThat(real.registry().head(NAME).version()).isGreaterThanOrEqualTo(5);
      assertThat(rows(world, "elsewhere")).isEqualTo("7");
    }
  }

  @Test
  void anOlderVersionBecomesTheNewestAndTheLogNamesIt() throws Exception {
    try (World world = world()) {
      EngineSettings settings = world.settings("owner", ID);
      Anchored first = world.network().registry().version(NAME, 1, 0);
      Recovery.Restored restored =
          Recovery.restore(settings.at(Optional.of("1")), world.network(), OptionalLong.empty());

      assertThat(restored.from().version()).isEqualTo(1);
      Anchored head = world.network().registry().head(NAME).newest().orElseThrow();
      assertThat(head.version()).isEqualTo(restored.version().version());
      assertThat(head.anchor().kind()).isEqualTo(Kind.RESTORE);
      assertThat(rows(world, "elsewhere")).isEqualTo("1");
      assertThat(World.driverEvents(Databases.log(settings, world.network())))
          .contains(DriverEvent.recovered(1, first.anchor().root()));
      CustodyReport report =
          new Custody(
                  world.network().registry(),
                  world.network().store(),
                  Clock.systemUTC(),
                  new SecureRandom())
              .verify(Verification.of(NAME, folder).with(RotationTest.first()), Progress.NONE);
      assertThat(report.findings()).isEmpty();
    }
  }
}
