package io.inft.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.DatabaseCorruptException;
import io.inft.sqlite.IntegrityReport;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.Collation;
import org.sqlite.Function;

/** SQLite's checks find damage, and what else they find keeps nothing from being published. */
class IntegrityTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @TempDir Path folder;

  @Test
  void aConnectionThatCheckedBeforeFindsNoDamageInAFullTextIndexThatOthersWrote() throws Exception {
    Path file = folder.resolve("words.db");
    try (SqliteLink writer = SqliteLink.open(file, PATIENCE, Map.of());
        SqliteLink checker = SqliteLink.open(file, PATIENCE, Map.of())) {
      writer.execute("CREATE VIRTUAL TABLE words USING fts5(body)");
      for (int round = 0; round < 3; round++) {
        writer.execute("INSERT INTO words(body) VALUES ('round number " + round + "')");
        assertThat(inSnapshot(checker)).as("round %s", round).isEqualTo(IntegrityReport.NOTHING);
      }
    }
  }

  @Test
  void warnsOfAFullTextIndexThatIsDamaged() throws Exception {
    Path file = folder.resolve("words.db");
    try (SqliteLink writer = SqliteLink.open(file, PATIENCE, Map.of());
        SqliteLink checker = SqliteLink.open(file, PATIENCE, Map.of())) {
      writer.execute("CREATE VIRTUAL TABLE words USING fts5(body)");
      writer.execute("INSERT INTO words(body) VALUES ('one two three')");
      assertThat(inSnapshot(checker)).isEqualTo(IntegrityReport.NOTHING);

      writer.execute("UPDATE words_content SET c0 = 'four five six'");

      assertThat(inSnapshot(checker).advice()).contains("words").contains("rebuild");
    }
  }

  @Test
  void warnsOfRowsThatReferToNothing() throws Exception {
    try (SqliteLink link = SqliteLink.open(folder.resolve("fk.db"), PATIENCE, Map.of())) {
      link.execute("CREATE TABLE p(i INTEGER PRIMARY KEY)");
      link.execute("CREATE TABLE q(i REFERENCES p(i))");
      link.execute("INSERT INTO q VALUES (7)");

      assertThat(inSnapshot(link).warnings())
          .containsExactly("row 1 of q refers to a row of p that is not there");
    }
  }

  @Test
  void checksTreesWithoutTheFunctionsAndCollationsOfTheApplication() throws Exception {
    Path file = folder.resolve("own.db");
    makeWithOwnFunctions(file);
    try (SqliteLink link = SqliteLink.open(file, PATIENCE, Map.of())) {
      assertThat(inSnapshot(link).warnings())
          .containsExactlyInAnyOrder(
              "indexes and rows were not checked: no collation mine here",
              "indexes and rows were not checked: no function folded here");
      assertThatThrownBy(() -> link.text("SELECT folded('x')"))
          .as("the stand-in is gone")
          .hasMessageContaining("no such function");
    }

    overwriteLastPage(file);

    refused(file);
  }

  @Test
  void checksTreesBesideATableWhoseTokenizerIsNotHere() throws Exception {
    Path file = folder.resolve("tokens.db");
    try (SqliteLink writer = SqliteLink.open(file, PATIENCE, Map.of())) {
      writer.execute("CREATE VIRTUAL TABLE f USING fts4(x)");
      writer.execute("CREATE TABLE o(a)");
      fill(writer, "o");
      writer.execute("PRAGMA writable_schema=ON");
      writer.execute(
          "UPDATE sqlite_schema SET sql='CREATE VIRTUAL TABLE f USING fts4(x, tokenize=mine)'"
              + " WHERE name='f'");
      writer.checkpoint("TRUNCATE");
    }
    try (SqliteLink link = SqliteLink.open(file, PATIENCE, Map.of())) {
      assertThat(inSnapshot(link).advice()).contains("unknown tokenizer: mine");
    }

    overwriteLastPage(file);

    refused(file);
  }

  @Test
  void refusesPagesThatTwoTreesUse() throws Exception {
    Path file = folder.resolve("double.db");
    try (SqliteLink writer = SqliteLink.open(file, PATIENCE, Map.of())) {
      writer.execute("CREATE TABLE a(x)");
      writer.execute("CREATE TABLE b(x)");
      writer.execute("PRAGMA writable_schema=ON");
      writer.execute("UPDATE sqlite_schema SET rootpage=2 WHERE name='b'");
    }
    refused(file);
  }

  private static void makeWithOwnFunctions(Path file) throws Exception {
    try (SqliteLink writer = SqliteLink.open(file, PATIENCE, Map.of())) {
      Function.create(
          writer.connection(),
          "folded",
          new Function() {
            @Override
            protected void xFunc() throws SQLException {
              result(value_text(0) + "!");
            }
          },
          1,
          Function.FLAG_DETERMINISTIC);
      Collation.create(
          writer.connection(),
          "mine",
          new Collation() {
            @Override
            protected int xCompare(String left, String right) {
              return right.compareTo(left);
            }
          });
      writer.execute("CREATE TABLE t(x TEXT COLLATE mine)");
      writer.execute("CREATE INDEX plain ON t(x)");
      writer.execute("CREATE INDEX own ON t(folded(x))");
      fill(writer, "t");
      writer.checkpoint("TRUNCATE");
    }
  }

  private static void fill(SqliteLink link, String table) throws Exception {
    link.execute(
        "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i<500) INSERT INTO "
            + table
            + " SELECT hex(randomblob(40)) FROM n");
  }

  private static void overwriteLastPage(Path file) throws Exception {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      byte[] noise = new byte[4096];
      java.util.Arrays.fill(noise, (byte) 0x5a);
      channel.write(ByteBuffer.wrap(noise), channel.size() - noise.length);
    }
  }

  private static void refused(Path file) throws Exception {
    try (SqliteLink link = SqliteLink.open(file, PATIENCE, Map.of())) {
      assertThatThrownBy(() -> inSnapshot(link)).isInstanceOf(DatabaseCorruptException.class);
    }
  }

  private static IntegrityReport inSnapshot(SqliteLink link) throws Exception {
    link.beginRead();
    try {
      return Integrity.require(link, "it");
    } finally {
      link.rollback();
    }
  }
}
