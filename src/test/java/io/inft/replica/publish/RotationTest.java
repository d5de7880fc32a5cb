package io.inft.replica.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.SigningKey;
import io.inft.commit.DriverEvent;
import io.inft.commit.PackEntry;
import io.inft.failure.ForkException;
import io.inft.failure.KeyringChangeException;
import io.inft.failure.NoSlotException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.RegistryRefusedException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.WeakSecretException;
import io.inft.failure.WrongKeyException;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Rights;
import io.inft.replica.Databases;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.KeyringState;
import io.inft.replica.LiveSession;
import io.inft.replica.OpenGeneration;
import io.inft.replica.Session;
import io.inft.replica.SlowRegistry;
import io.inft.replica.World;
import io.inft.replica.local.Network;
import io.inft.replica.publish.policy.Cadence;
import io.inft.seal.KeyDerivation;
import io.inft.seal.Secret;
import io.inft.seal.SlotInfo;
import io.inft.seal.SlotRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keyrings change while a database is in use. */
public class RotationTest {
  public static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ID = "agent-1";

  @TempDir Path folder;

  /** The secret that {@link World#settings} gives. */
  public static Secret first() {
    return key(0);
  }

  public static Secret key(int number) {
    byte[] bytes = new byte[32];
    bytes[31] = (byte) number;
    bytes[30] = (byte) (number >> 8);
    return Secret.rawKey(bytes);
  }

  public static SlotRequest slot(Secret secret) {
    return SlotRequest.of(secret, KeyDerivation.weakForTests());
  }

  private static EngineSettings with(World world, String machine, Secret secret) throws Exception {
    return World.withSecret(world.settings(machine, ID), Optional.of(secret));
  }

  private static World.Desk open(World world, String machine, Secret secret) throws Exception {
    return new World.Desk(Engines.open(with(world, machine, secret), world.network()));
  }

  private static World.Desk at(World world, Secret secret, String at) throws Exception {
    return new World.Desk(
        Engines.open(with(world, "past", secret).at(Optional.of(at)), world.network()));
  }

  private static void begin(World.Desk desk) throws Exception {
    desk.run("CREATE TABLE t(x)");
    desk.run("INSERT INTO t VALUES ('one')");
    desk.session.sync(PATIENCE);
  }

  private static void refusedEverywhere(World world, Secret secret) {
    for (String machine : List.of("laptop", "stranger")) {
      assertThatThrownBy(() -> open(world, machine, secret))
          .isInstanceOfAny(WrongKeyException.class, NoSlotException.class);
    }
  }

  @Test
  void addsAWayInWithoutTouchingTheOthers() throws Exception {
    try (World world = new World(folder)) {
      Secret password = Secret.password("correct horse battery staple".toCharArray());
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
        Session.Published published = desk.session.rotate(new KeyChange.Add(slot(password)));
        assertThat(published.version()).isEqualTo(desk.session.version());
        desk.run("INSERT INTO t VALUES ('two')");
      }
      for (Secret secret : List.of(first(), password)) {
        try (World.Desk desk = open(world, "cloud", secret)) {
          assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("2");
        }
      }
      KeyringState state = Databases.keys(world.settings("any", ID), world.network());
      assertThat(state.epoch()).isEqualTo(1);
      assertThat(state.slots()).extracting(SlotInfo::type).containsExactly("raw key", "password");
      assertThat(state.isOld(Instant.now())).isFalse();
      assertThat(state.isOld(state.since().plus(Duration.ofDays(91)))).isTrue();
      assertThat(
              world.network().registry().history(DatabaseId.parse(ID), 1, 9).stream()
                  .map(version -> version.anchor().kind()))
          .contains(Kind.REKEY);
    }
  }

  @Test
  void replacesTheSecretOfTheSession() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
        desk.session.rotate(new KeyChange.Replace(slot(key(1))));
        desk.run("INSERT INTO t VALUES ('two')");
        // The session goes on with the new secret, so it can do it again.
        desk.session.rotate(new KeyChange.Replace(slot(key(2))));
        assertThat(World.driverEvents(desk.session.log()))
            .contains(DriverEvent.keysChanged("replace", 1, 1));
      }
      refusedEverywhere(world, first());
      refusedEverywhere(world, key(1));
      try (World.Desk desk = open(world, "cloud", key(2))) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("2");
      }
    }
  }

  /** Else a slot would be taken out, and its secret would open all the same. */
  @Test
  void oneSecretOpensOneSlot() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = open(world, "laptop", first())) {
      begin(desk);
      Secret password = Secret.password("seven red lamps on a winter pier".toCharArray());
      desk.session.rotate(new KeyChange.Add(slot(password)));
      String slot = desk.session.keys().slots().get(1).id();
      for (KeyChange twice :
          List.of(
              new KeyChange.Add(slot(password)),
              new KeyChange.Add(slot(first())),
              new KeyChange.Replace(slot(password)))) {
        assertThatThrownBy(() -> desk.session.rotate(twice))
            .isInstanceOf(KeyringChangeException.class)
            .hasMessageContaining("the new secret opens slot ");
      }
      desk.session.rotate(new KeyChange.Replace(slot(first()))); // for a new cost, for example
      assertThat(desk.session.keys().slots()).extracting(SlotInfo::id).contains(slot).hasSize(2);
    }
  }

  @Test
  void takesAWayInAwayButNeverTheLastOne() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = open(world, "laptop", first())) {
      begin(desk);
      desk.session.rotate(new KeyChange.Add(slot(key(1))));
      List<SlotInfo> slots = desk.session.keys().slots();

      assertThatThrownBy(() -> desk.session.rotate(new KeyChange.Remove("00000000")))
          .isInstanceOf(KeyringChangeException.class)
          .hasMessageContaining(slots.get(0).id())
          .hasMessageContaining(slots.get(1).id());
      desk.session.rotate(new KeyChange.Remove(slots.get(1).id()));
      long version = desk.session.version();
      assertThatThrownBy(() -> desk.session.rotate(new KeyChange.Remove(slots.get(0).id())))
          .isInstanceOf(KeyringChangeException.class)
          .hasMessageContaining("last");

      assertThat(desk.session.version()).isEqualTo(version);
      assertThatThrownBy(() -> open(world, "cloud", key(1))).isInstanceOf(WrongKeyException.class);
      open(world, "cloud", first()).close();
    }
  }

  @Test
  void aNewEpochTakesTheFutureAwayFromTheOldSecretAndLeavesThePast() throws Exception {
    try (World world = new World(folder)) {
      long before;
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
        before = desk.session.version();
        desk.session.rotate(new KeyChange.NewEpoch(List.of(slot(key(1))), true));
        desk.run("INSERT INTO t VALUES ('two')");
        desk.session.sync(PATIENCE);
        assertThat(desk.session.keys().epoch()).isEqualTo(2);
        assertThat(World.firstSequence(desk.session)).isEqualTo(1);
        assertThat(World.driverEvents(desk.session.log()))
            .contains(DriverEvent.keysChanged("epoch", 2, 1));
      }
      refusedEverywhere(world, first());
      try (World.Desk desk = open(world, "cloud", key(1))) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("2");
        LiveSession session = (LiveSession) desk.session;
        assertThat(restoreSet(session)).extracting(PackEntry::epoch).containsOnly(2);
      }
      for (Secret secret : List.of(first(), key(1))) {
        try (World.Desk desk = at(world, secret, Long.toString(before))) {
          assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("1");
        }
      }
      assertThatThrownBy(() -> at(world, first(), Long.toString(before + 1)))
          .isInstanceOf(WrongKeyException.class);
    }
  }

  private static List<PackEntry> restoreSet(LiveSession session) throws Exception {
    var field = LiveSession.class.getDeclaredField("open");
    field.setAccessible(true);
    OpenGeneration open = (OpenGeneration) field.get(session);
    return open.writer.tip().orElseThrow().commit().body().restoreSet();
  }

  @Test
  void anEpochWithoutLinkClosesThePast() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
        desk.session.rotate(new KeyChange.NewEpoch(List.of(slot(key(1))), false));
        desk.run("INSERT INTO t VALUES ('two')");
      }
      try (World.Desk desk = open(world, "cloud", key(1))) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("2");
        assertThat(World.firstSequence(desk.session)).isGreaterThan(1);
        assertThat(desk.session.log()).anyMatch(entry -> entry.type().equals("inft.keys"));
        assertThat(desk.session.keys().linksBack()).isFalse();
      }
      assertThatThrownBy(() -> at(world, key(1), "1"))
          .isInstanceOf(NoSlotException.class)
          .hasMessageContaining("link");
      at(world, first(), "1").close();
    }
  }

  @Test
  void severalEpochsAreCrossedOnTheWayBack() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
        for (int i = 1; i <= 4; i++) {
          desk.session.rotate(new KeyChange.NewEpoch(List.of(slot(key(i))), true));
          desk.run("INSERT INTO t VALUES ('more')");
          desk.session.sync(PATIENCE);
          desk.session.rotate(new KeyChange.Add(slot(key(10 + i))));
        }
        assertThat(World.firstSequence(desk.session)).isEqualTo(1);
      }
      for (int version = 1; version <= 9; version++) {
        try (World.Desk desk = at(world, key(4), Integer.toString(version))) {
          assertThat(desk.ask("SELECT count(*) FROM t")).isNotEmpty();
        }
      }
    }
  }

  @Test
  void worksBeforeAnythingWasPublished() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        desk.session.rotate(new KeyChange.Replace(slot(key(1))));
        desk.run("CREATE TABLE t(x)");
      }
      refusedEverywhere(world, first());
      open(world, "cloud", key(1)).close();
    }
  }

  @Test
  void refusesAPasswordThatCanBeGuessedUnlessTold() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = open(world, "laptop", first())) {
      begin(desk);
      for (String weak : List.of("hunter2", "aaaaaaaaaaaaaaaa", "abcdefghijklmn", "123412341234")) {
        Secret secret = Secret.password(weak.toCharArray());
        assertThatThrownBy(() -> desk.session.rotate(new KeyChange.Add(slot(secret))))
            .isInstanceOf(WeakSecretException.class)
            .hasMessageContaining("public for ever")
            .hasMessageNotContaining(weak);
      }
      Secret weak = Secret.password("hunter2".toCharArray());
      SlotRequest told = SlotRequest.evenIfWeak(weak, KeyDerivation.weakForTests());
      desk.session.rotate(new KeyChange.Add(told));
      open(world, "cloud", weak).close();
    }
  }

  @Test
  void nothingIsLostWhileOthersWrite() throws Exception {
    try (World world = new World(folder)) {
      AtomicInteger written = new AtomicInteger();
      AtomicBoolean stop = new AtomicBoolean();
      AtomicReference<Exception> failure = new AtomicReference<>();
      List<Thread> writers = new ArrayList<>();
      int rotations = 0;
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
        for (int i = 0; i < 2; i++) {
          EngineSettings settings =
              i == 0
                  ? with(world, "laptop", first())
                  : World.withDurability(
                      with(world, "laptop", first()), EngineSettings.Durability.ANCHORED);
          writers.add(
              writer(
                  new World.Desk(Engines.open(settings, world.network())), written, stop, failure));
        }
        for (; rotations < 12; rotations++) {
          SlotRequest next = slot(key(rotations + 1));
          desk.session.rotate(
              rotations % 3 == 2
                  ? new KeyChange.NewEpoch(List.of(next), true)
                  : new KeyChange.Replace(next));
        }
        stop.set(true);
        for (Thread writer : writers) {
          writer.join();
        }
      }
      assertThat(failure.get()).isNull();
      assertThat(written.get()).isPositive();
      try (World.Desk desk = open(world, "cloud", key(rotations))) {
        assertThat(desk.ask("SELECT count(*) FROM t WHERE x = 'w'"))
            .isEqualTo(Integer.toString(written.get()));
        assertThat(desk.ask("PRAGMA integrity_check")).isEqualTo("ok");
        assertThat(World.firstSequence(desk.session)).isEqualTo(1);
      }
    }
  }

  private static Thread writer(
      World.Desk desk,
      AtomicInteger written,
      AtomicBoolean stop,
      AtomicReference<Exception> failure) {
    Thread thread =
        new Thread(
            () -> {
              try (desk) {
                while (!stop.get()) {
                  desk.run("INSERT INTO t VALUES ('w')");
                  written.incrementAndGet();
                }
              } catch (Exception e) {
                failure.set(e);
              }
            });
    thread.start();
    return thread;
  }

  @Test
  void losesAgainstAWriterWhoMovedTheHeadFirst() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
      }
      for (Rotation.Step step : List.of(Rotation.Step.FLUSHED, Rotation.Step.STAGED)) {
        World.Desk desk = open(world, "laptop", first());
        assertThatThrownBy(
                () ->
                    rotate(
                        desk,
                        new KeyChange.Replace(slot(key(1))),
                        step,
                        () -> writeElsewhere(world)))
            .isInstanceOf(ForkException.class);
        assertThat(desk.session.valid()).isFalse();
        desk.close();
        try (World.Desk again = open(world, "laptop", first())) {
          assertThat(again.ask("SELECT count(*) FROM t WHERE x = 'elsewhere'")).isNotEqualTo("0");
        }
        assertThatThrownBy(() -> open(world, "fresh", key(1)))
            .isInstanceOf(WrongKeyException.class);
      }
    }
  }

  private interface Task {
    void run() throws Exception;
  }

  private static void rotate(World.Desk desk, KeyChange change, Rotation.Step at, Task task)
      throws Exception {
    ((LiveSession) desk.session)
        .rotate(
            change,
            PATIENCE,
            step -> {
              if (step == at) {
                try {
                  task.run();
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              }
            });
  }

  private static Kind newest(World world) throws Exception {
    return world
        .network()
        .registry()
        .head(DatabaseId.parse(ID))
        .newest()
        .orElseThrow()
        .anchor()
        .kind();
  }

  @Test
  void isARekeyOnlyIfTheContentIsThatOfTheVersionBefore() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = open(world, "laptop", first())) {
      begin(desk);
      KeyChange epoch = new KeyChange.NewEpoch(List.of(slot(key(2))), true);
      desk.session.rotate(new KeyChange.Replace(slot(key(1))));
      assertThat(newest(world)).isEqualTo(Kind.REKEY);
      desk.run("INSERT INTO t VALUES ('goes before it')");
      desk.session.rotate(epoch);
      assertThat(newest(world)).isEqualTo(Kind.REKEY);

      KeyChange add = new KeyChange.Add(slot(key(3)));
      rotate(desk, add, Rotation.Step.MADE, () -> desk.run("INSERT INTO t VALUES ('with it')"));
      assertThat(newest(world)).isEqualTo(Kind.DELTA);
      rotate(
          desk,
          new KeyChange.NewEpoch(List.of(slot(key(4))), true),
          Rotation.Step.MADE,
          () -> desk.run("INSERT INTO t VALUES ('with it')"));
      assertThat(newest(world)).isEqualTo(Kind.SNAPSHOT);
      desk.session.rotate(new KeyChange.Add(slot(key(6))));
      assertThat(newest(world)).isEqualTo(Kind.REKEY);
    }
  }

  /** A grant can be narrowed while a session is open that has written. */
  @Test
  void whatIsUnpublishedDoesNotGoOutWithTheKeysOfWhoMayNotWrite() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
      }
      grant(world, Rights.KEY_ADMIN | Rights.WRITER);
      EngineSettings settings =
          World.withCadence(
              World.closingAtOnce(with(world, "admin", first())),
              Duration.ofHours(1),
              100,
              Duration.ofHours(1),
              Cadence.OnLag.WARN);
      KeyChange add = new KeyChange.Add(slot(key(1)));
      Network network = world.networkOfAStranger();
      try (World.Desk desk = new World.Desk(Engines.open(settings, network))) {
        grant(world, Rights.KEY_ADMIN);
        desk.session.rotate(new KeyChange.Add(slot(key(2))));
        assertThat(newest(world)).isEqualTo(Kind.REKEY);
        long version = desk.session.version();

        Task write = () -> desk.run("INSERT INTO t VALUES ('mine')");
        Task allow = () -> grant(world, Rights.KEY_ADMIN | Rights.WRITER);
        Task narrow = () -> grant(world, Rights.KEY_ADMIN);
        assertMissingWriter(() -> rotate(desk, add, Rotation.Step.MADE, write));
        assertMissingWriter(() -> desk.session.rotate(add));
        assertThat(world.network().registry().head(DatabaseId.parse(ID)).version())
            .isEqualTo(version);
        allow.run();
        desk.session.sync(PATIENCE);
        assertMissingWriter(
            () ->
                ((LiveSession) desk.session)
                    .rotate(
                        add,
                        PATIENCE,
                        step -> {
                          try {
                            if (step == Rotation.Step.MADE) {
                              write.run();
                            } else if (step == Rotation.Step.STAGED) {
                              narrow.run();
                            }
                          } catch (Exception e) {
                            throw new AssertionError(e);
                          }
                        }));
        allow.run();
        desk.session.rotate(add);
      }
      try (World.Desk desk = open(world, "laptop", key(1))) {
        assertThat(desk.ask("SELECT count(*) FROM t WHERE x = 'mine'")).isEqualTo("2");
      }
    }
  }

  private static void assertMissingWriter(ThrowableAssert.ThrowingCallable change) {
    assertThatThrownBy(change)
        .isInstanceOf(NotAuthorizedException.class)
        .hasMessageContainingAll("it has no WRITER right", " --role writer,key-admin'");
  }

  private static void writeElsewhere(World world) throws Exception {
    try (World.Desk desk = open(world, "elsewhere", first())) {
      desk.run("INSERT INTO t VALUES ('elsewhere')");
    }
  }

  @Test
  void losesAgainstAKeyAdminWhoWasFirst() throws Exception {
    try (World world = new World(folder)) {
      World.Desk desk = open(world, "laptop", first());
      begin(desk);
      assertThatThrownBy(
              () ->
                  rotate(
                      desk,
                      new KeyChange.NewEpoch(List.of(slot(key(1))), true),
                      Rotation.Step.STAGED,
                      () -> {
                        try (World.Desk other = open(world, "elsewhere", first())) {
                          other.session.rotate(new KeyChange.NewEpoch(List.of(slot(key(2))), true));
                        }
                      }))
          .isInstanceOf(ForkException.class);
      desk.close();
      refusedEverywhere(world, first());
      refusedEverywhere(world, key(1));
      open(world, "laptop", key(2)).close();
    }
  }

  @Test
  void whoMayNotChangeKeysIsToldBeforeAnythingIsEncrypted() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
      }
      SigningKey stranger = SigningKey.parse("22".repeat(32));
      world
          .network()
          .registry()
          .grant(
              DatabaseId.parse(ID),
              stranger.address(),
              Rights.WRITER,
              Instant.now().plusSeconds(3600),
              0);
      EngineSettings settings = with(world, "agent", first());
      try (World.Desk desk = new World.Desk(Engines.open(settings, world.networkOfAStranger()))) {
        long objects = objects();
        assertThatThrownBy(() -> desk.session.rotate(new KeyChange.Replace(slot(key(1)))))
            .isInstanceOf(NotAuthorizedException.class)
            .hasMessageContaining("keyring")
            .hasMessageContaining("it has no KEYADMIN right")
            .hasMessageContaining(" --role writer,key-admin'");
        assertThat(objects()).isEqualTo(objects);
        desk.run("INSERT INTO t VALUES ('the agent goes on')");
      }
      try (World.Desk desk = open(world, "laptop", first())) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("2");
      }
    }
  }

  private static final SigningKey KEY_ADMIN = SigningKey.parse("22".repeat(32));

  private static void grant(World world, int roles) throws Exception {
    world
        .network()
        .registry()
        .grant(
            DatabaseId.parse(ID), KEY_ADMIN.address(), roles, Instant.now().plusSeconds(3600), 0);
  }

  private World.Desk asKeyAdmin(World world, Secret secret) throws Exception {
    return new World.Desk(Engines.open(with(world, "admin", secret), world.networkOfAStranger()));
  }

  @Test
  void whoMayChangeKeysAndNotWriteReadsAndChangesKeys() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
      }
      grant(world, Rights.KEY_ADMIN);
      try (World.Desk desk = asKeyAdmin(world, first())) {
        assertThat(desk.session.readOnly()).isTrue();
        assertThat(desk.session.readOnlyReason().orElseThrow())
            .contains("it has no WRITER right", " --role writer,key-admin'");
        assertThat(desk.session.status().readOnlyReason()).isPresent();
        desk.session.rotate(new KeyChange.NewEpoch(List.of(slot(key(1))), true));
        desk.session.rotate(new KeyChange.Add(slot(key(2))));
        assertThat(desk.session.sync(PATIENCE).version()).isEqualTo(desk.session.version());
      }
      refusedEverywhere(world, first());
      try (World.Desk desk = open(world, "laptop", key(2))) {
        assertThat(desk.session.keys().epoch()).isEqualTo(2);
        desk.run("INSERT INTO t VALUES ('the owner goes on')");
        desk.session.sync(PATIENCE);
      }
      try (World.Desk desk = asKeyAdmin(world, key(1))) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("2");
        desk.session.rotate(new KeyChange.Replace(slot(key(3))));
      }
      grant(world, Rights.KEY_ADMIN | Rights.WRITER);
      try (World.Desk desk = asKeyAdmin(world, key(3))) {
        assertThat(desk.session.readOnly()).isFalse();
        desk.run("INSERT INTO t VALUES ('and may write now')");
      }
      try (World.Desk desk = open(world, "laptop", key(2))) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("3");
      }
    }
  }

  @Test
  void aRefusedChangeOfAKeyAdminIsTakenBackAndTheNextOneWorks() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
      }
      grant(world, Rights.KEY_ADMIN);
      for (int again = 0; again < 2; again++) {
        Secret before = again == 0 ? first() : key(1);
        try (World.Desk desk = asKeyAdmin(world, before)) {
          world.network().registry().freeze(DatabaseId.parse(ID));
          assertThatThrownBy(() -> desk.session.rotate(new KeyChange.Replace(slot(key(9)))))
              .isInstanceOf(RegistryRefusedException.class);
          world.network().registry().unfreeze(DatabaseId.parse(ID));
          if (again == 0) {
            desk.session.rotate(new KeyChange.Replace(slot(key(1))));
          }
        }
      }
      try (World.Desk desk = asKeyAdmin(world, key(1))) {
        desk.session.rotate(new KeyChange.NewEpoch(List.of(slot(key(2))), true));
      }
      try (World.Desk desk = open(world, "cloud", key(2))) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("1");
        assertThat(desk.ask("PRAGMA integrity_check")).isEqualTo("ok");
      }
    }
  }

  @Test
  void aKeyAdminsChangeThatIsOnItsWayIsSentWhenItOpensAgain() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
      }
      grant(world, Rights.KEY_ADMIN);
      Network real = world.networkOfAStranger();
      Network cut =
          new Network(
              real.name(),
              real.store(),
              new SlowRegistry(
                  real.registry(),
                  version -> {
                    throw new RegistryUnavailableException("test", "anchor", null);
                  }),
              real.signer(),
              Duration.ZERO,
              true);
      EngineSettings settings = World.closingAtOnce(with(world, "admin", first()));
      try (World.Desk desk = new World.Desk(Engines.open(settings, cut))) {
        assertThatThrownBy(() -> desk.session.rotate(new KeyChange.Replace(slot(key(1)))))
            .isInstanceOf(PublishTimeoutException.class);
      }
      Engines.endIdle();
      try (World.Desk desk = asKeyAdmin(world, key(1))) {
        desk.session.sync(PATIENCE);
      }
      open(world, "cloud", key(1)).close();
      refusedEverywhere(world, first());
    }
  }

  @Test
  void commitsOfATimeAsAWriterAreNotPublishedByAKeyAdminAndNotLost() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
      }
      grant(world, Rights.WRITER);
      EngineSettings settings =
          World.withCadence(
              World.closingAtOnce(with(world, "admin", first())),
              Duration.ofHours(1),
              100,
              Duration.ofHours(1),
              Cadence.OnLag.WARN);
      Network network = world.networkOfAStranger();
      try (World.Desk desk = new World.Desk(Engines.open(settings, network))) {
        desk.run("INSERT INTO t VALUES ('not published')");
      }
      Engines.endIdle();
      grant(world, Rights.KEY_ADMIN);

      assertThatThrownBy(() -> asKeyAdmin(world, first()))
          .isInstanceOf(NotAuthorizedException.class)
          .hasMessageContaining("no WRITER right");

      grant(world, Rights.KEY_ADMIN | Rights.WRITER);
      try (World.Desk desk = asKeyAdmin(world, first())) {
        desk.session.sync(PATIENCE);
      }
      try (World.Desk desk = open(world, "laptop", first())) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("2");
      }
    }
  }

  private long objects() throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().contains("/store/")).count();
    }
  }

  @Test
  void aRefusalInTheLastMomentIsTakenBackAndNothingIsLost() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = open(world, "laptop", first())) {
        begin(desk);
      }
      SigningKey agent = SigningKey.parse("22".repeat(32));
      DatabaseId id = DatabaseId.parse(ID);
      Instant later = Instant.now().plusSeconds(3600);
      for (KeyChange change :
          List.of(
              new KeyChange.Replace(slot(key(1))),
              new KeyChange.NewEpoch(List.of(slot(key(1))), true))) {
        world
            .network()
            .registry()
            .grant(id, agent.address(), Rights.WRITER | Rights.KEY_ADMIN, later, 0);
        EngineSettings settings = with(world, "agent", first());
        World.Desk desk = new World.Desk(Engines.open(settings, world.networkOfAStranger()));
        assertThatThrownBy(
                () ->
                    rotate(
                        desk,
                        change,
                        Rotation.Step.STAGED,
                        () -> {
                          desk.run("INSERT INTO t VALUES ('meanwhile')");
                          world
                              .network()
                              .registry()
                              .grant(id, agent.address(), Rights.WRITER, later, 0);
                        }))
            .isInstanceOf(NotAuthorizedException.class);
        desk.run("INSERT INTO t VALUES ('after')");
        desk.session.sync(PATIENCE);
        desk.close();
      }
      try (World.Desk desk = open(world, "cloud", first())) {
        assertThat(desk.ask("SELECT count(*) FROM t WHERE x = 'meanwhile'")).isEqualTo("2");
        assertThat(desk.ask("SELECT count(*) FROM t WHERE x = 'after'")).isEqualTo("2");
        assertThat(desk.ask("PRAGMA integrity_check")).isEqualTo("ok");
      }
      assertThatThrownBy(() -> open(world, "fresh", key(1))).isInstanceOf(WrongKeyException.class);
    }
  }

  @Test
  void stepsComeInTheirOrder() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = open(world, "laptop", first())) {
      begin(desk);
      List<Rotation.Step> steps = new CopyOnWriteArrayList<>();
      ((LiveSession) desk.session)
          .rotate(new KeyChange.Replace(slot(key(1))), PATIENCE, steps::add);
      assertThat(steps).containsExactlyElementsOf(Arrays.asList(Rotation.Step.values()));
    }
  }
}
