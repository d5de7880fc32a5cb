package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.custody.Custody;
import io.inft.custody.Progress;
import io.inft.custody.Verification;
import io.inft.registry.DatabaseId;
import io.inft.replica.local.Network;
import io.inft.seal.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that is emptied and filled again with nearly the same rows costs little. */
class MovedRowsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ROWS = 200;
  private static final int TURNS = 30;

  @TempDir Path folder;

  private long stored() throws IOException {
    try (var files = Files.walk(folder.resolve("network/store"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void rowsThatOnlyMovedAreHardlyPublished() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = world.open("laptop", "window")) {
      desk.run("CREATE TABLE talk(who TEXT, text TEXT, time INTEGER)");
      desk.run("CREATE INDEX in_order ON talk(who, time)");
      Deque<String> window = new ArrayDeque<>();
      Random random = new Random(3);
      long before = 0;
      for (int turn = 1; turn <= ROWS + TURNS; turn++) {
        byte[] text = new byte[40 + random.nextInt(40)];
        random.nextBytes(text);
        window.add(
            "('agent', '" + HexFormat.of().formatHex(text) + "', " + ((1L << 40) | turn) + ")");
        if (turn >= ROWS) {
          desk.run("BEGIN");
          desk.run("DELETE FROM talk");
          desk.run("INSERT INTO talk VALUES " + String.join(", ", window));
          desk.run("COMMIT");
          desk.session.sync(PATIENCE);
          before = turn == ROWS ? stored() : before;
          window.remove();
        }
      }

      assertThat((stored() - before) / TURNS).as("bytes a turn").isLessThan(8_192);
      try (World.Desk fresh = world.open("cloud", "window")) {
        assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
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
}
