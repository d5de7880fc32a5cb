package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite's checks find damage, and only damage. */
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
        assertThat(inSnapshot(checker)).as("round %s", round).isEqualTo(sound());
      }
    }
  }

  @Test
  void findsAFullTextIndexThatIsDamaged() throws Exception {
    Path file = folder.resolve("words.db");
    try (SqliteLink writer = SqliteLink.open(file, PATIENCE, Map.of());
        SqliteLink checker = SqliteLink.open(file, PATIENCE, Map.of())) {
      writer.execute("CREATE VIRTUAL TABLE words USING fts5(body)");
      writer.execute("INSERT INTO words(body) VALUES ('one two three')");
      assertThat(inSnapshot(checker)).isEqualTo(sound());

      writer.execute("UPDATE words_content SET c0 = 'four five six'");

      Integrity.Result found = inSnapshot(checker);
      assertThat(found.ok()).isFalse();
      assertThat(found.report()).contains("words");
    }
  }

  private static Integrity.Result sound() {
    return new Integrity.Result(true, "");
  }

  private static Integrity.Result inSnapshot(SqliteLink link) throws Exception {
    link.beginRead();
    Integrity.Result result = Integrity.check(link);
    link.rollback();
    return result;
  }
}
