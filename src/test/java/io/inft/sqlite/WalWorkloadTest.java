package io.inft.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database rebuilt from its log alone is the database, byte for byte. */
class WalWorkloadTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "page size {0}, seed {1}")
  @CsvSource({
    "512,1", "1024,2", "2048,3", "4096,4", "4096,5", "8192,6", "16384,7", "32768,8", "65536,9"
  })
  void followsEveryCommitToTheSameBytes(int pageSize, long seed) throws Exception {
    Random random = new Random(seed);
    Path database = folder.resolve("live.db");
    Rebuild rebuild = Rebuild.of(database);
    byte[] position = WalPosition.START.encode();
    long frames = 0;
    try (Live live = new Live(database, pageSize);
        WalFile first = WalFile.open(live.wal)) {
      WalFile wal = first;
      live.execute("pragma cache_size=20");
      live.execute("create table u(a)");
      try (WalIndex index = WalIndex.open(live.shm)) {
        WalIndexHeader seen = index.read();
        for (int step = 0; step < 150; step++) {
          live.randomStatement(random);
          boolean changed = index.changedSince(seen);
          seen = index.read();
          WalTail tail = wal.readTail(WalPosition.decode(reader(position)), seen);
          rebuild.apply(wal, tail);
          frames += tail.frames().size();
          position = tail.end().encode();
          assertThat(tail.lost()).as("step %s", step).isFalse();
          assertThat(tail.damaged()).isFalse();
          assertThat(changed || tail.isEmpty()).as("unannounced commit at %s", step).isTrue();
          if (random.nextInt(25) == 0) {
            String mode = random.nextBoolean() ? "restart" : "truncate";
            assertThat(live.query("pragma wal_checkpoint(" + mode + ")")).startsWith("0|");
            position = afterCheckpoint(mode, position);
          }
          if (random.nextInt(20) == 0) {
            wal.close();
            wal = WalFile.open(live.wal);
          }
        }
        assertThat(index.read().pageCount())
            .isEqualTo(Long.parseLong(live.query("pragma page_count")));
      } finally {
        wal.close();
      }
    }
    assertThat(frames).isGreaterThan(100);
    assertThat(rebuild.bytes()).isEqualTo(Files.readAllBytes(database));
  }

  /** A truncated log is gone: who had it read to its end begins anew. */
  private static byte[] afterCheckpoint(String mode, byte[] position) {
    return mode.equals("truncate") ? WalPosition.START.encode() : position;
  }

  private static ByteReader reader(byte[] bytes) {
    return new ByteReader("position", bytes);
  }
}
