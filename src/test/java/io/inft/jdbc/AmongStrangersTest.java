package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.devnet.DevStranger;
import io.inft.devnet.DevnetFixture;
import io.inft.devnet.DevnetOptions;
import io.inft.store.zerog.ShardConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an anchored commit takes on a network whose indexer lists a hundred discovered nodes, half
 * of which never answer, beside one that lists none. Prints both.
 */
@Tag("heavy")
class AmongStrangersTest {
  private static final int WARM_UP = 10;
  private static final int COMMITS = 100;

  @TempDir Path folder;

  @Test
  void aPublishTakesWhatItTakesWithoutThem() throws Exception {
    ShardConfig[] shards = {new ShardConfig(0, 2), new ShardConfig(1, 2)};
    try (DevnetFixture alone = DevnetFixture.start(shards);
        DevnetFixture crowded =
            DevnetFixture.among(new DevnetOptions.Crowd(30, 50, 10, 10), shards);
        Connection quiet = open(alone, "quiet");
        Connection loud = open(crowded, "loud")) {
      List<Long> without = new ArrayList<>();
      List<Long> among = new ArrayList<>();
      for (int i = 0; i < WARM_UP + COMMITS; i++) {
        boolean quietFirst = i % 2 == 0; // what the one leaves to do may slow the next one down
        long first = commit(quietFirst ? quiet : loud, i);
        long second = commit(quietFirst ? loud : quiet, i);
        if (i >= WARM_UP) {
          without.add(quietFirst ? first : second);
          among.add(quietFirst ? second : first);
        }
      }
      long calls =
          crowded.devnet().strangers().stream()
              .map(DevStranger::calls)
              .mapToLong(tally -> tally.of(""))
              .sum();
      double ratio = median(among) / (double) median(without);
      System.out.printf(
          "median of %d anchored commits: %.1f ms among 100 discovered nodes (50 silent),"
              + " %.1f ms without; ratio %.3f; calls to strangers: %d%n",
          COMMITS, median(among) / 1e6, median(without) / 1e6, ratio, calls);
      assertThat(calls).isZero();
      assertThat(ratio).isLessThan(1.1);
    }
  }

  private Connection open(DevnetFixture network, String machine) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "custom");
    properties.setProperty("rpc", network.devnet().rpc().toString());
    properties.setProperty("indexer", network.devnet().indexerAddress().toString());
    properties.setProperty("contract", network.devnet().registry().toString());
    properties.setProperty("privateKey", network.account().revealHex());
    properties.setProperty("password", OnDevnet.PASSWORD);
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("create", "true");
    properties.setProperty("durability", "anchored");
    properties.setProperty("maxFeePerHour", "1000");
    properties.setProperty("linger", "0s");
    Connection connection = new InftDriver().connect("jdbc:inft:crowd", properties);
    OnDevnet.run(connection, "CREATE TABLE t(a)");
    return connection;
  }

  private static long commit(Connection connection, int i) throws Exception {
    long begun = System.nanoTime();
    OnDevnet.run(connection, "INSERT INTO t VALUES (" + i + ")");
    return Duration.ofNanos(System.nanoTime() - begun).toNanos();
  }

  private static long median(List<Long> nanos) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
