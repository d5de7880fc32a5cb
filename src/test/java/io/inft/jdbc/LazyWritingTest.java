package io.inft.jdbc;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.InftException;
import io.inft.faults.ChildJvm;
import io.inft.jdbc.config.SqlitePragma;
import io.inft.lazy.HydrationProgress;
import io.inft.lazy.PartialDatabase;
import io.inft.proof.RowProof;
import io.inft.proof.tables.RowSearch;
import io.inft.replica.DatabaseStatus;
import io.inft.replica.Databases;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.Forks;
import io.inft.replica.Session;
import io.inft.replica.World;
import io.inft.replica.partial.OpenMode;
import io.inft.replica.proving.RowProofs;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that write before all pages are here, through JDBC and out of real packs. */
class LazyWritingTest {
  private static final String ID = "lazy";
  private static final String SMALL = "small-pages";
  private static final EngineSettings.Ending BRIEFLY =
      new EngineSettings.Ending(
          EngineSettings.OnClose.PUBLISH, Duration.ofMillis(500), Duration.ZERO);
  private static final String ALL = "SELECT * FROM note ORDER BY name, id";

  @TempDir Path folder;

  private final List<ReadStore> stores = new ArrayList<>();
  private World world;
  private int readers;

  @BeforeEach
  void publish() throws Exception {
    world =
        new World(
            folder,
            real -> {
              ReadStore store = new ReadStore(real);
              stores.add(store);
              return store;
            });
    try (World.Desk desk = world.open("author", ID)) {
      desk.run("CREATE TABLE note(id INTEGER PRIMARY KEY, name TEXT, body TEXT)");
      desk.run("CREATE INDEX by_name ON note(name)");
      desk.run(rows(1, 4000));
      desk.session.sync(Duration.ofSeconds(60));
      desk.run("UPDATE note SET body = body || 'x' WHERE id % 97 = 0");
      desk.session.sync(Duration.ofSeconds(60));
    }
    Engines.endIdle();
  }

  private static String rows(int from, int to) {
    return String.format(
        Locale.ROOT,
        "WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO"
            + " note SELECT i, printf('name-%%08x', (i * 2654435761) %% 4294967296),"
            + " hex(randomblob(800)) FROM n",
        from,
        to);
  }

  @AfterEach
  void end() {
    slow(0);
    away(false);
    Engines.endIdle();
  }

  private void slow(long millis) {
    stores.forEach(store -> store.delay(millis));
  }

  private void away(boolean now) {
    stores.forEach(store -> store.away(now));
  }

  private Connection open(EngineSettings settings, OpenMode open) throws Exception {
    Session session =
        Engines.open(World.opening(settings, Optional.empty(), open), world.network());
    return CapturedConnection.open(
        "jdbc:inft:" + ID, session, SqlitePragma.forSqlite(Map.of(), session.readOnly()));
  }

  private Connection writer(String home) throws Exception {
    return open(world.settings(home, ID), OpenMode.LAZY);
  }

  /**
   * A writer whose pages come slowly from its opening on, so that they are not all here before the
   * test says anything.
   */
  private Connection slowWriter(EngineSettings settings, long millis) throws Exception {
    slow(Math.min(millis, 150));
    Connection lazy = open(settings, OpenMode.LAZY);
    slow(millis);
    return lazy;
  }

  private Connection slowWriter(long millis) throws Exception {
    return slowWriter(world.settings("writer", ID), millis);
  }

  private Connection reader(String home) throws Exception {
    return open(World.readOnly(world.settings(home, ID)), OpenMode.FULL);
  }

  private static DatabaseStatus.WrittenLine line(Connection connection) throws SQLException {
    return connection.unwrap(InftConnection.class).status().line().orElseThrow();
  }

  private static DatabaseStatus.Pages pages(Connection connection) throws SQLException {
    return line(connection).pages().orElseThrow();
  }

  private static boolean isWhole(Connection connection) throws SQLException {
    return pages(connection).state() == HydrationProgress.State.WHOLE;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void sync(Connection connection) throws SQLException {
    connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(60));
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= columns; i++) {
          row.append(rows.getString(i)).append('|');
        }
        texts.add(row.toString());
      }
    }
    return texts;
  }

  private static void awaitWhole(Connection connection) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!isWhole(connection)) {
      assertThat(System.nanoTime()).as("%s", line(connection)).isLessThan(deadline);
      MILLISECONDS.sleep(20);
    }
  }

  private void requirePublished(List<String> expected) throws Exception {
    try (Connection reader = reader("reader-" + ++readers)) {
      assertThat(texts(reader, ALL)).isEqualTo(expected);
      assertThat(texts(reader, "PRAGMA integrity_check")).containsExactly("ok|");
    }
  }

  @Test
  void anInsertIsAnchoredBeforeAllPagesAreHere() throws Exception {
    try (Connection lazy = slowWriter(150)) {
      assertThat(line(lazy).whyWhole()).isEmpty();
      stores.forEach(ReadStore::takeSegments);
      run(lazy, "INSERT INTO note VALUES (9001, 'new', 'row')");
      sync(lazy);
      long fetches = stores.stream().mapToLong(ReadStore::takeSegments).sum();
      assertThat(pages(lazy).missing()).isGreaterThan(pages(lazy).all() / 2);
      assertThat(fetches).isLessThan(12);
      assertThat(isWhole(lazy)).isFalse();
      slow(0);
      try (Connection reader = reader("reader")) {
        assertThat(texts(reader, "SELECT body FROM note WHERE name = 'new'"))
            .containsExactly("row|");
        assertThat(texts(reader, ALL)).isEqualTo(texts(lazy, ALL));
      }
      awaitWhole(lazy);
    }
    try (Connection again = writer("writer")) {
      assertThat(line(again).whyWhole()).contains("all of it was here already");
      assertThat(texts(again, "PRAGMA integrity_check")).containsExactly("ok|");
    }
  }

  @Test
  void whatIsWrittenAtRandomIsPublishedAsItIsHere() throws Exception {
    Random random = new Random(3);
    try (Connection lazy = slowWriter(15)) {
      for (int i = 0; i < 12; i++) {
        run(lazy, change(random));
        if (i % 3 == 2) {
          sync(lazy);
        }
        if (i % 4 == 3) {
          run(lazy, "PRAGMA wal_checkpoint(" + (i == 7 ? "TRUNCATE" : "PASSIVE") + ")");
        }
      }
      slow(0);
      sync(lazy);
      List<String> here = texts(lazy, ALL);
      requirePublished(here);
      awaitWhole(lazy);
      run(lazy, change(random));
      sync(lazy);
      requirePublished(texts(lazy, ALL));
    }
  }

  private static String change(Random random) {
    int id = 1 + random.nextInt(4000);
    return switch (random.nextInt(4)) {
      case 0 -> "UPDATE note SET body = hex(randomblob(600)) WHERE id = " + id;
      case 1 -> "DELETE FROM note WHERE id BETWEEN " + id + " AND " + (id + 20);
      case 2 ->
          "INSERT INTO note SELECT max(id) + 1, 'n' || max(id), hex(randomblob(3000)) FROM note";
      default -> "UPDATE note SET name = name || 'z' WHERE id BETWEEN " + id + " AND " + (id + 3);
    };
  }

  @Test
  void withoutTheStoreWhatIsCommittedIsKeptAndGoesOutLater() throws Exception {
    try (Connection lazy = slowWriter(150)) {
      run(lazy, "UPDATE note SET body = 'before' WHERE id = 5"); // its pages are here now
    }
    List<String> rows;
    try (Connection lazy = slowWriter(300)) {
      rows = texts(lazy, "SELECT id FROM note WHERE id < 8");
      away(true);
      run(lazy, "UPDATE note SET body = 'kept' WHERE id = 5");
      assertThatThrownBy(() -> texts(lazy, "SELECT sum(length(body)) FROM note"))
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).startsWith("08"));
      assertThatThrownBy(() -> run(lazy, "UPDATE note SET body = body || 'y'"))
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).startsWith("08"));
      assertThat(texts(lazy, "SELECT body FROM note WHERE id = 5")).containsExactly("kept|");
      slow(0);
      away(false);
      assertThat(texts(lazy, "SELECT id FROM note WHERE id < 8")).isEqualTo(rows);
      sync(lazy);
      requirePublished(texts(lazy, ALL));
    }
  }

  @Test
  void beforeThePageHashesCameWhatIsCommittedStaysInTheLog() throws Exception {
    publishSmallPages();
    EngineSettings settings = World.ending(world.settings("writer", SMALL), BRIEFLY);
    Path generation = folder;
    try (Connection lazy = open(settings, OpenMode.LAZY)) {
      generation = line(lazy).generation();
      away(true);
      run(lazy, "CREATE TABLE extra(x)");
      run(lazy, "INSERT INTO extra VALUES (11)"); // which needs page 1 alone
      assertThat(texts(lazy, "PRAGMA wal_checkpoint(TRUNCATE)").get(0)).startsWith("1|");
    } catch (SQLException e) {
      assertThat(e.getSQLState()).as("%s", e).startsWith("08"); // it could not be published
    }
    Engines.endIdle();
    assertThat(generation.resolve("base-leaves")).doesNotExist();
    assertThat(generation.resolve("database.sqlite-wal")).isNotEmptyFile();
    away(false);
    try (Connection lazy = open(world.settings("writer", SMALL), OpenMode.LAZY)) {
      assertThat(line(lazy).whyWhole()).isEmpty();
      assertThat(line(lazy).generation()).isEqualTo(generation);
      assertThat(texts(lazy, "SELECT x FROM extra")).containsExactly("11|");
      sync(lazy);
      awaitWhole(lazy);
    }
    assertThat(generation.resolve("base-leaves")).doesNotExist();
    assertThat(generation.resolve("base")).doesNotExist();
    try (Connection reader = open(World.readOnly(world.settings("reader", SMALL)), OpenMode.FULL)) {
      assertThat(texts(reader, "SELECT x FROM extra")).containsExactly("11|");
      assertThat(texts(reader, "SELECT count(*) FROM note")).containsExactly("4000|");
    }
  }

  /** So many pages that their hashes are not within the segment that comes first. */
  private void publishSmallPages() throws Exception {
    EngineSettings settings =
        World.withCreation(world.settings("author", SMALL), Map.of("page_size", "512"));
    try (World.Desk desk = world.open(settings)) {
      desk.run("CREATE TABLE note(id INTEGER PRIMARY KEY, name TEXT, body TEXT)");
      desk.run(rows(1, 4000));
      desk.session.sync(Duration.ofSeconds(60));
    }
    Engines.endIdle();
  }

  @Test
  void aNewEpochBringsAllPagesFirst() throws Exception {
    try (Connection lazy = writer("writer")) {
      run(lazy, "INSERT INTO note VALUES (9001, 'new', 'row')");
      lazy.unwrap(InftConnection.class).rotateKey(io.inft.seal.Secret.rawKey(new byte[32]));
      assertThat(pages(lazy).missing()).isZero();
      requirePublished(texts(lazy, ALL));
    }
  }

  @Test
  void aConnectionThatWantsAllWaitsForTheRest() throws Exception {
    try (Connection lazy = slowWriter(20)) {
      texts(lazy, "SELECT body FROM note WHERE id = 77");
      assertThat(isWhole(lazy)).isFalse();
      try (Connection whole = open(world.settings("writer", ID), OpenMode.FULL)) {
        assertThat(pages(whole).missing()).isZero();
        away(true);
        assertThat(texts(whole, "SELECT count(*) FROM note")).containsExactly("4000|");
        away(false);
      }
    }
  }

  /** It may take as long as a database is large. */
  @Test
  void othersAreOpenedAndClosedWhileAConnectionWaitsForAllPages() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Connection> whole;
      try (Connection lazy = slowWriter(3000)) {
        AtomicReference<Thread> waiter = new AtomicReference<>();
        whole = threads.submit(() -> whole(waiter));
        awaitWaiting(waiter);

        Future<Boolean> other =
            threads.submit(
                () -> {
                  writer("writer").close();
                  return true;
                });
        assertThat(other.get(10, SECONDS)).isTrue();
        assertThat(whole.isDone()).isFalse();
        assertThat(isWhole(lazy)).isFalse();
      }
      slow(0);
      try (Connection opened = whole.get(60, SECONDS)) {
        assertThat(pages(opened).missing()).isZero();
        assertThat(texts(opened, "SELECT count(*) FROM note")).containsExactly("4000|");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aConnectionThatWaitsForAllPagesCanBeInterruptedAndLeavesNothingOpen() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(1);
    try {
      slowWriter(3000).close();
      Engines.endIdle();
      AtomicReference<Thread> waiter = new AtomicReference<>();
      Future<Connection> whole = threads.submit(() -> whole(waiter));
      awaitWaiting(waiter);

      threads.shutdownNow();
      assertThatThrownBy(() -> whole.get(30, SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(InftException.class)
          .hasMessageContaining("interrupted");
      slow(0);
      Engines.endIdle();
      try (Connection again = open(world.settings("writer", ID), OpenMode.FULL)) {
        assertThat(pages(again).missing()).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** The others are closed by then, and left to it what they had committed. */
  @Test
  void whoGivesUpWaitingForAllPagesIsToldWhatWasLeftToIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(1);
    try {
      AtomicReference<Thread> waiter = new AtomicReference<>();
      Future<Connection> whole;
      try (Connection lazy = slowWriter(1500)) {
        whole = threads.submit(() -> whole(waiter));
        awaitWaiting(waiter);
        run(lazy, "INSERT INTO note VALUES (9001, 'left', 'row')");
      }
      threads.shutdownNow();
      assertThatThrownBy(() -> whole.get(60, SECONDS))
          .cause()
          .hasMessageContaining("interrupted")
          .satisfies(
              e ->
                  assertThat(e.getSuppressed()[0])
                      .hasMessageContaining("unpublished")
                      .hasMessageContaining("stands on this disk"));
    } finally {
      threads.shutdownNow();
    }
    slow(0);
    Engines.endIdle();
    try (Connection again = writer("writer")) {
      sync(again);
      requirePublished(texts(again, ALL));
      assertThat(texts(again, "SELECT name FROM note WHERE id = 9001")).containsExactly("left|");
    }
  }

  private Connection whole(AtomicReference<Thread> waiter) throws Exception {
    waiter.set(Thread.currentThread());
    return open(world.settings("writer", ID), OpenMode.FULL);
  }

  private static void awaitWaiting(AtomicReference<Thread> waiter) throws Exception {
    long deadline = System.nanoTime() + SECONDS.toNanos(60);
    while (waiter.get() == null
        || Stream.of(waiter.get().getStackTrace())
            .noneMatch(frame -> frame.getMethodName().equals("requireWhole"))) {
      assertThat(System.nanoTime()).as("it waits for the pages").isLessThan(deadline);
      MILLISECONDS.sleep(5);
    }
  }

  @Test
  void aForkIsExportedWithThePagesThatWereToCome() throws Exception {
    Path target = folder.resolve("exported.sqlite");
    EngineSettings settings = World.ending(world.settings("loser", ID), BRIEFLY);
    try (Connection lazy = slowWriter(settings, 150)) {
      assertThat(texts(lazy, "SELECT count(*) FROM note WHERE id = 7")).containsExactly("1|");
      slow(3000);
      try (World.Desk other = world.open("winner", ID)) {
        other.run("INSERT INTO note VALUES (9001, 'won', 'row')");
        other.session.sync(Duration.ofSeconds(60));
      }
      assertThatThrownBy(
              () -> {
                run(lazy, "INSERT INTO note VALUES (9001, 'lost', 'row')");
                run(lazy, "INSERT INTO note VALUES (9002, 'lost', 'row')");
                sync(lazy);
              })
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("40001"));
    }
    Engines.endIdle();
    slow(0);
    io.inft.replica.local.Fork fork = Forks.list(settings, world.network()).get(0);
    assertThat(PartialDatabase.isPartial(fork.database())).isTrue();
    Forks.export(
        settings, world.network(), fork.generation().getFileName().toString(), target, false);
    try (Connection exported = DriverManager.getConnection("jdbc:sqlite:" + target)) {
      assertThat(texts(exported, "SELECT count(*) FROM note WHERE id = 9001 AND name = 'lost'"))
          .containsExactly("1|");
      assertThat(texts(exported, "SELECT count(*) FROM note WHERE id <= 4000"))
          .containsExactly("4000|");
      assertThat(texts(exported, "PRAGMA integrity_check")).containsExactly("ok|");
    }
  }

  @Test
  void whatReadsTheWholeDatabaseBringsItAndGoesOn() throws Exception {
    Path vacuumed = folder.resolve("vacuumed.sqlite");
    Path backup = folder.resolve("backup.sqlite");
    Path other = folder.resolve("other.sqlite");
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + other)) {
      run(plain, "CREATE TABLE wanted(id INTEGER)");
      run(plain, "INSERT INTO wanted VALUES (5), (3999), (9001)");
    }
    try (Connection lazy = slowWriter(15)) {
      run(lazy, "ATTACH '" + other + "' AS other");
      assertThat(texts(lazy, "SELECT count(*) FROM other.wanted JOIN note USING (id)"))
          .containsExactly("2|");
      run(lazy, "DETACH other");
      run(lazy, "INSERT INTO note VALUES (9001, 'new', 'row')");
      assertThat(isWhole(lazy)).isFalse();
      run(lazy, "VACUUM INTO '" + vacuumed + "'");
      run(lazy, "backup to '" + backup + "'");
      assertThat(texts(lazy, "PRAGMA integrity_check")).containsExactly("ok|");
      run(lazy, "DELETE FROM note WHERE id % 3 = 0");
      run(lazy, "VACUUM");
      sync(lazy);
      requirePublished(texts(lazy, ALL));
    }
    for (Path copy : List.of(vacuumed, backup)) {
      try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + copy)) {
        assertThat(texts(plain, "SELECT count(*) FROM note")).containsExactly("4001|");
        assertThat(texts(plain, "PRAGMA integrity_check")).containsExactly("ok|");
      }
    }
  }

  @Test
  void aDatabaseThatIsCompactedBeforeItsPagesCameIsPublishedAsItIs() throws Exception {
    try (Connection lazy = slowWriter(15)) {
      run(lazy, "VACUUM");
      run(lazy, "UPDATE note SET body = 'after' WHERE id = 5");
      sync(lazy);
      requirePublished(texts(lazy, ALL));
    }
  }

  @Test
  void aRowIsProvedOutOfAllPages() throws Exception {
    EngineSettings reading = World.readOnly(world.settings("prover", ID));

    RowProof proof =
        Databases.prove(
            World.opening(reading, Optional.empty(), OpenMode.LAZY),
            world.network(),
            RowProofs.Order.of(new RowSearch.Sought("note", 7, List.of())));

    assertThat(proof.toBytes()).isNotEmpty();
  }

  @Test
  void aReaderOfTheSameMachineHasPagesOfItsOwn() throws Exception {
    try (Connection lazy = writer("writer");
        Connection reader = open(World.readOnly(world.settings("writer", ID)), OpenMode.LAZY)) {
      run(lazy, "DELETE FROM note WHERE id > 100");
      assertThat(texts(reader, "SELECT count(*) FROM note")).containsExactly("4000|");
      sync(lazy);
      assertThat(texts(reader, "SELECT count(*) FROM note WHERE id > 100"))
          .containsExactly("3900|");
      requirePublished(texts(lazy, ALL));
    }
  }

  @Test
  void aProcessWithoutJnaFetchesAllAndSaysWhatIsMissing() throws Exception {
    try (Connection lazy = slowWriter(World.ending(world.settings("writer", ID), BRIEFLY), 3000)) {
      assertThat(isWhole(lazy)).isFalse();
    }
    Engines.endIdle();
    try (ChildJvm child =
        ChildJvm.start(
            List.of("-Djna.nounpack=true", "-Djna.nosys=true", "-Djna.boot.library.path=/none"),
            WithoutJna.class,
            folder.toString(),
            ID,
            "writer",
            "other")) {
      assertThat(child.awaitLine("full")).isEqualTo("4000");
      assertThat(child.awaitLine("lazy")).contains("net.java.dev.jna:jna", "open=auto");
      assertThat(child.exit()).isZero();
    }
    slow(0);
    try (Connection again = writer("writer")) {
      assertThat(texts(again, "SELECT body FROM note WHERE id = 7001")).containsExactly("jna|");
    }
  }

  @Test
  void otherBytesAreToldAndNeverReadNorPublished() throws Exception {
    List<String> expected;
    try (Connection full = reader("other")) {
      expected = texts(full, ALL);
    }
    List<Path> objects = objects();
    Random random = new Random(5);
    int told = 0;
    for (int i = 0; i < 10; i++) {
      Path object = objects.get(i % objects.size());
      long at = (long) (random.nextDouble() * Files.size(object));
      flip(object, at);
      try (Connection lazy = writer("victim-" + i)) {
        run(lazy, "UPDATE note SET body = body WHERE id % 400 = 7");
        assertThat(texts(lazy, ALL)).isEqualTo(expected);
        sync(lazy);
      } catch (SQLException e) {
        assertThat(e.getSQLState()).as("%s", e).matches("XX001|08.*");
        told++;
      } catch (InftException e) {
        assertThat(io.inft.jdbc.errors.SqlExceptions.of(e).getSQLState())
            .as("%s", e)
            .isEqualTo("XX001");
        told++;
      }
      flip(object, at);
      Engines.endIdle();
      requirePublished(expected);
    }
    assertThat(told).isPositive();
  }

  private List<Path> objects() throws Exception {
    try (Stream<Path> files = Files.walk(folder.resolve("network/store"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toFile().length() > 300)
          .filter(file -> !file.toString().endsWith(".segments"))
          .sorted()
          .toList();
    }
  }

  private static void flip(Path object, long at) throws Exception {
    object.toFile().setWritable(true);
    try (RandomAccessFile file = new RandomAccessFile(object.toFile(), "rw")) {
      file.seek(at);
      int before = file.read();
      file.seek(at);
      file.write(before ^ 0x10);
    }
  }
}
