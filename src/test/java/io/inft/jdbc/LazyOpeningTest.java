package io.inft.jdbc;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.InftException;
import io.inft.jdbc.config.SqlitePragma;
import io.inft.lazy.HydrationProgress;
import io.inft.replica.DatabaseStatus;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.Session;
import io.inft.replica.World;
import io.inft.replica.partial.OpenMode;
import io.inft.replica.partial.PagesWanted;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that read before all pages are here, through JDBC and out of real packs. */
class LazyOpeningTest {
  private static final String ID = "lazy";

  @TempDir Path folder;

  private final List<ReadStore> stores = new ArrayList<>();
  private World world;

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
      desk.session.sync(Duration.ofSeconds(60)); // the first snapshot, or two versions
      desk.run("UPDATE note SET body = body || 'x' WHERE id % 97 = 0");
      desk.session.sync(Duration.ofSeconds(60));
      desk.run("DELETE FROM note WHERE id BETWEEN 900 AND 1300");
      desk.run(rows(4001, 5200));
      desk.session.sync(Duration.ofSeconds(60));
      desk.run("UPDATE note SET name = name || '!' WHERE id = 77");
      desk.session.sync(Duration.ofSeconds(60));
    }
    Engines.endIdle();
  }

  private static String rows(int from, int to) {
    return String.format(
        Locale.ROOT,
        "WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO"
            + " note SELECT i, printf('name-%%08x', (i * 2654435761) %% 4294967296),"
            + " hex(randomblob(CASE WHEN i %% 500 = 0 THEN 9000 ELSE 800 END)) FROM n",
        from,
        to);
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private ReadStore store() {
    return stores.get(stores.size() - 1);
  }

  private EngineSettings settings(String home, OpenMode open, Optional<String> at)
      throws InftException {
    return World.opening(World.readOnly(world.settings(home, ID)), at, open);
  }

  private Connection open(String home, OpenMode open, Optional<String> at) throws Exception {
    Session session = Engines.open(settings(home, open, at), world.network());
    return CapturedConnection.open(
        "jdbc:inft:" + ID, session, SqlitePragma.forSqlite(Map.of(), true));
  }

  private Connection open(String home, PagesWanted pages) throws Exception {
    Session session =
        Engines.open(
            World.opening(World.readOnly(world.settings(home, ID)), Optional.empty(), pages),
            world.network());
    return CapturedConnection.open(
        "jdbc:inft:" + ID, session, SqlitePragma.forSqlite(Map.of(), true));
  }

  private Connection lazily(String home) throws Exception {
    return open(home, OpenMode.LAZY, Optional.empty());
  }

  private Connection whole(String home) throws Exception {
    return open(home, OpenMode.FULL, Optional.empty());
  }

  private static DatabaseStatus.Reading reading(Connection connection) throws SQLException {
    return connection.unwrap(InftConnection.class).status().reading().orElseThrow();
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

  private static String text(Connection connection, String sql) throws SQLException {
    return texts(connection, sql).get(0);
  }

  private static void awaitWhole(Connection connection) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (reading(connection).pages().orElseThrow().state() != HydrationProgress.State.WHOLE) {
      assertThat(System.nanoTime()).as("%s", reading(connection)).isLessThan(deadline);
      MILLISECONDS.sleep(20);
    }
  }

  @Test
  void theFirstRowComesWithAFewFetchesAndAllOthersAreTheSame() throws Exception {
    try (Connection lazy = lazily("reader")) {
      assertThat(reading(lazy).whyWhole()).isEmpty();
      DatabaseStatus.Pages before = reading(lazy).pages().orElseThrow();
      assertThat(before.missing()).isGreaterThan(before.all() * 3 / 4);
      assertThat(
              text(
                  lazy,
                  "SELECT id FROM note WHERE name = 'name-'|| printf('%08x', (2000 *"
                      + " 2654435761) % 4294967296)"))
          .isEqualTo("2000|");
      try (Connection full = whole("other")) {
        assertThat(reading(full).whyWhole()).contains("open=full");
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
          String sql = query(random);
          assertThat(texts(lazy, sql)).as(sql).isEqualTo(texts(full, sql));
        }
        assertThat(text(lazy, "PRAGMA integrity_check")).isEqualTo("ok|");
        awaitWhole(lazy);
        assertThat(texts(lazy, "SELECT * FROM note")).isEqualTo(texts(full, "SELECT * FROM note"));
        assertThat(Files.readAllBytes(database(lazy)))
            .isEqualTo(Files.readAllBytes(database(full)));
      }
    }
    try (Connection again = lazily("reader")) {
      assertThat(reading(again).whyWhole()).contains("all of it was here already");
      assertThat(reading(again).pages()).isEmpty();
    }
  }

  private static Path database(Connection connection) throws SQLException {
    return connection.unwrap(CapturedConnection.class).session().databaseFile();
  }

  private static String query(Random random) {
    int id = 1 + random.nextInt(5200);
    return switch (random.nextInt(5)) {
      case 0 -> "SELECT * FROM note WHERE id = " + id;
      case 1 -> "SELECT id, name FROM note WHERE name > 'name-" + random.nextInt(9) + "' LIMIT 20";
      case 2 -> "SELECT id, length(body) FROM note WHERE id BETWEEN " + id + " AND " + (id + 200);
      case 3 -> "SELECT count(*), sum(length(body)) FROM note WHERE id < " + id;
      default -> "SELECT name, substr(body, 1, 30) FROM note ORDER BY id DESC LIMIT 30";
    };
  }

  @Test
  void aPastVersionOpensSoToo() throws Exception {
    for (String at : List.of("2", "3")) {
      try (Connection lazy = open("reader", OpenMode.LAZY, Optional.of(at));
          Connection full = open("other", OpenMode.FULL, Optional.of(at))) {
        assertThat(reading(lazy).whyWhole()).isEmpty();
        String all = "SELECT * FROM note ORDER BY name";
        assertThat(texts(lazy, all)).isEqualTo(texts(full, all));
      }
    }
  }

  @Test
  void whatIsHereStaysForTheNextOne() throws Exception {
    String scan = "SELECT count(*), sum(length(body)) FROM note WHERE id < 2500";
    String expected;
    try (Connection lazy = lazily("reader")) {
      expected = text(lazy, scan);
    }
    try (Connection lazy = lazily("reader")) {
      store().away(true);
      assertThat(text(lazy, scan)).isEqualTo(expected);
      store().away(false);
      assertThat(text(lazy, "PRAGMA integrity_check")).isEqualTo("ok|");
    }
  }

  @Test
  void manyConnectionsShareWhatOneBrings() throws Exception {
    try (Connection second = lazily("reader");
        Connection whole = whole("reader")) {
      String all = "SELECT * FROM note ORDER BY name";
      try (Connection first = lazily("reader")) {
        assertThat(database(first)).isEqualTo(database(second));
        assertThat(database(whole)).isNotEqualTo(database(first));
        assertThat(texts(first, all)).isEqualTo(texts(whole, all));
      }
      stores.forEach(store -> store.away(true));
      assertThat(texts(second, all)).isEqualTo(texts(whole, all));
      stores.forEach(store -> store.away(false));
      assertThat(text(second, "PRAGMA integrity_check")).isEqualTo("ok|");
      awaitWhole(second);
    }
  }

  @Test
  void aPageThatCannotBeHadIsAFailureOfTheNetworkAndTheRestGoesOn() throws Exception {
    stores.forEach(store -> store.delay(150)); // the background does not come far
    try (Connection lazy = lazily("reader")) {
      stores.forEach(store -> store.delay(400));
      String here = "SELECT name FROM note WHERE id = 77";
      String expected = text(lazy, here);
      for (ReadStore store : stores) {
        store.away(true);
      }
      assertThatThrownBy(() -> texts(lazy, "SELECT sum(length(body)) FROM note"))
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).startsWith("08"))
          .hasCauseInstanceOf(io.inft.failure.StoreUnavailableException.class);
      try (PreparedStatement prepared =
          lazy.prepareStatement("SELECT sum(length(body)) FROM note WHERE id > ?")) {
        prepared.setInt(1, 3);
        assertThatThrownBy(prepared::executeQuery)
            .satisfies(e -> assertThat(((SQLException) e).getSQLState()).startsWith("08"));
      }
      // The first rows are here, a later one is not.
      assertThatThrownBy(() -> texts(lazy, "SELECT length(body) FROM note WHERE id >= 77"))
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).startsWith("08"));
      assertThat(text(lazy, here)).isEqualTo(expected);
      assertThat(lazy.isValid(5)).isTrue();
      for (ReadStore store : stores) {
        store.away(false);
        store.delay(0);
      }
      assertThat(text(lazy, "PRAGMA integrity_check")).isEqualTo("ok|");
    }
  }

  @Test
  void withoutHydrationNothingComesUnasked() throws Exception {
    try (Connection lazy =
        open("reader", new PagesWanted(OpenMode.LAZY, false, Duration.ofMinutes(2)))) {
      assertThat(text(lazy, "SELECT id FROM note WHERE id = 77")).isEqualTo("77|");
      MILLISECONDS.sleep(300); // what was fetched for that row is laid down
      long missing = reading(lazy).pages().orElseThrow().missing();
      MILLISECONDS.sleep(500);
      assertThat(reading(lazy).pages().orElseThrow().missing()).isEqualTo(missing).isPositive();
      assertThat(reading(lazy).pages().orElseThrow().state())
          .isEqualTo(HydrationProgress.State.PAUSED);
      assertThat(text(lazy, "PRAGMA integrity_check")).isEqualTo("ok|");
      awaitWhole(lazy);
    }
  }

  @Test
  void aReadWaitsForAPageAsLongAsItIsTold() throws Exception {
    stores.forEach(store -> store.delay(150)); // the background does not come far
    try (Connection lazy =
        open("reader", new PagesWanted(OpenMode.LAZY, true, Duration.ofMillis(400)))) {
      stores.forEach(store -> store.hang(true));
      long began = System.nanoTime();
      assertThatThrownBy(() -> texts(lazy, "SELECT sum(length(body)) FROM note"))
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).startsWith("08"));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(60));
    } finally {
      stores.forEach(store -> store.hang(false));
    }
  }

  @Test
  void aWaitEndsByCancelTimeoutAbortAndInterrupt() throws Exception {
    stores.forEach(store -> store.delay(150)); // the background does not come far
    try (Connection lazy = lazily("reader")) {
      for (ReadStore store : stores) {
        store.hang(true);
      }
      try (Statement statement = lazy.createStatement()) {
        SQLException cancelled = endedBy(statement, reader -> statement.cancel());
        assertThat(cancelled.getSQLState()).isEqualTo("57014");
        SQLException interrupted = endedBy(statement, Thread::interrupt);
        assertThat(interrupted.getSQLState()).isEqualTo("57014");
        statement.setQueryTimeout(1);
        SQLException late = endedBy(statement, reader -> {});
        assertThat(late.getSQLState()).isEqualTo("57014");
        statement.setQueryTimeout(0);
        SQLException aborted = endedBy(statement, reader -> lazy.abort(Runnable::run));
        assertThat(aborted.getMessage()).isNotEmpty();
      }
      assertThat(lazy.isClosed()).isTrue();
    } finally {
      for (ReadStore store : stores) {
        store.hang(false);
      }
    }
  }

  /** Something that ends a wait. */
  private interface Ending {
    void end(Thread reader) throws SQLException;
  }

  /** What a statement ends with that would wait for ever. */
  private static SQLException endedBy(Statement statement, Ending ending) throws Exception {
    AtomicReference<SQLException> thrown = new AtomicReference<>();
    CountDownLatch ended = new CountDownLatch(1);
    Thread reader =
        new Thread(
            () -> {
              try {
                statement.executeQuery("SELECT sum(length(body)) FROM note").next();
              } catch (SQLException e) {
                thrown.set(e);
              }
              ended.countDown();
            });
    reader.start();
    MILLISECONDS.sleep(200);
    ending.end(reader);
    assertThat(ended.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    return thrown.get();
  }

  @Test
  void otherBytesAreToldAndNeverRead() throws Exception {
    List<String> expected;
    try (Connection full = whole("other")) {
      expected = texts(full, "SELECT * FROM note ORDER BY id");
    }
    List<Path> objects = objects();
    assertThat(objects).hasSizeGreaterThan(3);
    Random random = new Random(5);
    int told = 0;
    for (int i = 0; i < 16; i++) {
      Path object = objects.get(i % objects.size());
      long at = (long) (random.nextDouble() * Files.size(object));
      flip(object, at);
      Engines.endIdle();
      try (Connection lazy = lazily("victim-" + i)) {
        assertThat(texts(lazy, "SELECT * FROM note ORDER BY id")).isEqualTo(expected);
      } catch (SQLException e) {
        assertThat(e.getSQLState()).as("%s", e).isEqualTo("XX001");
        told++;
      } catch (InftException e) {
        assertThat(io.inft.jdbc.errors.SqlExceptions.of(e).getSQLState())
            .as("%s", e)
            .isEqualTo("XX001");
        told++;
      }
      flip(object, at);
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

  @Test
  void fetchesAreFewAndCounted() throws Exception {
    stores.forEach(ReadStore::takeSegments);
    stores.forEach(ReadStore::takeBytes);
    stores.forEach(store -> store.delay(100)); // so that what nobody waits for is not counted
    try (Connection lazy = lazily("reader")) {
      assertThat(text(lazy, "SELECT length(body) FROM note WHERE id = 3000")).isNotEmpty();
      assertThat(stores.stream().mapToLong(ReadStore::takeSegments).sum()).isLessThan(14);
      long all = 0;
      for (Path object : objects()) {
        all += Files.size(object);
      }
      assertThat(stores.stream().mapToLong(ReadStore::takeBytes).sum()).isLessThan(all * 2 / 3);
      stores.forEach(store -> store.delay(0));
    }
  }
}
