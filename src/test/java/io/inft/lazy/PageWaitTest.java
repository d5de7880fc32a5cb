package io.inft.lazy;

import static io.inft.lazy.LazyWorld.run;
import static io.inft.lazy.LazyWorld.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.LocalStorageException;
import io.inft.failure.StoreUnavailableException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

/**
 * A wait for a page ends when its reader, its owner or its time does, whatever the supplier does.
 */
@Timeout(60)
class PageWaitTest {
  private static final String FAR = "SELECT body FROM note WHERE id = 2900";
  private static SourceDatabase source;

  @TempDir Path folder;

  private final CountDownLatch never = new CountDownLatch(1);
  private final ExecutorService readers = Executors.newCachedThreadPool();
  private LazyWorld world;

  @BeforeAll
  static void make(@TempDir Path place) throws Exception {
    source = SourceDatabase.make(place, 3000, 4096);
  }

  @BeforeEach
  void open() throws Exception {
    world = new LazyWorld(folder, source, 1);
  }

  @AfterEach
  void close() throws Exception {
    never.countDown();
    readers.shutdownNow();
    world.close();
  }

  /** A connection that has read its schema, with a supplier that hangs from now on. */
  private SQLiteConnection hanging(PartialDatabase database) throws Exception {
    SQLiteConnection connection = world.connect(database);
    text(connection, "SELECT count(*) FROM note WHERE id < 5");
    world.supplier.hang = never;
    return connection;
  }

  private void awaitRequest(int before) throws Exception {
    Await.that(() -> world.supplier.requests.size() > before);
  }

  @Test
  void cancelEndsIt() throws Exception {
    PartialDatabase database = world.open();
    SQLiteConnection connection = hanging(database);
    int before = world.supplier.requests.size();
    try (Statement statement = connection.createStatement()) {
      Future<?> reading = readers.submit(() -> statement.executeQuery(FAR));
      awaitRequest(before);

      statement.cancel();

      assertThatThrownBy(() -> reading.get(5, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("SQLITE_INTERRUPT");
      assertThat(database.takeFailure(connection)).isEmpty();
    }
    world.supplier.hang = null;
    never.countDown();
    assertThat(text(connection, FAR)).isNotEmpty();
  }

  @Test
  void anInterruptOfTheThreadEndsItAndStays() throws Exception {
    SQLiteConnection connection = hanging(world.open());
    int before = world.supplier.requests.size();
    List<Thread> reader = new ArrayList<>();
    Future<Boolean> reading =
        readers.submit(
            () -> {
              reader.add(Thread.currentThread());
              assertThatThrownBy(() -> text(connection, FAR))
                  .hasMessageContaining("SQLITE_INTERRUPT");
              return Thread.interrupted();
            });
    awaitRequest(before);

    reader.get(0).interrupt();

    assertThat(reading.get(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void abortEndsItAndTheConnectionCloses() throws Exception {
    PartialDatabase database = world.open();
    SQLiteConnection connection = hanging(database);
    int before = world.supplier.requests.size();
    Future<?> reading = readers.submit(() -> text(connection, FAR));
    awaitRequest(before);

    database.abort(connection);
    connection.close();

    assertThatThrownBy(() -> reading.get(5, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(SQLException.class);
  }

  @Test
  void closingTheDatabaseEndsItWhateverHangs() throws Exception {
    PartialDatabase database = world.open();
    SQLiteConnection connection = hanging(database);
    database.hydrate();
    int before = world.supplier.requests.size();
    Future<?> reading = readers.submit(() -> text(connection, FAR));
    awaitRequest(before);

    long began = System.nanoTime();
    database.close();

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    assertThatThrownBy(() -> reading.get(5, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(SQLException.class);
    assertThat(database.takeFailure(connection)).get().isInstanceOf(LocalStorageException.class);
    assertThatThrownBy(() -> database.page(1)).isInstanceOf(LocalStorageException.class);
    assertThatThrownBy(() -> world.connect(database)).isInstanceOf(LocalStorageException.class);
  }

  @Test
  void itsTimeIsBounded() throws Exception {
    world.longestWait = Duration.ofMillis(300);
    PartialDatabase database = world.open();
    SQLiteConnection connection = hanging(database);

    assertThatThrownBy(() -> text(connection, FAR)).isInstanceOf(SQLException.class);
    assertThat(database.takeFailure(connection))
        .get()
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> database.page(source.pages()))
        .isInstanceOf(StoreUnavailableException.class);
  }

  /** As where there is no thread for it, and later there is one. */
  @Test
  void aFetchThatCannotBeginIsTriedAgain() throws Exception {
    world.longestWait = Duration.ofSeconds(2);
    PartialDatabase database = world.open();
    OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
    world.executorFailure = noThread;
    assertThatThrownBy(() -> database.page(source.pages()))
        .isInstanceOf(StoreUnavailableException.class)
        .hasCause(noThread);

    world.executorFailure = null;
    assertThat(database.page(source.pages())).hasSize(4096);
  }

  @Test
  void anOpenConnectionWritesNothingIntoAClosedDatabaseAndLosesNothing() throws Exception {
    PartialDatabase database = world.open();
    SQLiteConnection connection = world.connect(database);
    run(connection, "PRAGMA wal_autocheckpoint=0");
    run(connection, "INSERT INTO note VALUES(10001, 'new', 'row')");
    database.close();

    assertThatThrownBy(() -> text(connection, "PRAGMA wal_checkpoint(TRUNCATE)"))
        .isInstanceOf(SQLException.class);
    connection.close();

    try (PartialDatabase again = world.open();
        SQLiteConnection second = world.connect(again)) {
      assertThat(text(second, "SELECT body FROM note WHERE id = 10001")).isEqualTo("row");
    }
  }

  @Test
  void readersDoNotWaitForEachOthersPages() throws Exception {
    PartialDatabase database = world.open();
    SQLiteConnection connection = hanging(database);
    int before = world.supplier.requests.size();
    Future<?> reading = readers.submit(() -> text(connection, FAR));
    awaitRequest(before);
    world.supplier.hang = null;

    SQLiteConnection other = world.connect(database);
    assertThat(text(other, "SELECT body FROM note WHERE id = 1500")).isNotEmpty();
    run(other, "UPDATE note SET name = 'changed' WHERE id = 1500");
    assertThat(reading.isDone()).isFalse();

    never.countDown();
    assertThat(reading.get(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void aScanIsFetchedAhead() throws Exception {
    world.supplier.delayMillis = 2;
    SQLiteConnection connection = world.connect(world.open());
    text(connection, "SELECT sum(length(body)) FROM note");

    assertThat(world.supplier.requests)
        .anyMatch(request -> request.reason() == PageRequest.Reason.AHEAD)
        .anyMatch(request -> request.reason() == PageRequest.Reason.READ);
    long waited =
        world.supplier.requests.stream()
            .filter(request -> request.reason() != PageRequest.Reason.AHEAD)
            .count();
    assertThat(waited).isLessThan(world.supplier.requests.size() / 2);
  }

  @Test
  void hydrationCanBePaused() throws Exception {
    world.supplier.delayMillis = 1;
    PartialDatabase database = world.open();
    database.hydrate();
    Await.that(() -> database.progress().missing() < source.pages() - 20);

    database.pause();
    Await.that(() -> database.progress().state() == HydrationProgress.State.PAUSED);
    TimeUnit.MILLISECONDS.sleep(100); // what was under way comes
    long missing = database.progress().missing();
    assertThat(missing).isPositive();
    TimeUnit.MILLISECONDS.sleep(100);
    assertThat(database.progress().missing()).isEqualTo(missing);

    database.hydrate();
    assertThat(world.isWholeWithin(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void hydrationGoesOnAfterAFailure() throws Exception {
    PartialDatabase database = world.open();
    world.supplier.failure = new StoreUnavailableException("node 7", "read", null);
    database.hydrate();
    Await.that(() -> database.progress().state() == HydrationProgress.State.WAITING);
    assertThat(database.progress().failure()).containsSame(world.supplier.failure);

    world.supplier.failure = null;
    assertThat(world.isWholeWithin(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void manyReadersBesideAWriterAndHydration() throws Exception {
    PartialDatabase database = world.open();
    SQLiteConnection writer = world.connect(database);
    database.hydrate();
    List<Future<?>> reading = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int from = i;
      SQLiteConnection connection = world.connect(database);
      reading.add(
          readers.submit(
              () -> {
                for (int id = 1 + from; id <= 3000; id += 37) {
                  String sql = "SELECT name FROM note WHERE id = " + id;
                  assertThat(text(connection, sql)).isIn(SourceDatabase.name(id), "changed");
                }
                return null;
              }));
    }
    for (int id = 1; id <= 3000; id += 50) {
      run(writer, "UPDATE note SET name = 'changed' WHERE id = " + id);
      if (id % 500 == 1) {
        text(writer, "PRAGMA wal_checkpoint(PASSIVE)");
      }
    }
    for (Future<?> each : reading) {
      each.get(30, TimeUnit.SECONDS);
    }
    assertThat(world.isWholeWithin(Duration.ofSeconds(20))).isTrue();
    assertThat(text(writer, "SELECT count(*) FROM note WHERE name = 'changed'")).isEqualTo("60");
    assertThat(text(writer, "PRAGMA integrity_check")).isEqualTo("ok");
  }
}
