package io.inft.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.LocalStorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the index of the log says, mapped and read. */
class WalIndexTest {
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  @TempDir Path folder;

  @ParameterizedTest(name = "mapped: {0}")
  @ValueSource(booleans = {true, false})
  void tellsCommitsOfEveryConnection(boolean mapped) throws Exception {
    try (Live live = new Live(folder.resolve("live.db"), 4096)) {
      live.execute("create table t(id integer primary key, k text, v blob)");
      try (Connection other = Live.connect(live.database);
          WalIndex index = WalIndex.open(live.shm, mapped, PATIENCE_NANOS);
          WalFile wal = WalFile.open(live.wal)) {
        WalIndexHeader before = index.read();
        assertThat(index.changedSince(before)).isFalse();
        live.query("select count(*) from t");
        assertThat(index.changedSince(before)).as("after reading").isFalse();

        try (var statement = other.createStatement()) {
          statement.execute("insert into t(k) values('from elsewhere')");
        }
        assertThat(index.changedSince(before)).isTrue();
        WalIndexHeader after = index.read();
        assertThat(index.changedSince(after)).isFalse();
        assertThat(after.change()).isNotEqualTo(before.change());

        WalPosition end = wal.readTail(WalPosition.START, Long.MAX_VALUE).end();
        assertThat(after.maxFrame()).isEqualTo(end.frame());
        assertThat(after.salt1()).isEqualTo(end.salt1());
        assertThat(after.salt2()).isEqualTo(end.salt2());
        assertThat(after.checksum1()).isEqualTo(end.checksum1());
        assertThat(after.checksum2()).isEqualTo(end.checksum2());
        assertThat(after.pageCount()).isEqualTo(Long.parseLong(live.query("pragma page_count")));
      }
    }
  }

  @ParameterizedTest(name = "mapped: {0}")
  @ValueSource(booleans = {true, false})
  void isWholeWheneverAWriterIsAtWork(boolean mapped) throws Exception {
    try (Live live = new Live(folder.resolve("live.db"), 1024)) {
      live.execute("create table t(id integer primary key, k text, v blob)");
      try (WalIndex index = WalIndex.open(live.shm, mapped, PATIENCE_NANOS)) {
        CompletableFuture<Void> writer =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    live.insert(new Random(1), 3000);
                  } catch (java.sql.SQLException e) {
                    throw new IllegalStateException(e);
                  }
                });
        WalIndexHeader last = index.read();
        while (!writer.isDone()) {
          WalIndexHeader now = index.read();
          assertThat(now.maxFrame()).isGreaterThanOrEqualTo(last.maxFrame());
          last = now;
        }
        writer.join();
        assertThat(index.read().maxFrame()).isGreaterThan(3000);
      }
    }
  }

  @Test
  void refusesAHeaderThatStaysUnfinished() throws Exception {
    byte[] header = wholeHeader();
    header[60] ^= 1;
    try (WalIndex index = index(header)) {
      assertThatThrownBy(index::read)
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("unfinished");
    }
    byte[] wrongChecksum = wholeHeader();
    wrongChecksum[16] ^= 1;
    wrongChecksum[64] ^= 1;
    try (WalIndex index = index(wrongChecksum)) {
      assertThatThrownBy(index::read).isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void refusesAnIndexOfALaterSqlite() throws Exception {
    byte[] later = wholeHeader();
    ByteBuffer bytes = ByteBuffer.wrap(later).order(ByteOrder.nativeOrder());
    for (int copy = 0; copy < 96; copy += 48) {
      bytes.putInt(copy, 3007001);
      WalChecksum checksum = new WalChecksum(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN, 0, 0);
      checksum.update(later, copy, 40);
      bytes.putInt(copy + 40, checksum.first()).putInt(copy + 44, checksum.second());
    }
    try (WalIndex index = index(later)) {
      assertThatThrownBy(index::read).isInstanceOf(FormatTooNewException.class);
    }
  }

  @Test
  void refusesAFileThatIsMissingOrTooShort() throws Exception {
    Path tooShort = Files.write(folder.resolve("short-shm"), new byte[95]);
    for (boolean mapped : new boolean[] {true, false}) {
      assertThatThrownBy(() -> WalIndex.open(folder.resolve("none-shm"), mapped, 0))
          .isInstanceOf(LocalStorageException.class);
      assertThatThrownBy(
              () -> {
                try (WalIndex index = WalIndex.open(tooShort, mapped, 0)) {
                  index.read();
                }
              })
          .isInstanceOf(LocalStorageException.class);
    }
  }

  private byte[] wholeHeader() throws Exception {
    try (Live live = new Live(folder.resolve("whole.db"), 4096)) {
      live.execute("create table if not exists t(a)");
      live.execute("pragma user_version=1");
      byte[] header = new byte[96];
      try (SteadyFile file = SteadyFile.open(live.shm)) {
        file.read(0, header, header.length);
      }
      return header;
    }
  }

  private WalIndex index(byte[] header) throws Exception {
    return WalIndex.open(Files.write(folder.resolve("made-shm"), header), true, 1_000_000);
  }
}
