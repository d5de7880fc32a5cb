package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.ForkException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.WrongKeyException;
import io.inft.registry.Registry;
import io.inft.replica.local.Network;
import io.inft.replica.publish.policy.Inlining;
import io.inft.seal.Secret;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.JDBC;

/** Two machines write the same database at the same time. */
class TwoWritersTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"NEVER", "ALWAYS"})
  void everyCommitAcknowledgedAsAnchoredIsThereInTheEnd(Inlining.Choice road) throws Exception {
    try (World world = new World(folder).inlining(road, Duration.ofHours(1))) {
      try (World.Desk desk = world.open("first", "shared")) {
        desk.run("CREATE TABLE t(who TEXT, n INTEGER)");
      }
      Set<String> acknowledged = new ConcurrentSkipListSet<>();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread[] writers = new Thread[2];
      for (int i = 0; i < writers.length; i++) {
        String machine = "machine" + i;
        writers[i] =
            new Thread(
                () -> {
                  try {
                    write(world, machine, acknowledged);
                  } catch (Exception | AssertionError e) {
                    failure.set(e);
                  }
                });
        writers[i].start();
      }
      for (Thread writer : writers) {
        writer.join();
      }
      assertThat(failure.get()).isNull();
      assertThat(acknowledged).hasSize(24);
      try (World.Desk desk = world.open("judge", "shared")) {
        Set<String> found = new TreeSet<>();
        try (var statement = desk.connection.createStatement();
            ResultSet rows = statement.executeQuery("SELECT who || n FROM t")) {
          while (rows.next()) {
            assertThat(found.add(rows.getString(1))).as("applied once").isTrue();
          }
        }
        assertThat(found).containsAll(acknowledged);
      }
    }
  }

  /** Twelve rows, each tried again on the winner's state when another writer won. */
  private static void write(World world, String machine, Set<String> acknowledged)
      throws Exception {
    EngineSettings settings =
        World.withDurability(world.settings(machine, "shared"), EngineSettings.Durability.ANCHORED);
    for (int n = 0; n < 12; n++) {
      boolean done = false;
      for (int attempt = 0; attempt < 60 && !done; attempt++) {
        try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
          desk.run("INSERT INTO t VALUES ('" + machine + "-', " + n + ")");
          done = true;
        } catch (ForkException | PublishTimeoutException e) {
          done = false;
        }
      }
      assertThat(done).as("%s row %s in the end", machine, n).isTrue();
      acknowledged.add(machine + "-" + n);
    }
  }

  /** Its old packs are listed where it knows them, or carried since; so they are not read again. */
  @ParameterizedTest
  @EnumSource(names = {"NEVER", "ALWAYS"})
  void aMachineThatIsBehindFetchesNoPackThatItHas(Inlining.Choice road) throws Exception {
    try (World world = new World(folder).inlining(road, Duration.ofHours(1))) {
      try (World.Desk desk = world.open("first", "behind")) {
        desk.run("CREATE TABLE t(x)");
        desk.run("INSERT INTO t VALUES (randomblob(300000))");
        desk.session.sync(Duration.ofSeconds(30));
        for (int i = 0; i < 3; i++) {
          desk.run("INSERT INTO t VALUES (" + i + ")");
          desk.session.sync(Duration.ofSeconds(30));
        }
      }
      Engines.endIdle();
      try (World.Desk other = world.open("second", "behind")) {
        for (int i = 0; i < 2; i++) {
          other.run("INSERT INTO t VALUES ('other')");
          other.session.sync(Duration.ofSeconds(30));
        }
      }
      Engines.endIdle();
      assertThat(opened(world, "first"))
          .as("objects opened by a machine that was here before, and by a fresh one")
          .isLessThan(opened(world, "fresh"));
    }
  }

  private static long opened(World world, String machine) throws Exception {
    CountedNetwork counted = new CountedNetwork(world.network());
    try (World.Desk desk =
        new World.Desk(Engines.open(world.settings(machine, "behind"), counted.network()))) {
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("6");
    }
    Engines.endIdle();
    return counted.objects();
  }

  @ParameterizedTest
  @EnumSource(names = {"NEVER", "ALWAYS"})
  void theLosersCommitsAreKeptWholeAndItsConnectionsGoOnNoMore(Inlining.Choice road)
      throws Exception {
    try (World world = new World(folder).inlining(road, Duration.ofHours(1))) {
      World.Desk first = world.open("first", "forked");
      first.run("CREATE TABLE t(n INTEGER)");
      first.session.sync(Duration.ofSeconds(30));
      World.Desk second = world.open("second", "forked");
      first.run("INSERT INTO t VALUES (1)");
      first.session.sync(Duration.ofSeconds(30));
      second.run("INSERT INTO t VALUES (2)");

      AtomicReference<ForkException> fork = new AtomicReference<>();
      assertThatThrownBy(() -> second.session.sync(Duration.ofSeconds(30)))
          .isInstanceOfSatisfying(ForkException.class, fork::set);
      assertThatThrownBy(() -> second.run("INSERT INTO t VALUES (3)"))
          .isInstanceOf(ForkException.class);
      assertThat(second.session.valid()).isFalse();
      assertThat(first.session.valid()).isTrue();
      second.close();

      Path kept = Path.of(fork.get().folder());
      assertThat(fork.get()).hasMessageContaining(kept.toString());
      assertThat(Files.isDirectory(kept)).isTrue();
      try (Connection connection =
              new JDBC()
                  .connect("jdbc:sqlite:" + kept.resolve("database.sqlite"), new Properties());
          var statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT group_concat(n) FROM t")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo("2");
      }
      try (World.Desk again = world.open("second", "forked")) {
        assertThat(again.ask("SELECT group_concat(n) FROM t")).isEqualTo("1");
      }
      first.close();
    }
  }

  @Test
  void whoHasNoRightIsToldBeforeAnythingIsEncrypted() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = world.open("first", "mine")) {
        desk.run("CREATE TABLE t(n INTEGER)");
      }
      assertThatThrownBy(
              () -> Engines.open(world.settings("stranger", "mine"), world.networkOfAStranger()))
          .isInstanceOf(NotAuthorizedException.class)
          .hasMessageContaining("mine");
    }
  }

  @Test
  void aWrongSecretOpensNothingAlsoOnAnEngineThatIsOpen() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = world.open("first", "secret")) {
      desk.run("CREATE TABLE t(n INTEGER)");
      desk.session.sync(Duration.ofSeconds(30));
      Secret wrong =
          Secret.rawKey(
              new byte[] {
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
                24, 25, 26, 27, 28, 29, 30, 31, 32
              });
      for (String machine : new String[] {"first", "other"}) {
        EngineSettings settings =
            World.withSecret(world.settings(machine, "secret"), Optional.of(wrong));
        assertThatThrownBy(() -> Engines.open(settings, world.network()))
            .isInstanceOf(WrongKeyException.class);
      }
      assertThat(desk.session.valid()).isTrue();
    }
  }

  /**
   * The anchor went through, the answer was lost, and before this machine came back another one had
   * built upon it: nobody lost anything.
   */
  @Test
  void aVersionThatArrivedUnseenAndWasBuiltUponIsNoFork() throws Exception {
    try (World world = new World(folder)) {
      EngineSettings laptop = World.closingAtOnce(world.settings("laptop", "shared"));
      try (World.Desk desk = world.open("laptop", "shared")) {
        desk.run("CREATE TABLE t(who TEXT)");
      }
      Network deaf = withoutAnswers(world.network());
      try (World.Desk desk = new World.Desk(Engines.open(laptop, deaf))) {
        desk.run("INSERT INTO t VALUES ('laptop')");
        while (world.network().registry().head(laptop.id()).version() < 2) {
          Thread.onSpinWait();
        }
      }
      Engines.endIdle();
      try (World.Desk desk = world.open("desktop", "shared")) {
        desk.run("INSERT INTO t VALUES ('desktop')");
      }

      try (World.Desk desk = world.open("laptop", "shared")) {
        assertThat(desk.ask("SELECT group_concat(who) FROM t")).isEqualTo("laptop,desktop");
        assertThat(desk.session.takeWarning()).isEmpty();
        assertThat(Databases.local(laptop, world.network()).forks()).isEmpty();
      }
    }
  }

  /** Anchors, and does not say so. */
  private static Network withoutAnswers(Network network) {
    Registry real = network.registry();
    Registry deaf =
        (Registry)
            Proxy.newProxyInstance(
                Registry.class.getClassLoader(),
                new Class<?>[] {Registry.class},
                (proxy, method, arguments) -> {
                  try {
                    Object answer = method.invoke(real, arguments);
                    if (method.getName().equals("anchor")) {
                      throw new RegistryUnavailableException("nowhere", "answer", null);
                    }
                    return answer;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return new Network(
        network.name(), network.store(), deaf, network.signer(), network.syncInterval(), true);
  }
}
