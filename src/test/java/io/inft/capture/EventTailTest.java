package io.inft.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.commit.Manifest;
import io.inft.failure.DatabaseCorruptException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.Collation;
import org.sqlite.JDBC;

/**
 * The rows of the event table are read from a table that holds rows, whatever else an author calls
 * by its name, and never for longer than the database is large.
 */
class EventTailTest {
  private static final Blob LINEAGE = Blob.of(new byte[Manifest.LINEAGE_BYTES]);
  private static final String NUMBERS =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT %d) SELECT ";

  @TempDir Path folder;

  private Path database(String... statements) throws SQLException {
    Path file = folder.resolve("database.sqlite");
    try (Connection connection = new JDBC().connect("jdbc:sqlite:" + file, new Properties());
        Statement statement = connection.createStatement()) {
      Collation.create(
          connection,
          "gone",
          new Collation() {
            @Override
            protected int xCompare(String left, String right) {
              return left.compareTo(right);
            }
          });
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    return file;
  }

  private static EventTail tail(Path file, long after) throws Exception {
    try (SqliteLink link = SqliteLink.openAsIs(file)) {
      return EventTail.read(link, LINEAGE, after, LINEAGE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE inft_events(seq INTEGER PRIMARY KEY, time, type, payload)",
        "CREATE TABLE Inft_Events(seq BIGINT PRIMARY KEY, time, type, payload)",
        "CREATE TABLE inft_events(seq, time, type, payload)",
        "CREATE TABLE inft_events(seq INT PRIMARY KEY, time, type, payload) WITHOUT ROWID"
      })
  void rowsOfATableAreRead(String ddl) throws Exception {
    Path file =
        database(ddl, "INSERT INTO inft_events VALUES (1, 5, 'a', '{}'), (2, 6, 'b', '{}')");

    assertThat(tail(file, 0).events()).hasSize(2);
    assertThat(tail(file, 1).events()).hasSize(1);
    assertThat(tail(file, 2).lastSequence()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE VIEW inft_events(seq, time, type, payload) AS WITH RECURSIVE n(i) AS"
            + " (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, i, 'x', 'y' FROM n",
        "CREATE VIRTUAL TABLE inft_events USING fts5(seq, time, type, payload)",
        "CREATE TABLE inft_events(seq INTEGER PRIMARY KEY, time, type, payload,"
            + " more AS (hex(zeroblob(400000000))))",
        "CREATE TABLE inft_events(seq INTEGER PRIMARY KEY, time, type,"
            + " payload AS (hex(zeroblob(400000000))))",
        "CREATE TABLE inft_events(seq COLLATE gone, time, type, payload)",
        "CREATE TABLE inft_events(seq, time, type)"
      })
  void anythingElseOfThatNameIsLeftAlone(String ddl) throws Exception {
    assertThat(tail(database(ddl), 0).events()).isEmpty();
  }

  @Test
  void whatIsNoNumberIsNoEvent() throws Exception {
    Path file =
        database(
            "CREATE TABLE inft_events(seq, time, type, payload)",
            "INSERT INTO inft_events VALUES ('zzz', 1, 'a', '{}'), (x'ff', 1, 'a', '{}'),"
                + " (7, 1, 'b', '{}'), (NULL, 1, 'c', '{}'), (1e300, 1, 'd', '{}')");

    assertThat(tail(file, 0).events()).hasSize(1);
    assertThat(tail(file, 0).lastSequence()).isEqualTo(7);
    assertThat(tail(file, 7).restarted()).isFalse();
  }

  /** Sixty pages that name one another: more rows than anybody can count. */
  @Test
  void aTreeThatLeadsInCirclesEnds() throws Exception {
    Path file =
        database(
            "PRAGMA page_size=512",
            "CREATE TABLE inft_events(seq INTEGER PRIMARY KEY, time, type, payload)",
            "INSERT INTO inft_events "
                + String.format(Locale.ROOT, NUMBERS, 32_000)
                + "i, 1, 'a', '{}' FROM n");
    byte[] bytes = Files.readAllBytes(file);
    chain(bytes, 512);
    Files.write(file, bytes);

    assertThatThrownBy(() -> tail(file, 0))
        .isInstanceOf(DatabaseCorruptException.class)
        .hasMessageContaining("steps");
    try (SqliteLink link = SqliteLink.openAsIs(file)) {
      assertThat(link.check().structure()).isNotEmpty();
    }
  }

  /** Every inner page below the root has the next one as its every child, the last one a leaf. */
  private static void chain(byte[] file, int pageSize) {
    List<Integer> inner = new ArrayList<>();
    int leaf = 0;
    for (int page = 2; page <= file.length / pageSize; page++) {
      int type = file[(page - 1) * pageSize];
      if (type == 5) {
        inner.add(page);
      } else if (type == 13) {
        leaf = page;
      }
    }
    assertThat(inner.size()).isGreaterThan(12);
    ByteBuffer bytes = ByteBuffer.wrap(file);
    for (int i = 0; i < 12; i++) {
      int at = (inner.get(i) - 1) * pageSize;
      int child = i == 11 ? leaf : inner.get(i + 1);
      bytes.putInt(at + 8, child);
      int cells = bytes.getShort(at + 3);
      for (int cell = 0; cell < cells; cell++) {
        bytes.putInt(at + bytes.getShort(at + 12 + 2 * cell), child);
      }
    }
  }

  /** One step of SQLite's machine may make a gigabyte of nothing. */
  @Test
  void checkingARowCostsNoMoreThanTheDatabaseHolds() throws Exception {
    Path file =
        database(
            "CREATE TABLE t(x, CHECK (length(hex(zeroblob(x))) >= 0))",
            "INSERT INTO t VALUES (1)",
            "PRAGMA ignore_check_constraints=1",
            "INSERT INTO t " + String.format(Locale.ROOT, NUMBERS, 200) + "400000000 FROM n");

    try (SqliteLink link = SqliteLink.openAsIs(file)) {
      assertThat(link.check().structure()).isEmpty();
      assertThat(link.check().warnings()).anyMatch(warning -> warning.contains("too big"));
    }
  }
}
