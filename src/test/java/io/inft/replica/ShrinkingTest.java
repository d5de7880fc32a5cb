package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.custody.Custody;
import io.inft.custody.CustodyReport;
import io.inft.custody.Progress;
import io.inft.custody.Verification;
import io.inft.registry.DatabaseId;
import io.inft.replica.local.Network;
import io.inft.seal.Secret;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that was cut short after its last pages had changed is rebuilt all the same. */
class ShrinkingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void differencesOfPagesThatALaterVersionCutOffAreNoHindrance() throws Exception {
    try (World world = new World(folder)) {
      EngineSettings settings =
          World.withCreation(world.settings("laptop", "cut"), Map.of("auto_vacuum", "full"));
      try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
        desk.run("CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)");
        desk.run(
            "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 400)"
                + " INSERT INTO t SELECT n, randomblob(3000) FROM s");
        desk.session.sync(PATIENCE);
        desk.run("UPDATE t SET b = 'x' || substr(b, 2) WHERE id > 395");
        desk.session.sync(PATIENCE);
        desk.run("DELETE FROM t WHERE id > 390");
        desk.session.sync(PATIENCE);

        try (World.Desk fresh = world.open("cloud", "cut")) {
          assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
        }
        assertThat(verified(world.network()).findings()).isEmpty();
      }
    }
  }

  private CustodyReport verified(Network network) throws Exception {
    Verification everything =
        Verification.of(DatabaseId.parse("cut"), folder).with(Secret.rawKey(new byte[32]));
    return new Custody(network.registry(), network.store(), Clock.systemUTC(), new Random(1))
        .verify(everything, Progress.NONE);
  }
}
