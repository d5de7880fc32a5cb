package io.inft.replica.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.failure.WrongKeyException;
import io.inft.registry.Anchored;
import io.inft.registry.Registry;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.Opening;
import io.inft.replica.World;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Network;
import io.inft.replica.local.WorkingCopy;
import io.inft.seal.DataKey;
import io.inft.seal.KeyDerivation;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import io.inft.store.FaultyStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A password's derivation runs beside whatever else an opening does. */
class UnlockingTest {
  private static final Digest CONTEXT = Digest.sha256(new byte[] {1});
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Secret MINE = Secret.password("a dozen ravens at noon".toCharArray());
  private static final Secret OTHER = Secret.password("an empty harbour at dawn".toCharArray());

  @TempDir Path folder;

  /** What was begun, to be run when the test says so. */
  private final Deque<Runnable> begun = new ArrayDeque<>();

  private static Keyring keyring(DataKey key, Secret secret) throws Exception {
    return Keyring.create(
        CONTEXT,
        1,
        1,
        key,
        Optional.empty(),
        List.of(SlotRequest.of(secret, KeyDerivation.weakForTests())),
        RANDOM);
  }

  @Test
  void aPasswordIsDerivedByAWorkerBeforeItsKeyIsNeeded() throws Exception {
    DataKey key = DataKey.generate(RANDOM);
    Keyring keyring = keyring(key, MINE);
    Unlocking unlocking = new Unlocking(MINE, begun::add);

    unlocking.begin(keyring);
    assertThat(unlocking.isRunning()).isTrue();
    begun.remove().run();
    assertThat(unlocking.isRunning()).isFalse();

    // Read from other bytes, it is the same keyring.
    Keys keys = unlocking.keys(Keyring.parse(keyring.toBytes(), CONTEXT));
    assertThat(keys.current().reveal()).isEqualTo(key.reveal());
    assertThat(keys.openedBy()).isEqualTo(keyring.slots().get(0).id());
  }

  @Test
  void whoNeedsTheKeyDerivesItHimselfWhenNoWorkerCame() throws Exception {
    DataKey key = DataKey.generate(RANDOM);
    Keyring keyring = keyring(key, MINE);
    Unlocking unlocking = new Unlocking(MINE, begun::add);
    unlocking.begin(keyring);

    assertThat(unlocking.keys(keyring).current().reveal()).isEqualTo(key.reveal());

    begun.remove().run();
    assertThat(unlocking.isRunning()).isFalse();
  }

  @Test
  void anotherKeyringThanTheRememberedOneIsOpenedForItself() throws Exception {
    DataKey key = DataKey.generate(RANDOM);
    Keyring next = keyring(key, MINE);
    Unlocking unlocking = new Unlocking(MINE, Runnable::run);
    // The one that is remembered does not even know this secret: nobody need hear of it.
    unlocking.begin(keyring(DataKey.generate(RANDOM), OTHER));

    assertThat(unlocking.keys(next).current().reveal()).isEqualTo(key.reveal());
  }

  @Test
  void aWrongPasswordIsToldToWhoAsksForTheKey() throws Exception {
    Keyring keyring = keyring(DataKey.generate(RANDOM), OTHER);
    Unlocking unlocking = new Unlocking(MINE, Runnable::run);
    unlocking.begin(keyring);

    assertThatThrownBy(() -> unlocking.keys(keyring)).isInstanceOf(WrongKeyException.class);
  }

  @Test
  void anInterruptIsKeptForTheCaller() throws Exception {
    Keyring keyring = keyring(DataKey.generate(RANDOM), MINE);
    Unlocking unlocking = new Unlocking(MINE, Runnable::run);
    unlocking.begin(keyring);

    Thread.currentThread().interrupt();
    unlocking.keys(keyring);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aRawKeyNeedsNoWorker() throws Exception {
    Secret raw = Secret.randomKey(RANDOM);
    DataKey key = DataKey.generate(RANDOM);
    Keyring keyring = keyring(key, raw);
    Unlocking unlocking = new Unlocking(raw, begun::add);
    unlocking.begin(keyring);

    assertThat(begun).isEmpty();
    assertThat(unlocking.isRunning()).isFalse();
    assertThat(unlocking.keys(keyring).current().reveal()).isEqualTo(key.reveal());
  }

  @Test
  void aWorkingCopyKnowsItsKeyringBeforeTheHeadIsRead() throws Exception {
    World world = new World(folder);
    EngineSettings settings = publish(world, "CREATE TABLE t(a)");
    List<Integer> begunAtTheHead = new ArrayList<>();
    DatabaseScope site = site(watched(world.network(), begunAtTheHead), settings);

    WorkingCopy copy = site.workingCopy();
    try {
      new Opening(site, settings, begun::add, step -> {}).open().close();
    } finally {
      copy.close();
    }

    assertThat(begunAtTheHead).as("derivations that were begun by then").startsWith(1);
    assertThat(begun).as("no other keyring was derived for").hasSize(1);
  }

  @Test
  void packsAreFetchedWhileThePasswordIsDerived() throws Exception {
    World world = new World(folder);
    EngineSettings settings =
        publish(world, "CREATE TABLE t AS SELECT randomblob(3000000) AS noise");
    FaultyStore store = new FaultyStore(world.network().store(), 1);
    Network network = world.network();
    Digest context = DatabaseScope.contextOf(network, settings.id());
    Restore restore =
        new Restore(
            store,
            context,
            new Commits(store, network.registry(), settings.id(), context),
            EngineThreads.pooled());
    Anchored newest = network.registry().head(settings.id()).newest().orElseThrow();

    restore.open(newest, new Unlocking(MINE, Runnable::run));
    long atOnce = store.operations();
    // Nobody derives until the key is asked for: there is time to fetch everything.
    restore.open(newest, new Unlocking(MINE, begun::add));

    assertThat(store.operations() - atOnce).isGreaterThan(3_000_000 / (256 << 10));
  }

  @Test
  void aStoreThatFailsMeanwhileIsNotedByWhoReadsInEarnest() throws Exception {
    World world = new World(folder);
    EngineSettings settings =
        publish(world, "CREATE TABLE t AS SELECT randomblob(3000000) AS noise");
    FaultyStore store = new FaultyStore(world.network().store(), 1);
    Network network = world.network();
    Digest context = DatabaseScope.contextOf(network, settings.id());
    Commits commits = new Commits(network.store(), network.registry(), settings.id(), context);
    Restore restore = new Restore(store, context, commits, EngineThreads.pooled());
    Anchored newest = network.registry().head(settings.id()).newest().orElseThrow();
    store.unreliable(1);

    assertThatThrownBy(() -> restore.open(newest, new Unlocking(OTHER, begun::add)))
        .as("the password is what is wrong first")
        .isInstanceOf(WrongKeyException.class);
    assertThat(store.operations()).isPositive();
  }

  /** A database with a password, published from a machine that let go of it. */
  private EngineSettings publish(World world, String sql) throws Exception {
    EngineSettings settings = World.withSecret(world.settings("laptop", "db"), Optional.of(MINE));
    try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
      desk.run(sql);
      desk.session.sync(Duration.ofSeconds(60));
    }
    Engines.endIdle();
    return settings;
  }

  /** Notes how many derivations were begun whenever the head is read. */
  private Network watched(Network network, List<Integer> begunAtTheHead) {
    Registry real = network.registry();
    Registry watched =
        (Registry)
            Proxy.newProxyInstance(
                Registry.class.getClassLoader(),
                new Class<?>[] {Registry.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("head")) {
                    begunAtTheHead.add(begun.size());
                  }
                  try {
                    return method.invoke(real, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return new Network(
        network.name(), network.store(), watched, network.signer(), network.syncInterval(), true);
  }

  private DatabaseScope site(Network network, EngineSettings settings) throws Exception {
    Digest context = DatabaseScope.contextOf(network, settings.id());
    return new DatabaseScope(
        settings.id(),
        network,
        context,
        WorkingCopy.open(settings.home(), network, settings.id()),
        new Commits(network.store(), network.registry(), settings.id(), context),
        settings.objects(),
        Clock.systemUTC(),
        RANDOM);
  }
}
