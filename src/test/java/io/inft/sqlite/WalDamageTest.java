package io.inft.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a damaged log ends, with SQLite's own recovery as the judge. */
class WalDamageTest {
  private static final int PAGE = 512;
  private static final int FRAME = WalHeader.FRAME_HEADER_BYTES + PAGE;

  @TempDir Path folder;

  private byte[] mainFile;
  private byte[] log;
  private WalIndexHeader index;
  private int commits;

  @BeforeEach
  void makeALogOfSeveralCommits() throws Exception {
    Path database = folder.resolve("origin.db");
    try (Live live = new Live(database, PAGE)) {
      live.execute("create table t(id integer primary key, k text, v blob)");
      live.execute("pragma wal_checkpoint(truncate)");
      Random random = new Random(42);
      for (int i = 0; i < 12; i++) {
        live.insert(random, 1);
      }
      commits = 12;
      try (WalIndex shm = WalIndex.open(live.shm)) {
        index = shm.read();
      }
      log = Files.readAllBytes(live.wal);
      try (DatabaseFile file = DatabaseFile.open(database)) {
        mainFile = new byte[(int) file.sizeBytes()];
        for (int page = 0; page * PAGE < mainFile.length; page++) {
          System.arraycopy(file.page(page + 1L, PAGE), 0, mainFile, page * PAGE, PAGE);
        }
      }
    }
    assertThat(log.length).isEqualTo(WalHeader.BYTES + index.maxFrame() * FRAME);
  }

  @Test
  void aLogCutAnywhereEndsAtItsLastWholeCommit() throws Exception {
    WalTail whole = read(log);
    assertThat(whole.commits()).isEqualTo(commits);
    for (int length = 0; length <= log.length; length++) {
      int inFrame = (length - WalHeader.BYTES + FRAME) % FRAME;
      if (length > WalHeader.BYTES && inFrame % 25 > 1 && inFrame < FRAME - 1) {
        continue; // the first and last bytes of every frame, and some between
      }
      WalTail tail = read(Arrays.copyOf(log, length));
      int wholeFrames = Math.max(0, length - WalHeader.BYTES) / FRAME;
      long expected =
          whole.frames().stream()
              .filter(frame -> frame.commits() && frame.frame() <= wholeFrames)
              .mapToLong(WalFrame::frame)
              .max()
              .orElse(0);
      assertThat(tail.frames()).as("cut at %s", length).hasSize((int) expected);
      assertThat(tail.end().frame()).isEqualTo(expected);
      assertThat(length > WalHeader.BYTES && tail.damaged()).as("torn tail").isFalse();
    }
  }

  @Test
  void aCutLogRebuildsToWhatSqliteRecovers() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 25; i++) {
      assertSqliteAgrees(Arrays.copyOf(log, random.nextInt(log.length + 1)), "cut " + i);
    }
  }

  @Test
  void aFlippedByteAnywhereRebuildsToWhatSqliteRecovers() throws Exception {
    Random random = new Random(2);
    for (int i = 0; i < 60; i++) {
      byte[] flipped = log.clone();
      int at = i < WalHeader.BYTES ? i : random.nextInt(log.length);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      boolean inVersion = at >= 4 && at < 8; // a failure of its own
      if (!inVersion) {

        assertSqliteAgrees(flipped, "flipped byte " + at);
      }
    }
  }

  @Test
  void aLogOfBigEndianChecksumsIsReadAsSqliteReadsIt() throws Exception {
    byte[] turned = withChecksumsOfTheOtherByteOrder(log);
    assertThat(ByteBuffer.wrap(turned).getInt(0)).isNotEqualTo(ByteBuffer.wrap(log).getInt(0));
    assertThat(read(turned).commits()).isEqualTo(commits);
    assertSqliteAgrees(turned, "other byte order");
  }

  @Test
  void damageBeforeALaterCommitIsToldFromATornTail() throws Exception {
    byte[] flipped = log.clone();
    flipped[WalHeader.BYTES + 3 * FRAME + 100] ^= 1;
    WalTail tail = read(flipped);
    assertThat(tail.damaged()).isTrue();
    assertThat(tail.end().frame()).isLessThanOrEqualTo(3);
  }

  @Test
  void damageInTheLastFrameIsATornTail() throws Exception {
    byte[] flipped = log.clone();
    flipped[log.length - 1] ^= 1;
    assertThat(read(flipped).damaged()).isFalse();
  }

  @Test
  void refusesALogThatLacksWhatItsIndexCallsCommitted() throws Exception {
    Path wal = Files.write(folder.resolve("short-wal"), Arrays.copyOf(log, log.length - 1));
    try (WalFile file = WalFile.open(wal)) {
      assertThatThrownBy(() -> file.readTail(WalPosition.START, index))
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("its index says " + index.maxFrame());
    }
    try (WalFile none = WalFile.open(folder.resolve("no-wal"))) {
      assertThatThrownBy(() -> none.readTail(WalPosition.START, index))
          .isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void aPositionTheLogNoLongerLeadsThroughIsLost() throws Exception {
    WalPosition end = read(log).end();
    byte[] flipped = log.clone();
    flipped[WalHeader.BYTES + FRAME + 200] ^= 1;
    try (WalFile file = WalFile.open(Files.write(folder.resolve("flipped-wal"), flipped))) {
      WalTail tail = file.readTail(end, Long.MAX_VALUE);
      assertThat(tail.lost()).isTrue();
      assertThat(tail.restarted()).isFalse();
      assertThat(tail.end().frame()).isLessThan(end.frame());
    }
    try (WalFile file = WalFile.open(Files.write(folder.resolve("cut-wal"), new byte[0]))) {
      assertThat(file.readTail(end, Long.MAX_VALUE).lost()).isTrue();
      assertThat(file.readTail(end, Long.MAX_VALUE).end()).isEqualTo(WalPosition.START);
    }
    WalPosition wrongChecksum =
        new WalPosition(end.salt1(), end.salt2(), end.frame(), end.checksum1() ^ 1, 0);
    try (WalFile file = WalFile.open(Files.write(folder.resolve("good-wal"), log))) {
      assertThat(file.readTail(wrongChecksum, Long.MAX_VALUE).lost()).isTrue();
      assertThat(file.readTail(end, Long.MAX_VALUE).lost()).isFalse();
    }
  }

  @Test
  void readsOnFromEveryCommitToTheSameEnd() throws Exception {
    WalTail whole = read(log);
    for (WalFrame frame : whole.frames()) {
      if (frame.commits()) {
        Path wal = Files.write(folder.resolve("whole-wal"), log);
        try (WalFile file = WalFile.open(wal)) {
          WalTail first = file.readTail(WalPosition.START, frame.frame());
          assertThat(first.end().frame()).isEqualTo(frame.frame());
          WalTail rest = file.readTail(first.end(), Long.MAX_VALUE);
          assertThat(rest.end()).isEqualTo(whole.end());
          assertThat(first.commits() + rest.commits()).isEqualTo(whole.commits());
        }
      }
    }
  }

  @Test
  void refusesALogOfALaterSqlite() throws Exception {
    byte[] later = log.clone();
    ByteBuffer.wrap(later).putInt(4, 3007001);
    boolean big = (later[3] & 1) != 0;
    WalChecksum checksum = new WalChecksum(big, 0, 0);
    checksum.update(later, 0, 24);
    ByteBuffer.wrap(later).putInt(24, checksum.first()).putInt(28, checksum.second());
    assertThatThrownBy(() -> read(later)).isInstanceOf(FormatTooNewException.class);
  }

  private WalTail read(byte[] bytes) throws Exception {
    Path wal = Files.write(folder.resolve("read-wal"), bytes);
    try (WalFile file = WalFile.open(wal)) {
      return file.readTail(WalPosition.START, Long.MAX_VALUE);
    }
  }

  private void assertSqliteAgrees(byte[] damagedLog, String what) throws Exception {
    Path copy = folder.resolve("copy.db");
    Path copiedLog = folder.resolve("copy.db-wal");
    Files.write(copy, mainFile);
    Files.write(copiedLog, damagedLog);
    Rebuild rebuild = Rebuild.of(copy);
    try (WalFile file = WalFile.open(copiedLog)) {
      rebuild.apply(file, file.readTail(WalPosition.START, Long.MAX_VALUE));
    }
    try (Connection sqlite = Live.connect(copy)) {
      assertThat(Live.query(sqlite, "pragma integrity_check")).as(what).isEqualTo("ok");
    }
    assertThat(copiedLog).doesNotExist();
    assertThat(rebuild.bytes()).as(what).isEqualTo(Files.readAllBytes(copy));
  }

  private static byte[] withChecksumsOfTheOtherByteOrder(byte[] log) {
    byte[] turned = log.clone();
    ByteBuffer bytes = ByteBuffer.wrap(turned);
    bytes.putInt(0, bytes.getInt(0) ^ 1);
    WalChecksum checksum = new WalChecksum((turned[3] & 1) != 0, 0, 0);
    checksum.update(turned, 0, 24);
    bytes.putInt(24, checksum.first()).putInt(28, checksum.second());
    for (int at = WalHeader.BYTES; at < turned.length; at += FRAME) {
      checksum.update(turned, at, 8);
      checksum.update(turned, at + WalHeader.FRAME_HEADER_BYTES, PAGE);
      bytes.putInt(at + 16, checksum.first()).putInt(at + 20, checksum.second());
    }
    return turned;
  }
}
