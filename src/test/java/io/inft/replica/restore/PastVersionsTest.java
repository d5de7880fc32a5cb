package io.inft.replica.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.InftException;
import io.inft.failure.PastStateException;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import io.inft.replica.CountedNetwork;
import io.inft.replica.Engines;
import io.inft.replica.ForwardingRegistry;
import io.inft.replica.World;
import io.inft.replica.local.Network;
import io.inft.replica.publish.policy.Inlining;
import io.inft.store.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PastVersionsTest {
  private static final int LEAST = 70;
  private static DatabaseId id;

  @TempDir static Path folder;

  private static World world;
  private static Network network;
  private static List<Anchored> history;

  /** Versions 1 and 64 are stored, the others went along with their anchors. */
  @BeforeAll
  static void publish() throws Exception {
    world = new World(folder).inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1));
    id = DatabaseId.parse("small");
    network = world.network();
    try (World.Desk desk =
        new World.Desk(
            Engines.open(World.closingAtOnce(world.settings("here", "small")), network))) {
      desk.run("CREATE TABLE t(a)");
      desk.session.sync(Duration.ofMinutes(1));
      while (desk.session.version() < LEAST) {
        desk.run("UPDATE t SET a = a + 1");
        desk.run("INSERT INTO t VALUES (1)");
        desk.session.sync(Duration.ofMinutes(1));
      }
    }
    history = network.registry().history(id, 1, network.registry().head(id).version());
  }

  @AfterAll
  static void end() {
    world.close();
  }

  private static Anchored version(long number) {
    return history.get((int) number - 1);
  }

  private static PastVersions past(RegistryReader registry, CommitCache known) {
    return new PastVersions(
        registry,
        id,
        new Commits(network.store(), registry, id, DatabaseScope.contextOf(network, id), known));
  }

  @Test
  void findsEachVersionInAFewSteps() throws Exception {
    CountedNetwork counted = new CountedNetwork(network);
    for (long number = 1; number <= history.size(); number++) {
      counted.reset();
      Anchored found =
          past(counted.network().registry(), new CommitCache()).find(Long.toString(number));
      assertThat(found).isEqualTo(version(number));
      assertThat(counted.questions()).as("questions for version %s", number).isLessThan(12);
      assertThat(counted.walked()).as("steps to version %s", number).isLessThan(100);
    }
  }

  @Test
  void whatWasOnTheWayOnceIsNotFetchedAgain() throws Exception {
    CountedNetwork counted = new CountedNetwork(network);
    CommitCache known = new CommitCache();
    past(counted.network().registry(), known).find("3");
    counted.reset();
    assertThat(past(counted.network().registry(), known).find("5")).isEqualTo(version(5));
    assertThat(counted.questions()).as("the head and the version").isEqualTo(4);
    assertThat(counted.walked()).isZero();
  }

  /** A registry without an index whose versions are ten seconds apart. */
  private RegistryReader tenSecondsApart() {
    return new ForwardingRegistry(network.registry()) {
      private Anchored moved(Anchored version) {
        Block block = version.block();
        return new Anchored(
            version.anchor(),
            version.author(),
            version.historyHash(),
            version.controlSequence(),
            new Block(block.number(), block.hash(), 10 * version.version()),
            version.previousBlockNumber(),
            version.inlined());
      }

      @Override
      public Head head(DatabaseId of) throws InftException {
        Head head = super.head(of);
        return new Head(
            head.id(),
            head.owner(),
            head.status(),
            head.newest().map(this::moved),
            head.keyEpoch(),
            head.keyringHash(),
            head.controlSequence(),
            head.controlHash(),
            head.asOf());
      }

      @Override
      public Anchored version(DatabaseId of, long version, long hint) throws InftException {
        return moved(super.version(of, version, hint));
      }
    };
  }

  @Test
  void aTimeNamesTheVersionThatWasTheHeadThenWhateverJumpsSay() throws Exception {
    for (long number : new long[] {1, 2, 63, 64, 65, 69}) {
      for (long seconds : new long[] {0, 9}) {
        Instant time = Instant.ofEpochSecond(10 * number + seconds);
        assertThat(past(tenSecondsApart(), new CommitCache()).find(time.toString()).version())
            .as("at %s", time)
            .isEqualTo(number);
      }
    }
    assertThat(past(tenSecondsApart(), new CommitCache()).find("2100-01-01T00:00:00Z").version())
        .isEqualTo(history.size());
    Instant newest = version(history.size()).block().time();
    assertThat(past(network.registry(), new CommitCache()).find(newest.toString()).version())
        .isEqualTo(history.size());
  }

  @Test
  void aRootNamesItsVersion() throws Exception {
    for (long number : new long[] {1, 50, 64, 70}) {
      String root = version(number).anchor().root().toString();
      CountedNetwork counted = new CountedNetwork(network);
      assertThat(past(counted.network().registry(), new CommitCache()).find(root))
          .isEqualTo(version(number));
    }
  }

  @Test
  void findsItWhereTheWayCannotBeRead() throws Exception {
    CountedNetwork counted = new CountedNetwork(network);
    PastVersions blind =
        new PastVersions(
            counted.network().registry(),
            id,
            new Commits(
                new MemoryStore(),
                counted.network().registry(),
                id,
                DatabaseScope.contextOf(network, id)));
    assertThat(blind.find("7")).isEqualTo(version(7));
    assertThat(blind.find("64")).isEqualTo(version(64));
  }

  @Test
  void whatTheHistoryDoesNotHaveIsNamed() {
    for (RegistryReader registry : List.of(network.registry(), tenSecondsApart())) {
      PastVersions past = past(registry, new CommitCache());
      for (String at : List.of("0", "150", "999999999999999999", "1969-12-31T23:59:59Z")) {
        assertThatThrownBy(() -> past.find(at))
            .isInstanceOf(PastStateException.class)
            .hasMessageContaining("at=" + at)
            .hasMessageContaining("versions 1 to " + history.size());
      }
      assertThatThrownBy(() -> past.find("ab".repeat(32)))
          .isInstanceOf(PastStateException.class)
          .hasMessageContaining("ab".repeat(32))
          .hasMessageContaining("none of them has that root");
      assertThatThrownBy(() -> past.find("yesterday"))
          .isInstanceOf(PastStateException.class)
          .hasMessageContaining("at=yesterday")
          .hasMessageContaining("give a version number, a time like");
    }
  }
}
