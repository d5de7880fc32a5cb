package io.inft.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.NotOurObjectException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first hundred bytes of real databases, and of wrong ones. */
class DatabaseHeaderTest {
  @TempDir Path folder;

  private byte[] database(String... statements) throws Exception {
    Path path = folder.resolve("header.db");
    Files.deleteIfExists(path);
    try (Connection connection = Live.connect(path);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    return Arrays.copyOf(Files.readAllBytes(path), DatabaseHeader.BYTES);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
  void readsWhatSqliteWrote(int pageSize) throws Exception {
    byte[] bytes =
        database(
            "pragma page_size=" + pageSize,
            "pragma encoding='UTF-16be'",
            "create table t(a)",
            "create table u(a)",
            "pragma user_version=-5",
            "pragma application_id=252006674");
    DatabaseHeader header = DatabaseHeader.parse(bytes);
    assertThat(header)
        .isEqualTo(
            new DatabaseHeader(pageSize, 0, 1, 1, 3, header.changeCounter(), 2, 3, -5, 252006674));
    assertThat(header.changeCounter()).isPositive();
    assertThat(DatabaseHeader.looksLikeDatabase(bytes)).isTrue();
  }

  @Test
  void readsADatabaseInWalModeWithoutATable() throws Exception {
    DatabaseHeader header = DatabaseHeader.parse(database("pragma journal_mode=wal"));
    assertThat(header.writeVersion()).isEqualTo(2);
    assertThat(header.readVersion()).isEqualTo(2);
    assertThat(header.pageCount()).isEqualTo(1);
  }

  @Test
  void aPageCountOfAnOldWriterIsNotBelieved() throws Exception {
    byte[] bytes = database("create table t(a)");
    ByteBuffer.wrap(bytes).putInt(24, 77);
    assertThat(DatabaseHeader.parse(bytes).pageCount()).isZero();
  }

  @Test
  void refusesWhatIsNoDatabase() {
    byte[] text =
        Arrays.copyOf("SQLite format 4".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 100);
    assertThatThrownBy(() -> DatabaseHeader.parse(text)).isInstanceOf(NotOurObjectException.class);
    assertThat(DatabaseHeader.looksLikeDatabase(text)).isFalse();
    assertThat(DatabaseHeader.looksLikeDatabase(new byte[3])).isFalse();
  }

  @Test
  void refusesEveryFieldThatBreaksARule() throws Exception {
    byte[] good = database("create table t(a)");
    Map<Integer, Integer> breaks = Map.of(16, 0x0d, 18, 0, 19, 3, 21, 63, 22, 33, 23, 31, 59, 4);
    for (Map.Entry<Integer, Integer> entry : breaks.entrySet()) {
      byte[] bad = good.clone();
      bad[entry.getKey()] = entry.getValue().byteValue();
      assertThatThrownBy(() -> DatabaseHeader.parse(bad))
          .as("byte %s", entry.getKey())
          .isInstanceOf(CorruptObjectException.class);
    }
    byte[] reserved = database("pragma page_size=512", "create table t(a)");
    reserved[20] = 32;
    assertThat(DatabaseHeader.parse(reserved).reservedBytes()).isEqualTo(32);
    reserved[20] = 33;
    assertThatThrownBy(() -> DatabaseHeader.parse(reserved))
        .isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> DatabaseHeader.parse(Arrays.copyOf(good, 99)))
        .isInstanceOf(CorruptObjectException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
  void theLockPageHoldsTheByteAtOneGibibyte(int pageSize) {
    long number = LockPage.number(pageSize);
    assertThat((number - 1) * pageSize).isEqualTo(1L << 30);
  }
}
