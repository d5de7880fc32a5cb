package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.custody.Custody;
import io.inft.custody.Progress;
import io.inft.custody.Verification;
import io.inft.registry.DatabaseId;
import io.inft.replica.local.Network;
import io.inft.replica.publish.policy.Cadence;
import io.inft.seal.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that is emptied and filled again with nearly the same rows costs little. */
class MovedRowsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ROWS = 200;

  /** Deltas are merged four times in so many. */
  private static final int TURNS = 60;

  @TempDir Path folder;

  private final Deque<String> window = new ArrayDeque<>();
  private final Random random = new Random(3);
  private long rows;

  private long stored() throws IOException {
    return files(folder.resolve("network/store")).mapToLong(file -> file.toFile().length()).sum();
  }

  private static java.util.stream.Stream<Path> files(Path where) throws IOException {
    try (var files = Files.walk(where)) {
      return files.filter(Files::isRegularFile).toList().stream();
    }
  }

  private World.Desk open(World world, String machine) throws Exception {
    return world.open(
        World.withCadence(
            world.settings(machine, "window"),
            Duration.ofHours(1),
            1000,
            Duration.ofHours(2),
            Cadence.OnLag.WARN));
  }

  private void begin(World.Desk desk) throws Exception {
    desk.run("CREATE TABLE talk(who TEXT, text TEXT, time INTEGER)");
    desk.run("CREATE INDEX in_order ON talk(who, time)");
    while (rows < ROWS) {
      say();
    }
    turn(desk);
    desk.session.sync(PATIENCE);
  }

  private void say() {
    byte[] text = new byte[40 + random.nextInt(40)];
    random.nextBytes(text);
    window.add(
        "('agent', '" + HexFormat.of().formatHex(text) + "', " + ((1L << 40) | ++rows) + ")");
  }

  private void turn(World.Desk desk) throws Exception {
    say();
    window.remove();
    desk.run("BEGIN");
    desk.run("DELETE FROM talk");
    desk.run("INSERT INTO talk VALUES " + String.join(", ", window));
    desk.run("COMMIT");
  }

  private void turns(World.Desk desk, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      turn(desk);
      desk.session.sync(PATIENCE);
    }
  }

  @Test
  void rowsThatOnlyMovedAreHardlyPublishedAlsoWhereTheyAreMergedElsewhere() throws Exception {
    try (World world = new World(folder)) {
      long before;
      try (World.Desk desk = open(world, "laptop")) {
        begin(desk);
        before = stored();
        turns(desk, TURNS / 2);
      }
      try (World.Desk desk = open(world, "cloud")) {
        turns(desk, TURNS / 2);
        assertThat((stored() - before) / TURNS).as("bytes a turn").isLessThanOrEqualTo(3_584);
        try (World.Desk fresh = open(world, "fresh")) {
          assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
        }
      }
      Network network = world.network();
      Verification everything =
          Verification.of(DatabaseId.parse("window"), folder).with(Secret.rawKey(new byte[32]));
      assertThat(
              new Custody(network.registry(), network.store(), Clock.systemUTC(), new Random(1))
                  .verify(everything, Progress.NONE)
                  .findings())
          .isEmpty();
    }
  }

  /** A checkpoint overwrites in the file what the version before has there. */
  @Test
  void whatPagesWereIsInThePacksWhereTheFileHasItNoLonger() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = open(world, "laptop")) {
      begin(desk);
      turns(desk, 2);
      long before = stored();

      turn(desk);
      desk.session.checkpoint("TRUNCATE");
      desk.session.sync(PATIENCE);

      assertThat(stored() - before).isLessThan(6_144);
      try (World.Desk fresh = open(world, "fresh")) {
        assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flipped", "truncated", "empty"})
  void aDamagedPackThatIsOfUseForItIsFetchedAnew(String damage) throws Exception {
    try (World world = new World(folder);
        World.Desk desk = open(world, "laptop")) {
      begin(desk);
      turns(desk, 2);
      Path snapshot =
          files(desk.session.databaseFile().resolveSibling("objects"))
              .max(Comparator.comparingLong(file -> file.toFile().length()))
              .orElseThrow();
      byte[] whole = Files.readAllBytes(snapshot);
      byte[] bytes = whole.clone();
      bytes[bytes.length / 2] ^= 1;
      Files.write(
          snapshot,
          switch (damage) {
            case "flipped" -> bytes;
            case "truncated" -> Arrays.copyOf(bytes, bytes.length / 2);
            default -> new byte[0];
          });

      turns(desk, 16);

      assertThat(snapshot).hasBinaryContent(whole);
      try (World.Desk fresh = open(world, "fresh")) {
        assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
      }
    }
  }

  /** A machine that restored the database has no pack of it. */
  @Test
  void aStoreThatHangsKeepsNoVersionThatNeedsNothingOfIt() throws Exception {
    AtomicReference<HangingStore> made = new AtomicReference<>();
    try (World world =
        new World(
            folder, real -> made.updateAndGet(old -> old == null ? new HangingStore(real) : old))) {
      try (World.Desk desk = open(world, "laptop")) {
        begin(desk);
        turns(desk, 2);
      }
      try (World.Desk desk = open(world, "cloud")) {
        made.get().hangReads();
        desk.run("INSERT INTO talk VALUES ('agent', 'one more', 1)");
        desk.session.checkpoint("TRUNCATE");
        desk.session.sync(PATIENCE);
        made.get().goOn();

        turns(desk, 2);
        long before = stored();
        turn(desk);
        desk.session.checkpoint("TRUNCATE");
        desk.session.sync(PATIENCE);
        assertThat(stored() - before).as("bytes against what was fetched").isLessThan(6_144);
        try (World.Desk fresh = open(world, "fresh")) {
          assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
        }
      } finally {
        made.get().goOn();
      }
    }
  }
}
