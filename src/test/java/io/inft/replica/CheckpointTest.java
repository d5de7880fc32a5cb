package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/** Checkpoints happen, lose nothing, and do not keep writers out. */
class CheckpointTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void afterTheLogWasMovedNobodyTriesAgainUntilThereIsMore() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = world.open("laptop", "log")) {
      grow(desk, 1500);
      desk.session.sync(PATIENCE);
      Path journal = desk.session.databaseFile().resolveSibling("journal");
      FileTime written = settled(journal);
      // A checkpoint writes the journal; an idle second would show hundreds of them.
      Thread.sleep(1000);
      assertThat(Files.getLastModifiedTime(journal)).isEqualTo(written);
    }
  }

  private static FileTime settled(Path journal) throws Exception {
    for (int i = 0; i < 100 && !Files.exists(journal); i++) {
      Thread.sleep(50);
    }
    Thread.sleep(500);
    return Files.getLastModifiedTime(journal);
  }

  @Test
  void aReaderThatStaysDoesNotKeepWritersOutWhileTheLogCannotBeginAnew() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = world.open("laptop", "reader")) {
      desk.run("CREATE TABLE t(b BLOB)");
      Properties properties = new Properties();
      properties.setProperty("wal_autocheckpoint", "0");
      try (Connection reader =
              new JDBC().connect("jdbc:sqlite:" + desk.session.databaseFile(), properties);
          Statement statement = reader.createStatement()) {
        reader.setAutoCommit(false);
        statement.executeQuery("SELECT count(*) FROM t").close();
        for (int round = 0; round < 8; round++) {
          grow(desk, 700);
          desk.session.sync(PATIENCE);
          desk.run("INSERT INTO t VALUES (zeroblob(10))");
        }
        reader.rollback();
      }
      desk.session.sync(PATIENCE);
      try (World.Desk fresh = world.open("cloud", "reader")) {
        assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
      }
    }
  }

  @Test
  void permanentlyOverlappingReadersDoNotLetTheLogGrowForEver() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = world.open("laptop", "overlapping")) {
      grow(desk, 10);
      AtomicBoolean done = new AtomicBoolean();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      AtomicInteger reading = new AtomicInteger();
      AtomicBoolean alone = new AtomicBoolean();
      Thread[] readers = new Thread[3];
      for (int i = 0; i < readers.length; i++) {
        readers[i] =
            new Thread(
                () -> {
                  try {
                    readAgainAndAgain(desk.session.databaseFile(), reading, alone, done);
                  } catch (Exception e) {
                    failure.set(e);
                  }
                });
        readers[i].start();
      }
      grow(desk, 200);
      int frames = 0;
      int longest = 0;
      int begunAnew = 0;
      for (int round = 0; round < 500 && begunAnew < 3; round++) {
        desk.run("UPDATE t SET b = randomblob(3500)");
        int now = frames(desk);
        begunAnew += now < frames ? 1 : 0;
        frames = now;
        longest = Math.max(longest, now);
      }
      done.set(true);
      for (Thread reader : readers) {
        reader.join();
      }
      assertThat(failure.get()).isNull();
      assertThat(alone).as("there was always a reader").isFalse();
      assertThat(begunAnew).as("the log began anew; it had up to %s frames", longest).isEqualTo(3);
      desk.session.sync(PATIENCE);
      try (World.Desk fresh = world.open("cloud", "overlapping")) {
        assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
      }
    }
  }

  /** How long the log is, as SQLite says without moving anything. */
  private static int frames(World.Desk desk) throws Exception {
    try (Statement statement = desk.connection.createStatement();
        var row = statement.executeQuery("PRAGMA wal_checkpoint(NOOP)")) {
      assertThat(row.next()).isTrue();
      return row.getInt(2);
    }
  }

  /** Reads for a while, and never ends before another one has begun. */
  private static void readAgainAndAgain(
      Path database, AtomicInteger reading, AtomicBoolean alone, AtomicBoolean done)
      throws Exception {
    try (Connection reader = new JDBC().connect("jdbc:sqlite:" + database, new Properties());
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      while (!done.get()) {
        statement.executeQuery("SELECT count(*) FROM t").close();
        reading.incrementAndGet();
        Thread.sleep(20);
        while (reading.get() < 2 && !done.get()) {
          Thread.sleep(1);
        }
        if (reading.decrementAndGet() == 0 && !done.get()) {
          alone.set(true);
        }
        reader.rollback();
      }
    }
  }

  private static void grow(World.Desk desk, int pages) throws Exception {
    desk.run("CREATE TABLE IF NOT EXISTS t(b BLOB)");
    desk.run(
        "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < "
            + pages
            + ") INSERT INTO t SELECT randomblob(3500) FROM s");
  }
}
