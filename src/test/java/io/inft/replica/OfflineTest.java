package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.capture.CheckpointPace;
import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import io.inft.faults.InMemory;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The storage is away for days while an agent goes on: many thousand commits nobody took. */
class OfflineTest {
  private static final String ID = "offline";
  private static final int COMMITS_A_DAY = 3_000;
  private static final int DAYS = 4;

  @TempDir(factory = InMemory.class)
  Path folder;

  private final AtomicBoolean away = new AtomicBoolean();

  /** A store that answers only while it is not away. */
  private record Remote(Store real, AtomicBoolean away) implements Store {
    private void reach(String what) throws StoreUnavailableException {
      if (away.get()) {
        throw new StoreUnavailableException(describe(), what, null);
      }
    }

    @Override
    public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
      reach("put");
      return real.put(object, listener);
    }

    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      reach("open");
      return real.open(object);
    }

    @Override
    public boolean contains(ObjectRef object) throws InftException {
      reach("contains");
      return real.contains(object);
    }

    @Override
    public String describe() {
      return "the remote " + real.describe();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  @Test
  void journalLogAndOutboxStayBoundedAndNothingIsLost() throws Exception {
    World world = new World(folder, store -> new Remote(store, away));
    EngineSettings settings = World.closingAtOnce(world.settings("here", ID));
    try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
      desk.run("CREATE TABLE t(n INTEGER PRIMARY KEY, filler BLOB)");
      desk.run(
          "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 400)"
              + " INSERT INTO t SELECT n, randomblob(2000) FROM s");
      desk.session.sync(Duration.ofSeconds(30));
    }
    away.set(true);
    long commits = 0;
    for (int day = 0; day < DAYS; day++) {
      // Each day in a new process: only what lies on the disk is known.
      try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
        desk.run("PRAGMA synchronous=off");
        for (int i = 0; i < COMMITS_A_DAY; i++) {
          commits++;
          desk.run(
              "UPDATE t SET filler = randomblob(2000) WHERE n = " + (1 + commits * 7919 % 400));
        }
        desk.run("INSERT INTO t VALUES (" + (1000 + day) + ", NULL)");
        Path generation = desk.session.databaseFile().getParent();
        assertThat(Files.size(generation.resolve("database.sqlite-wal")))
            .as("the log after day %s", day)
            .isLessThan(2 * CheckpointPace.FORCE_FRAMES * (4096L + 24));
        Path journal = generation.resolve("journal");
        assertThat(Files.exists(journal) ? Files.size(journal) : 0).isLessThan(100_000);
        assertThat(bytesIn(generation.resolve("objects")))
            .as("the outbox after day %s", day)
            .isLessThan(4L << 20);
        assertThat(Files.size(generation.resolve("state"))).isLessThan(10_000);
        assertThat(desk.session.status().line().orElseThrow().lastFailure().orElseThrow())
            .contains("the remote");
      }
      Engines.endIdle();
    }
    away.set(false);
    List<String> here;
    try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
      desk.session.sync(Duration.ofSeconds(60));
      here = Dump.of(desk.connection);
      assertThat(here).anyMatch(line -> line.contains("t|" + (999 + DAYS) + "|"));
    }
    try (World.Desk there = world.open("there", ID)) {
      assertThat(Dump.of(there.connection)).isEqualTo(here);
    }
    Engines.endIdle();
  }

  private static long bytesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      long bytes = 0;
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }
}
