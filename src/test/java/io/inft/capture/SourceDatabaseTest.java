package io.inft.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.InftException;
import io.inft.failure.NotImportableException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database of somebody else is copied as of one moment, and nothing of it is changed. */
class SourceDatabaseTest {
  private static final String ROWS =
      "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < 2000)"
          + " INSERT INTO t SELECT i, hex(randomblob(40)) FROM c";

  @TempDir Path folder;

  private Path source;
  private Path file;
  private Path image;

  @BeforeEach
  void begin() throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    file = source.resolve("app.db");
    image = Files.createDirectory(folder.resolve("copy")).resolve("image.sqlite");
    Files.createFile(image);
  }

  private static Connection open(Path database) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + database);
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String ask(Path database, String sql) throws SQLException {
    try (Connection connection = open(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return String.valueOf(row.getString(1));
    }
  }

  private void make(String... statements) throws SQLException {
    try (Connection connection = open(file)) {
      run(connection, statements);
    }
  }

  /** Name and bytes of all that lies in the source's folder, but for the index of a log. */
  private Map<String, String> all() throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(source)) {
      for (Path one : files.toList()) {
        boolean index = one.toString().endsWith("-shm");
        byte[] bytes = index ? new byte[0] : Files.readAllBytes(one);
        all.put(
            one.getFileName().toString(), bytes.length + " " + java.util.Arrays.hashCode(bytes));
      }
    }
    return all;
  }

  private void copiesUnchanged(String rows) throws Exception {
    Map<String, String> before = all();

    SourceDatabase.copy(file, image);

    assertThat(all()).isEqualTo(before);
    assertThat(ask(image, "SELECT count(*) || ' ' || coalesce(sum(length(b)), 0) FROM t"))
        .isEqualTo(rows);
    assertThat(ask(image, "PRAGMA integrity_check")).isEqualTo("ok");
    try (Stream<Path> files = Files.list(image.getParent())) {
      assertThat(files).containsExactly(image);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete", "wal", "truncate", "persist"})
  void oneThatNobodyUses(String journal) throws Exception {
    make("PRAGMA journal_mode=" + journal, "CREATE TABLE t(a, b)", ROWS);
    copiesUnchanged("2000 160000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete", "wal", "truncate", "persist"})
  void oneThatAnotherConnectionIsWritingTo(String journal) throws Exception {
    try (Connection writer = open(file)) {
      run(writer, "PRAGMA journal_mode=" + journal, "CREATE TABLE t(a, b)", ROWS);
      run(writer, "BEGIN IMMEDIATE", "INSERT INTO t VALUES (0, 'not committed')");

      copiesUnchanged("2000 160000");

      run(writer, "COMMIT", "INSERT INTO t VALUES (0, 'after')");
    }
    assertThat(ask(file, "SELECT count(*) FROM t")).isEqualTo("2002");
  }

  /** What a killed process leaves, copied from under a live one. */
  private void leave(String journal, String last, String... beside) throws Exception {
    Path live = folder.resolve("live.db");
    try (Connection writer = open(live)) {
      run(
          writer,
          "PRAGMA journal_mode=" + journal,
          "PRAGMA cache_size=5",
          "CREATE TABLE t(a, b)",
          ROWS,
          "BEGIN",
          last);
      if (journal.equals("wal")) {
        run(writer, "COMMIT");
      }
      Files.copy(live, file);
      for (String suffix : beside) {
        Files.copy(Path.of(live + suffix), Path.of(file + suffix));
      }
      if (!journal.equals("wal")) {
        run(writer, "ROLLBACK");
      }
    }
  }

  @Test
  void aLogThatNobodyMovedIntoTheFileIsReadAndLeft() throws Exception {
    leave("wal", "INSERT INTO t VALUES (0, '12345')", "-wal");
    copiesUnchanged("2001 160005");
  }

  @Test
  void aLogWithTheIndexOfAProcessThatDiedIsReadAndLeft() throws Exception {
    leave("wal", "INSERT INTO t VALUES (0, '12345')", "-wal", "-shm");
    copiesUnchanged("2001 160005");
  }

  @Test
  void aTransactionThatDiedIsRolledBackInTheCopyOnly() throws Exception {
    leave("delete", "UPDATE t SET b = 'half of it'", "-journal");
    assertThat(Files.size(Path.of(file + "-journal"))).isPositive();
    copiesUnchanged("2000 160000");
  }

  @Test
  void aLinkLeadsToTheLogBesideTheFileItself() throws Exception {
    leave("wal", "INSERT INTO t VALUES (0, '12345')", "-wal");
    Path real = file;
    file = Files.createSymbolicLink(folder.resolve("link.db"), real);
    copiesUnchanged("2001 160005");
  }

  @Test
  void aFolderThatCannotBeWrittenToIsEnough() throws Exception {
    make("PRAGMA journal_mode=wal", "CREATE TABLE t(a, b)", ROWS);
    assertThat(source.toFile().setWritable(false)).isTrue();
    try {
      copiesUnchanged("2000 160000");
    } finally {
      assertThat(source.toFile().setWritable(true)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 4096, 16384, 65536})
  void everyPageSize(int pageSize) throws Exception {
    make("PRAGMA page_size=" + pageSize, "CREATE TABLE t(a, b)", ROWS);
    copiesUnchanged("2000 160000");
    assertThat(ask(image, "PRAGMA page_size")).isEqualTo(String.valueOf(pageSize));
  }

  private void refuses(Class<? extends InftException> failure, String... words) throws Exception {
    Map<String, String> before = all();
    assertThatThrownBy(() -> SourceDatabase.copy(file, image))
        .isInstanceOf(failure)
        .hasMessageContainingAll(words);
    assertThat(all()).isEqualTo(before);
  }

  @Test
  void whatIsNoDatabaseIsNamed() throws Exception {
    refuses(NotImportableException.class, "app.db", "there is no such file");
    Files.writeString(file, "");
    refuses(NotImportableException.class, "it is empty");
    Files.writeString(file, "no database, but long enough to have been one. ".repeat(100));
    refuses(NotImportableException.class, "it is no SQLite database", "encrypted", "inft import");
    Files.delete(file);
    assertThatThrownBy(() -> SourceDatabase.copy(source, image))
        .isInstanceOf(NotImportableException.class)
        .hasMessageContaining("it is a folder");
  }

  @Test
  void aDatabaseWithoutItsHeaderIsNotCalledOne() throws Exception {
    make("CREATE TABLE t(a, b)", ROWS);
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.write(HexFormat.of().parseHex("00".repeat(100)));
    }
    refuses(NotImportableException.class, "it is no SQLite database");
  }

  @Test
  void aCutOneIsDamaged() throws Exception {
    make("CREATE TABLE t(a, b)", ROWS);
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(5000);
    }
    assertThatThrownBy(
            () -> {
              SourceDatabase.copy(file, image);
              try (SqliteLink copy = SqliteLink.openOwn(image)) {
                Integrity.require(copy, "app.db");
              }
            })
        .isInstanceOf(DatabaseCorruptException.class);
  }

  @Test
  @Tag("heavy")
  void oneThatIsLockedForLongIsNamed() throws Exception {
    make("CREATE TABLE t(a, b)", ROWS);
    try (Connection writer = open(file)) {
      run(writer, "PRAGMA locking_mode=exclusive", "BEGIN EXCLUSIVE");
      assertThatThrownBy(() -> SourceDatabase.copy(file, image))
          .isInstanceOf(NotImportableException.class)
          .hasMessageContaining("has it locked");
    }
  }
}
