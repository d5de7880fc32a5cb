package io.inft.lazy;

import static io.inft.lazy.LazyWorld.run;
import static io.inft.lazy.LazyWorld.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.WorkingCopyLockedException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

/** What an application sees of a database whose pages come when they are read. */
class PartialDatabaseTest {
  private static SourceDatabase source;

  @TempDir Path folder;

  @BeforeAll
  static void make(@TempDir Path place) throws Exception {
    assertThat(PartialDatabase.unavailable()).isEmpty();
    source = SourceDatabase.make(place, 6000, 4096);
  }

  private static final String SUMS =
      "SELECT count(*) || ' ' || sum(id) || ' ' || sum(length(body)) || ' ' ||"
          + " sum(unicode(substr(body, 240, 1))) FROM note";

  private static String sums() throws Exception {
    Path copy = Files.createTempFile("source", ".db");
    Files.write(copy, source.bytes);
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + copy)) {
      return text(plain.unwrap(SQLiteConnection.class), SUMS);
    } finally {
      Files.delete(copy);
    }
  }

  @Test
  void aFileOfAShareIsNamedWithItsHost() {
    assertThat(PartialDatabase.uri(URI.create("file://host/share/a%20b/notes.sqlite")))
        .isEqualTo("file:////host/share/a%20b/notes.sqlite");
    assertThat(PartialDatabase.uri(Path.of("/a b/notes.sqlite").toUri()))
        .isEqualTo("file:/a%20b/notes.sqlite");
  }

  @Test
  void theFirstRowTakesAFewPages() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 1)) {
      SQLiteConnection connection = world.connect(world.open());

      assertThat(
              text(
                  connection,
                  "SELECT id FROM note WHERE name = '" + SourceDatabase.name(4711) + "'"))
          .isEqualTo("4711");

      assertThat(source.pages()).isGreaterThan(500);
      assertThat(world.supplier.pagesBrought()).isLessThan(8);
    }
  }

  @Test
  void everythingIsAsInTheSource() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 16)) {
      PartialDatabase database = world.open();
      SQLiteConnection connection = world.connect(database);

      assertThat(text(connection, "PRAGMA integrity_check")).isEqualTo("ok");
      assertThat(text(connection, SUMS)).isEqualTo(sums());
      assertThat(world.supplier.requests.size()).isLessThanOrEqualTo((int) source.pages() / 16 + 1);
    }
  }

  @Test
  void itCanBeWrittenAndIsNotBroughtAgain() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 4)) {
      PartialDatabase database = world.open();
      SQLiteConnection connection = world.connect(database);
      run(connection, "UPDATE note SET body = 'changed' WHERE id IN (17, 4000)");
      run(connection, "INSERT INTO note VALUES(10001, 'new', 'row')");
      assertThat(text(connection, "PRAGMA wal_checkpoint(TRUNCATE)")).isEqualTo("0");
      connection.close();
      database.close();
      long before = world.supplier.pagesBrought();

      PartialDatabase again = world.open();
      SQLiteConnection second = world.connect(again);

      assertThat(text(second, "SELECT body FROM note WHERE id = 17")).isEqualTo("changed");
      assertThat(text(second, "SELECT body FROM note WHERE id = 10001")).isEqualTo("row");
      assertThat(world.supplier.pagesBrought()).isLessThanOrEqualTo(before + 4);
      assertThat(text(second, "PRAGMA integrity_check")).isEqualTo("ok");
      world.supplier.brought.forEach(
          (page, times) -> assertThat(times).as("page " + page).hasValue(1));
    }
  }

  @Test
  void itBecomesAnOrdinaryFile() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 16)) {
      PartialDatabase database = world.open();
      SQLiteConnection early = world.connect(database);
      assertThat(text(early, "SELECT count(*) FROM note WHERE id < 10")).isEqualTo("9");
      assertThatThrownBy(() -> plainly(world.path, SUMS)).hasMessageContaining("not a database");

      database.hydrate();
      assertThat(world.isWholeWithin(Duration.ofSeconds(30))).isTrue();

      assertThat(database.progress().state()).isEqualTo(HydrationProgress.State.WHOLE);
      assertThat(database.progress().missing()).isZero();
      assertThat(PartialDatabase.isPartial(world.path)).isFalse();
      assertThat(Files.readAllBytes(world.path)).isEqualTo(source.bytes);
      run(early, "INSERT INTO note VALUES(10001, 'new', 'row')");
      SQLiteConnection late = world.connect(database);
      assertThat(text(late, "SELECT body FROM note WHERE id = 10001")).isEqualTo("row");
      assertThat(text(late, "PRAGMA wal_checkpoint(TRUNCATE)")).isEqualTo("0");
      assertThat(text(early, SUMS)).isEqualTo(text(late, SUMS));
      early.close();
      late.close();
      database.close();
      assertThat(plainly(world.path, "PRAGMA integrity_check")).isEqualTo("ok");
    }
  }

  private static String plainly(Path path, String sql) throws SQLException {
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + path)) {
      return text(plain.unwrap(SQLiteConnection.class), sql);
    }
  }

  @Test
  void aRefusedWholeIsNeverAnOrdinaryFile() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 64)) {
      world.refusal = new CorruptObjectException("state", 0, "is another");
      PartialDatabase database = world.open();
      database.hydrate();

      Await.that(() -> database.progress().state() == HydrationProgress.State.REFUSED);

      assertThat(database.progress().failure()).containsSame(world.refusal);
      assertThat(PartialDatabase.isPartial(world.path)).isTrue();
      assertThatThrownBy(() -> plainly(world.path, SUMS)).hasMessageContaining("not a database");
    }
  }

  @Test
  void theBackgroundOutlivesAProofThatBreaks() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 64)) {
      world.proofBug = new OutOfMemoryError("of a test");
      PartialDatabase database = world.open();
      database.hydrate();

      Await.that(() -> database.progress().state() == HydrationProgress.State.WAITING);

      assertThat(database.progress().failure()).get().asString().contains("bring the rest");
      world.proofBug = null;
      assertThat(world.isWholeWithin(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void itIsWholeOnlyOnceTheSetIsGone() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 64)) {
      PartialDatabase database = world.open();
      Path set = world.path.resolveSibling("lazy.db-present");
      assertThat(set).isRegularFile();
      Files.delete(set);
      Path inTheWay = Files.createFile(Files.createDirectory(set).resolve("file"));
      database.hydrate();

      Await.that(() -> database.progress().state() == HydrationProgress.State.WAITING);

      assertThat(database.isWhole()).isFalse();
      assertThat(world.isWholeWithin(Duration.ofSeconds(2))).isFalse();
      Files.delete(inTheWay);
      assertThat(world.isWholeWithin(Duration.ofSeconds(10))).isTrue();
      assertThat(PartialDatabase.isPartial(world.path)).isFalse();
      assertThat(Files.readAllBytes(world.path)).isEqualTo(source.bytes);
    }
  }

  @Test
  void aFailureOfTheSupplierIsWhatStandsBehindTheError() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 1)) {
      PartialDatabase database = world.open();
      SQLiteConnection connection = world.connect(database);
      assertThat(text(connection, "SELECT count(*) FROM sqlite_schema")).isEqualTo("2");
      world.supplier.failure = new StoreUnavailableException("node 7", "read", null);

      assertThatThrownBy(() -> text(connection, SUMS))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("SQLITE_IOERR_READ");
      assertThat(database.takeFailure(connection)).containsSame(world.supplier.failure);
      assertThat(database.takeFailure(connection)).isEmpty();

      world.supplier.failure = null;
      assertThat(text(connection, SUMS)).isEqualTo(sums());
    }
  }

  @Test
  void whatIsHereStaysReadableWhileTheRestCannotBeHad() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 1)) {
      PartialDatabase database = world.open();
      SQLiteConnection connection = world.connect(database);
      String here = text(connection, "SELECT body FROM note WHERE id = 100");
      world.supplier.bug = new IllegalStateException("bug");

      assertThatThrownBy(() -> text(connection, "SELECT body FROM note WHERE id = 3000"))
          .isInstanceOf(SQLException.class);
      assertThat(database.takeFailure(connection))
          .get()
          .isInstanceOf(StoreUnavailableException.class);
      assertThat(text(connection, "SELECT body FROM note WHERE id = 100")).isEqualTo(here);

      world.supplier.bug = null;
      world.supplier.bringsNothing = true;
      assertThatThrownBy(() -> text(connection, "SELECT body FROM note WHERE id = 3000"))
          .isInstanceOf(SQLException.class);
      assertThat(database.takeFailure(connection)).get().isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void aSupplierFailingAtTheFirstPageFailsTheOpening() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 1)) {
      PartialDatabase database = world.open();
      world.supplier.failure = new StoreUnavailableException("node 7", "read", null);
      assertThatThrownBy(
              () -> {
                SQLiteConnection connection = world.connect(database);
                try {
                  text(connection, SUMS);
                } catch (SQLException e) {
                  throw database.takeFailure(connection).orElseThrow();
                }
              })
          .isSameAs(world.supplier.failure);
    }
  }

  @Test
  void otherReadersGetPagesThroughTheSameDoor() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 4)) {
      PartialDatabase database = world.open();

      for (long number : new long[] {1, 2, 77, source.pages()}) {
        int from = (int) ((number - 1) * 4096);
        assertThat(database.page(number))
            .isEqualTo(Arrays.copyOfRange(source.bytes, from, from + 4096));
      }
      assertThat(database.page(source.pages() + 1)).isEqualTo(new byte[4096]);
      assertThat(world.supplier.requests).hasSizeLessThanOrEqualTo(4);
    }
  }

  @Test
  void leavingWalModeWaitsUntilAllIsHere() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 16)) {
      PartialDatabase database = world.open();
      SQLiteConnection connection = world.connect(database);
      run(connection, "INSERT INTO note VALUES(10001, 'new', 'row')");

      assertThatThrownBy(() -> run(connection, "PRAGMA journal_mode=delete"))
          .isInstanceOf(SQLException.class);
      assertThat(database.takeFailure(connection)).get().asString().contains("leave WAL mode");

      connection.close();
      SQLiteConnection second = world.connect(database);
      assertThat(text(second, "PRAGMA journal_mode")).isEqualTo("wal");
      assertThat(text(second, "SELECT body FROM note WHERE id = 10001")).isEqualTo("row");
      assertThat(text(second, "PRAGMA integrity_check")).isEqualTo("ok");
    }
  }

  @Test
  void aFileThatIsCutIsNotBroughtBack() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 8)) {
      PartialDatabase database = world.open();
      SQLiteConnection connection = world.connect(database);
      run(connection, "DELETE FROM note WHERE id > 1000");
      run(connection, "VACUUM");
      assertThat(text(connection, "PRAGMA wal_checkpoint(TRUNCATE)")).isEqualTo("0");
      long cut = Files.size(world.path) / 4096;
      assertThat(cut).isLessThan(source.pages() / 2);
      assertThat(database.progress().pages()).isEqualTo(cut);
      world.supplier.requests.clear();

      run(connection, "CREATE TABLE other AS SELECT * FROM note");
      assertThat(text(connection, "PRAGMA wal_checkpoint(TRUNCATE)")).isEqualTo("0");
      assertThat(text(connection, "PRAGMA integrity_check")).isEqualTo("ok");
      assertThat(text(connection, "SELECT count(*) FROM other")).isEqualTo("1000");

      assertThat(world.supplier.requests).isEmpty();
      database.hydrate();
      assertThat(world.isWholeWithin(Duration.ofSeconds(10))).isTrue();
      connection.close();
      assertThat(plainly(world.path, "PRAGMA integrity_check")).isEqualTo("ok");
    }
  }

  @Test
  void itIsOpenOnce() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 8)) {
      PartialDatabase database = world.open();
      assertThatThrownBy(world::open).isInstanceOf(WorkingCopyLockedException.class);
      database.close();
      world.open();
    }
  }

  @Test
  void anotherBaseIsRefused() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 8)) {
      SourceDatabase other = SourceDatabase.make(folder, 10, 4096);
      try (LazyWorld wrong = new LazyWorld(folder, other, 8)) {
        assertThatThrownBy(wrong::open).isInstanceOf(CorruptObjectException.class);
      }
      world.open();
    }
  }

  @Test
  void anAttachedPartialDatabaseWorksToo() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 8);
        LazyWorld second = new LazyWorld(Files.createDirectory(folder.resolve("b")), source, 8)) {
      SQLiteConnection connection = world.connect(world.open());
      second.open();
      run(connection, "ATTACH '" + second.path + "' AS b");
      run(connection, "ATTACH '" + folder.resolve("plain.db") + "' AS c");
      run(connection, "CREATE TABLE c.t AS SELECT * FROM b.note WHERE id < 100");
      assertThat(
              text(
                  connection,
                  "SELECT count(*) FROM note a JOIN c.t USING (id) JOIN b.note USING (id)"))
          .isEqualTo("99");
    }
  }

  @Test
  void smallAndLargePagesWork() throws Exception {
    for (int pageSize : new int[] {512, 65536}) {
      Path place = Files.createDirectory(folder.resolve("p" + pageSize));
      SourceDatabase other = SourceDatabase.make(place, 700, pageSize);
      try (LazyWorld world = new LazyWorld(place, other, 3)) {
        PartialDatabase database = world.open();
        SQLiteConnection connection = world.connect(database);
        run(connection, "UPDATE note SET body = body || 'x' WHERE id % 7 = 0");
        assertThat(text(connection, "PRAGMA wal_checkpoint(TRUNCATE)")).isEqualTo("0");
        assertThat(text(connection, "PRAGMA integrity_check")).isEqualTo("ok");
      }
    }
  }

  @Test
  void theSetIsWrittenAsItIsDescribed() throws Exception {
    try (LazyWorld world = new LazyWorld(folder, source, 8)) {
      Path set = world.path.resolveSibling("lazy.db-present");
      byte[] bytes = Files.readAllBytes(set);
      int place = bytes.length / 2;
      assertThat(new String(bytes, place + 1, 4, StandardCharsets.US_ASCII)).isEqualTo("INFp");
      assertThat(place).isEqualTo(42 + 48 + 4 + 2 * 8 * ((int) (source.pages() + 63) / 64));
    }
  }
}
