package io.inft.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteReader;
import io.inft.failure.CorruptObjectException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a log tells while SQLite works on it. */
class WalFileTest {
  @TempDir Path folder;

  private Live live(int pageSize) throws Exception {
    Live live = new Live(folder.resolve("live.db"), pageSize);
    live.execute("create table t(id integer primary key, k text, v blob)");
    return live;
  }

  @Test
  void aMissingLogHoldsNothing() throws Exception {
    try (WalFile wal = WalFile.open(folder.resolve("none-wal"))) {
      WalTail tail = wal.readTail(WalPosition.START, Long.MAX_VALUE);
      assertThat(tail.isEmpty()).isTrue();
      assertThat(tail.lost()).isFalse();
      assertThat(tail.end()).isEqualTo(WalPosition.START);
      assertThat(wal.pageSize()).isZero();
    }
  }

  @Test
  void aLogThatAppearsLaterIsFound() throws Exception {
    try (WalFile wal = WalFile.open(folder.resolve("live.db-wal"));
        Live live = live(8192)) {
      WalTail tail = wal.readTail(WalPosition.START, Long.MAX_VALUE);
      assertThat(tail.commits()).isGreaterThan(0);
      assertThat(wal.pageSize()).isEqualTo(8192);
      assertThat(tail.databasePages()).isEqualTo(Long.parseLong(live.query("pragma page_count")));
    }
  }

  @Test
  void uncommittedFramesAreNeverShown() throws Exception {
    try (Live live = live(1024);
        WalFile wal = WalFile.open(live.wal);
        WalIndex index = WalIndex.open(live.shm)) {
      live.execute("pragma cache_size=5");
      WalPosition before = wal.readTail(WalPosition.START, Long.MAX_VALUE).end();
      WalIndexHeader seen = index.read();
      live.execute("begin");
      live.insert(new Random(1), 300);
      long logBytes = live.wal.toFile().length();
      assertThat(logBytes).as("spilled").isGreaterThan(100 * 1024);
      assertThat(wal.readTail(before, Long.MAX_VALUE).isEmpty()).isTrue();
      assertThat(index.changedSince(seen)).isFalse();
      live.execute("rollback");
      assertThat(wal.readTail(before, Long.MAX_VALUE).isEmpty()).isTrue();
      assertThat(index.changedSince(seen)).isFalse();

      live.insert(new Random(2), 1);
      WalTail tail = wal.readTail(before, Long.MAX_VALUE);
      assertThat(tail.commits()).isEqualTo(1);
      assertThat(tail.damaged()).as("left-overs of the rollback are no damage").isFalse();
      assertThat(index.changedSince(seen)).isTrue();
      assertThat(index.read().maxFrame()).isEqualTo(tail.end().frame());
    }
  }

  @Test
  void noFrameBeyondTheLimitIsRead() throws Exception {
    try (Live live = live(512);
        WalFile wal = WalFile.open(live.wal)) {
      live.insert(new Random(3), 10);
      WalTail whole = wal.readTail(WalPosition.START, Long.MAX_VALUE);
      WalTail limited = wal.readTail(WalPosition.START, whole.end().frame() - 1);
      assertThat(limited.commits()).isEqualTo(whole.commits() - 1);
      assertThat(wal.readTail(whole.end(), 1).isEmpty()).isTrue();
      assertThat(wal.readTail(whole.end(), 1).lost()).isFalse();
    }
  }

  @Test
  void aRestartedLogIsReadFromItsFirstFrame() throws Exception {
    try (Live live = live(4096);
        WalFile wal = WalFile.open(live.wal);
        WalIndex index = WalIndex.open(live.shm)) {
      live.insert(new Random(4), 20);
      WalPosition old = wal.readTail(WalPosition.START, index.read()).end();
      live.query("pragma wal_checkpoint(restart)");
      assertThat(wal.readTail(old, index.read()).isEmpty()).as("announced only").isTrue();

      live.insert(new Random(5), 1);
      WalTail tail = wal.readTail(old, index.read());
      assertThat(tail.restarted()).isTrue();
      assertThat(tail.lost()).isFalse();
      assertThat(tail.frames().get(0).frame()).isEqualTo(1);
      assertThat(tail.commits()).isEqualTo(1);
      assertThat(tail.end().salt1()).isEqualTo(old.salt1() + 1);
    }
  }

  @Test
  void anAnnouncedRestartStillShowsWhatIsLeftOfTheOldGeneration() throws Exception {
    try (Live live = live(4096);
        WalFile wal = WalFile.open(live.wal);
        WalIndex index = WalIndex.open(live.shm)) {
      live.insert(new Random(6), 3);
      WalPosition early = wal.readTail(WalPosition.START, index.read()).end();
      live.insert(new Random(7), 4);
      live.query("pragma wal_checkpoint(restart)");
      WalTail tail = wal.readTail(early, index.read());
      assertThat(tail.commits()).isEqualTo(4);
      assertThat(tail.restarted()).isFalse();
    }
  }

  @Test
  void theOldGenerationCanBeReadUpToItsEndAfterARestart() throws Exception {
    try (Live live = live(512);
        WalFile wal = WalFile.open(live.wal)) {
      live.insert(new Random(8), 30);
      WalPosition early = wal.readTail(WalPosition.START, Long.MAX_VALUE).end();
      live.insert(new Random(9), 30);
      WalTail expected = wal.readTail(early, Long.MAX_VALUE);
      byte[] page = wal.page(expected.end().frame());
      live.query("pragma wal_checkpoint(restart)");
      live.insert(new Random(10), 1);

      WalTail tail = wal.continueOld(early, expected.end().frame());
      assertThat(tail).isEqualTo(expected);
      assertThat(wal.page(expected.end().frame())).isEqualTo(page);

      live.insert(new Random(11), 90);
      assertThat(wal.continueOld(early, expected.end().frame()).lost()).isTrue();
      assertThatThrownBy(() -> wal.page(expected.end().frame()))
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("overwritten");
    }
  }

  @Test
  void anIndexThatNamesFewerFramesThanThePositionHasLostThem() throws Exception {
    try (Live live = live(512);
        WalFile wal = WalFile.open(live.wal);
        WalIndex index = WalIndex.open(live.shm)) {
      live.insert(new Random(12), 5);
      WalPosition end = wal.readTail(WalPosition.START, Long.MAX_VALUE).end();
      WalIndexHeader is = index.read();
      WalIndexHeader earlier =
          new WalIndexHeader(
              is.change(), is.maxFrame() - 1, is.pageCount(), 0, 0, is.salt1(), is.salt2());
      WalTail tail = wal.readTail(end, earlier);
      assertThat(tail.lost()).isTrue();
      assertThat(tail.frames().get(0).frame()).isEqualTo(1);
    }
  }

  @Test
  void aPositionSurvivesBeingWrittenDown() throws Exception {
    WalPosition position = new WalPosition(-1, 0x8000_0001, Long.MAX_VALUE, 7, -7);
    byte[] bytes = position.encode();
    assertThat(bytes).hasSize(WalPosition.BYTES);
    assertThat(WalPosition.decode(new ByteReader("position", bytes))).isEqualTo(position);
    assertThatThrownBy(() -> WalPosition.decode(new ByteReader("position", new byte[23])))
        .isInstanceOf(CorruptObjectException.class);
  }
}
