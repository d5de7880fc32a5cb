package io.inft.replica.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.DatabaseStatus;
import io.inft.replica.Dump;
import io.inft.replica.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deltas that outweigh their snapshot are replaced by a new one, and nothing is lost by that. */
class CompactionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void aLargeDatabaseGetsItsNewSnapshotInTheBackground() throws Exception {
    try (World world = new World(folder)) {
      long oldest = 0;
      try (World.Desk desk = world.open("laptop", "big")) {
        desk.run("CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)");
        desk.run(
            "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 2000)"
                + " INSERT INTO t SELECT n, randomblob(3000) FROM s");
        desk.session.sync(PATIENCE);
        for (int round = 0; round < 12 && oldest < 2; round++) {
          desk.run("UPDATE t SET b = randomblob(3000) WHERE id % 8 = " + round % 8);
          desk.session.sync(PATIENCE);
          oldest = snapshotVersion(desk);
        }
        for (int i = 0; i < 40 && oldest < 2; i++) {
          Thread.sleep(100);
          desk.run("UPDATE t SET b = randomblob(10) WHERE id = 1");
          desk.session.sync(PATIENCE);
          oldest = snapshotVersion(desk);
        }
        assertThat(oldest).as("version of the snapshot listed").isGreaterThan(1);
        try (World.Desk fresh = world.open("cloud", "big")) {
          assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
        }
      }
    }
  }

  @Test
  void aSmallDatabaseStaysSmallOnTheNetwork() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = world.open("laptop", "small")) {
        desk.run("CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)");
        for (int i = 0; i < 80; i++) {
          desk.run("INSERT OR REPLACE INTO t VALUES (" + i % 5 + ", randomblob(2000))");
          desk.session.sync(PATIENCE);
        }
        DatabaseStatus.Content content = desk.session.status().content().orElseThrow();
        assertThat(content.packs()).isLessThanOrEqualTo(16);
        assertThat(content.packBytes())
            .as("bytes to restore a database of %s pages", content.pages())
            .isLessThan(content.pages() * 4096 * 4);
      }
    }
  }

  @Test
  void differencesStayDifferencesWhenTheyAreMergedTwice() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = world.open("laptop", "rows")) {
      desk.run("CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)");
      desk.run(
          "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1500)"
              + " INSERT INTO t SELECT n, randomblob(3000) FROM s");
      desk.session.sync(PATIENCE);
      Path store = folder.resolve("network/store");
      Set<Path> before = Set.copyOf(files(store));
      for (int i = 1; i <= 130; i++) {
        desk.run(
            "UPDATE t SET b = randomblob(700) || substr(b, 701) WHERE id = " + i * 7919 % 1500);
        desk.session.sync(PATIENCE);
      }

      List<Path> after = files(store);
      after.removeAll(before);
      assertThat(after.stream().mapToLong(file -> file.toFile().length()).max().orElse(0))
          .as("the largest object; 120 pages of which 700 bytes changed have 500,000")
          .isBetween(70_000L, 200_000L);
      try (World.Desk fresh = world.open("cloud", "rows")) {
        assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var tree = Files.walk(folder)) {
      return new ArrayList<>(tree.filter(Files::isRegularFile).toList());
    }
  }

  private static long snapshotVersion(World.Desk desk) throws Exception {
    return desk.session.status().content().orElseThrow().snapshotVersion();
  }
}
