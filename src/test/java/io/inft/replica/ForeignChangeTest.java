package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.ChecksummedBytes;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.LocalFormat;
import io.inft.capture.WorkingFiles;
import io.inft.failure.ForkException;
import io.inft.failure.PutAsideException;
import io.inft.replica.local.Fork;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.local.WriterState;
import io.inft.replica.local.WriterStateFormat;
import io.inft.replica.publish.policy.Cadence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.JDBC;

/**
 * A database file that changed behind SQLite's log is never published and never thrown away: its
 * generation is put aside whole, somebody is told, and the head is restored beside it. What SQLite
 * or a copying program did is no such change.
 */
class ForeignChangeTest {
  private static final String ID = "gone";
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final int ROWS = 200;

  @TempDir Path folder;

  /** What happens to a database file that nobody has open. */
  public enum Closed {
    CUT_TO_ZERO {
      @Override
      void change(Files2 at) throws Exception {
        at.truncate(0);
      }
    },
    CUT_IN_HALF {
      @Override
      void change(Files2 at) throws Exception {
        at.truncate(Files.size(at.database()) / 2 / 4096 * 4096);
      }
    },
    CUT_WITHIN_A_PAGE {
      @Override
      void change(Files2 at) throws Exception {
        at.truncate(Files.size(at.database()) - 100);
      }
    },
    DELETED {
      @Override
      void change(Files2 at) throws Exception {
        Files.delete(at.database());
      }
    },
    TWO_PAGES_OF_NOISE {
      @Override
      void change(Files2 at) throws Exception {
        at.noise(3);
        at.noise(4);
      }
    },
    NOISE_THAT_KEEPS_THE_TIME {
      @Override
      void change(Files2 at) throws Exception {
        FileTime time = Files.getLastModifiedTime(at.database());
        at.noise(3);
        Files.setLastModifiedTime(at.database(), time);
      }
    },
    NOISE_AND_NO_PAGE_HASHES {
      @Override
      void change(Files2 at) throws Exception {
        at.noise(3);
        Files.delete(at.generation().resolve("leaves"));
      }
    },
    NOISE_AND_A_DAMAGED_JOURNAL {
      @Override
      void change(Files2 at) throws Exception {
        at.noise(3);
        Files.write(at.generation().resolve("journal"), new byte[40]);
      }
    },
    PAGES_APPENDED {
      @Override
      void change(Files2 at) throws Exception {
        Files.write(at.database(), new byte[8192], StandardOpenOption.APPEND);
      }
    },
    EDITED_BY_ANOTHER_PROGRAM {
      @Override
      void change(Files2 at) throws Exception {
        plainly(at.database(), "INSERT INTO t VALUES ('from outside')");
      }
    },
    ANOTHER_DATABASE_OF_THE_SAME_SHAPE {
      @Override
      void change(Files2 at) throws Exception {
        Path other = at.folder().resolve("other.db");
        plainly(other, "PRAGMA journal_mode=wal", "CREATE TABLE t(x)", "CREATE TABLE u(x)");
        try (FileChannel channel = FileChannel.open(other, StandardOpenOption.WRITE)) {
          channel.write(ByteBuffer.wrap(new byte[1]), Files.size(at.database()) - 1);
        }
        Files.move(other, at.database(), StandardCopyOption.REPLACE_EXISTING);
      }
    },
    ANOTHER_PAGE_SIZE {
      @Override
      void change(Files2 at) throws Exception {
        Path other = at.folder().resolve("other.db");
        plainly(other, "PRAGMA page_size=8192", "CREATE TABLE t(x)");
        Files.move(other, at.database(), StandardCopyOption.REPLACE_EXISTING);
      }
    },
    NO_DATABASE_AT_ALL {
      @Override
      void change(Files2 at) throws Exception {
        Files.writeString(at.database(), "hello");
      }
    },
    AN_OLDER_COPY_OF_THE_FILE {
      @Override
      void change(Files2 at) throws Exception {
        Files.copy(at.olderDatabase(), at.database(), StandardCopyOption.REPLACE_EXISTING);
      }
    },
    AN_OLDER_LOG_BESIDE_IT {
      @Override
      void change(Files2 at) throws Exception {
        Files.copy(at.olderLog(), WorkingFiles.logOf(at.database()));
      }
    };

    abstract void change(Files2 at) throws Exception;
  }

  /** What happens to files that the engine has open. */
  enum Running {
    DELETED(true) {
      @Override
      void change(Files2 at) throws Exception {
        Files.delete(at.database());
      }
    },
    ALL_DELETED(true) {
      @Override
      void change(Files2 at) throws Exception {
        for (String suffix : List.of("", "-wal", "-shm")) {
          Files.delete(Path.of(at.database() + suffix));
        }
      }
    },
    REPLACED(true) {
      @Override
      void change(Files2 at) throws Exception {
        Path other = at.folder().resolve("other.db");
        plainly(other, "CREATE TABLE mine(x)");
        Files.move(other, at.database(), StandardCopyOption.REPLACE_EXISTING);
      }
    },
    LOG_DELETED(true) {
      @Override
      void change(Files2 at) throws Exception {
        Files.delete(WorkingFiles.logOf(at.database()));
      }
    },
    INDEX_DELETED(true) {
      @Override
      void change(Files2 at) throws Exception {
        Files.delete(WorkingFiles.indexOf(at.database()));
      }
    },
    CUT_TO_ZERO(false) {
      @Override
      void change(Files2 at) throws Exception {
        at.truncate(0);
      }
    },
    LOG_CUT_TO_ZERO(false) {
      @Override
      void change(Files2 at) throws Exception {
        try (FileChannel log =
            FileChannel.open(WorkingFiles.logOf(at.database()), StandardOpenOption.WRITE)) {
          log.truncate(0);
        }
      }
    };

    /** Whether what is committed afterwards can be kept. */
    private final boolean keeps;

    Running(boolean keeps) {
      this.keeps = keeps;
    }

    abstract void change(Files2 at) throws Exception;
  }

  /** The files of one generation, and copies that were taken of them earlier. */
  record Files2(Path folder, Path generation, Path olderDatabase, Path olderLog) {
    Path database() {
      return generation.resolve(WorkingCopy.DATABASE);
    }

    void truncate(long size) throws IOException {
      try (FileChannel channel = FileChannel.open(database(), StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
    }

    void noise(int page) throws IOException {
      byte[] noise = new byte[4096];
      new Random(page).nextBytes(noise);
      try (FileChannel channel = FileChannel.open(database(), StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(noise), (page - 1) * 4096L);
      }
    }
  }

  private static void plainly(Path database, String... statements) throws Exception {
    try (Connection connection = new JDBC().connect("jdbc:sqlite:" + database, new Properties());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String askPlainly(Path database, String sql) throws Exception {
    try (Connection connection = new JDBC().connect("jdbc:sqlite:" + database, new Properties());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "";
    }
  }

  private static void fill(World.Desk desk) throws Exception {
    desk.run(
        "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < "
            + ROWS
            + ") INSERT INTO t SELECT 'precious ' || i || hex(randomblob(100)) FROM n");
  }

  /** A database with {@link #ROWS} published rows, closed; copies of its files from before. */
  private Files2 published(World world) throws Exception {
    Path olderLog = folder.resolve("older-wal");
    Path olderDatabase = folder.resolve("older.db");
    Path generation;
    try (World.Desk desk = world.open("here", ID)) {
      generation = desk.session.databaseFile().getParent();
      desk.run("CREATE TABLE t(x)");
      desk.session.sync(WAIT);
      Files.copy(WorkingFiles.logOf(desk.session.databaseFile()), olderLog);
    }
    Files.copy(generation.resolve(WorkingCopy.DATABASE), olderDatabase);
    try (World.Desk desk = world.open("here", ID)) {
      fill(desk);
      desk.session.sync(WAIT);
    }
    return new Files2(folder, generation, olderDatabase, olderLog);
  }

  private static byte[] left(Files2 at) throws IOException {
    return Files.exists(at.database()) ? Files.readAllBytes(at.database()) : new byte[0];
  }

  private void isHonestEverywhere(World world, long rows) throws Exception {
    try (World.Desk there = world.open("there", ID)) {
      assertThat(there.ask("SELECT count(*) FROM t")).isEqualTo(Long.toString(rows));
      assertThat(there.ask("PRAGMA integrity_check")).isEqualTo("ok");
    }
  }

  private static void isPutAside(Files2 at) throws Exception {
    List<Fork> forks = WorkingCopy.forks(at.generation().getParent());
    assertThat(forks).hasSize(1);
    assertThat(forks.get(0).kind()).isEqualTo(Fork.Kind.FOREIGN_CHANGE);
    assertThat(forks.get(0).generation()).isEqualTo(at.generation());
    assertThat(forks.get(0).reason()).contains("behind SQLite's log").contains("inft push");
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "CUT_TO_ZERO",
        "DELETED",
        "NOISE_THAT_KEEPS_THE_TIME",
        "EDITED_BY_ANOTHER_PROGRAM",
        "AN_OLDER_COPY_OF_THE_FILE",
        "AN_OLDER_LOG_BESIDE_IT"
      })
  void aFileThatChangedWhileItWasClosedIsPutAsideAndTold(Closed what) throws Exception {
    changedWhileClosed(what);
  }

  @Tag("heavy")
  @ParameterizedTest
  @EnumSource
  void soIsEveryOther(Closed what) throws Exception {
    changedWhileClosed(what);
  }

  private void changedWhileClosed(Closed what) throws Exception {
    try (World world = new World(folder)) {
      Files2 at = published(world);
      what.change(at);
      byte[] left = left(at);
      try (World.Desk desk = world.open("here", ID)) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("" + ROWS);
        assertThatThrownBy(() -> desk.run("SELECT 1"))
            .isInstanceOf(PutAsideException.class)
            .hasMessageContaining(at.generation().getFileName().toString());
        desk.run("INSERT INTO t VALUES ('goes on')");
        desk.session.sync(WAIT);
      }
      isHonestEverywhere(world, ROWS + 1);
      isPutAside(at);
      assertThat(left(at)).as("what was found is kept").isEqualTo(left);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatChangesWhileItIsOpenIsPutAsideAndTold(Running what) throws Exception {
    try (World world = new World(folder)) {
      Files2 at = published(world);
      World.Desk desk = world.open("here", ID);
      desk.run("INSERT INTO t VALUES ('before')");
      desk.session.sync(WAIT);
      what.change(at);
      assertThatThrownBy(
              () -> {
                desk.run("INSERT INTO t VALUES ('after')");
                desk.session.sync(WAIT);
              })
          .satisfies(
              e -> assertThat(e).isInstanceOfAny(ForkException.class, java.sql.SQLException.class));
      assertThatThrownBy(() -> desk.session.sync(WAIT)).isInstanceOf(ForkException.class);
      // The publishing thread may have seen the change first, so that nothing was committed after.
      String committed = what.keeps ? desk.ask("SELECT count(*) FROM t WHERE x = 'after'") : "";
      closeAnyhow(desk);
      isPutAside(at);
      if (what.keeps) {
        assertThat(askPlainly(kept(at), "SELECT count(*) FROM t WHERE x = 'after'"))
            .isEqualTo(committed);
      }
      try (World.Desk next = world.open("here", ID)) {
        assertThat(next.ask("SELECT count(*) FROM t")).isEqualTo("" + (ROWS + 1));
        next.run("INSERT INTO t VALUES ('goes on')");
        next.session.sync(WAIT);
      }
      isHonestEverywhere(world, ROWS + 2);
    }
  }

  private static Path kept(Files2 at) {
    Path rescued = at.generation().resolve("rescued.sqlite");
    return Files.exists(rescued) ? rescued : at.database();
  }

  /** Found by the publishing thread between two commits, or while one is under way. */
  @ParameterizedTest
  @EnumSource(names = {"ALL_DELETED", "REPLACED"})
  void everyCommitIsKeptWhereverInARowOfThemTheChangeIsFound(Running what) throws Exception {
    try (World world = new World(folder)) {
      Files2 at = published(world);
      World.Desk desk = world.open("here", ID);
      int rows = 0;
      boolean open = true;
      for (; open && rows < 1_000_000; rows++) {
        if (rows == 20) {
          what.change(at);
        }
        try {
          desk.run("INSERT INTO t VALUES ('row ' || " + rows + ")");
        } catch (ForkException put) {
          open = false;
        }
      }
      assertThat(open).isFalse();
      // A call that was under way when it was put aside.
      try (Statement late = desk.connection.createStatement()) {
        late.execute("INSERT INTO t VALUES ('row of a call under way')");
      }
      String committed = desk.ask("SELECT count(*) FROM t WHERE x LIKE 'row %'");
      closeAnyhow(desk);
      assertThat(Integer.parseInt(committed)).isBetween(rows, rows + 1);
      assertThat(askPlainly(kept(at), "SELECT count(*) FROM t WHERE x LIKE 'row %'"))
          .isEqualTo(committed);
    }
  }

  /** What happens to the files of an engine that is open and has nothing to do any more. */
  enum Idle {
    LOG_EMPTIED {
      @Override
      void change(Files2 at) throws Exception {
        Files.write(WorkingFiles.logOf(at.database()), new byte[0]);
      }
    },
    PAGES_OVERWRITTEN {
      @Override
      void change(Files2 at) throws Exception {
        at.noise(3);
        at.noise(4);
      }
    };

    abstract void change(Files2 at) throws Exception;
  }

  /** An orderly end after it must not make what lies there the truth. */
  @ParameterizedTest
  @EnumSource
  void aFileThatChangesUnderAnIdleEngineIsPutAsideWhenItIsOpenedNext(Idle what) throws Exception {
    try (World world = new World(folder)) {
      Files2 at = published(world);
      World.Desk desk = world.open("here", ID);
      desk.run("INSERT INTO t VALUES ('one more')");
      desk.session.sync(WAIT);
      what.change(at);
      desk.connection.close();
      try {
        desk.session.close();
      } catch (ForkException seenAlready) {
        assertThat(seenAlready).hasMessageContaining("changed behind");
      }
      Engines.endIdle();
      try (World.Desk next = world.open("here", ID)) {
        assertThat(next.ask("SELECT count(*) FROM t")).isEqualTo("" + (ROWS + 1));
      }
      isPutAside(at);
      isHonestEverywhere(world, ROWS + 1);
    }
  }

  private static void closeAnyhow(World.Desk desk) throws Exception {
    try {
      desk.connection.close();
    } finally {
      desk.session.close();
    }
  }

  @Test
  void aNewConnectionIsNotMadeToAFileThatWasPutInTheOldOnesPlace() throws Exception {
    try (World world = new World(folder)) {
      Files2 at = published(world);
      try (World.Desk first = world.open("here", ID)) {
        Running.REPLACED.change(at);
        try (World.Desk second = world.open("here", ID)) {
          assertThat(second.ask("SELECT count(*) FROM t")).isEqualTo("" + ROWS);
        }
        assertThatThrownBy(() -> first.run("SELECT 1")).isInstanceOf(ForkException.class);
      }
      isPutAside(at);
    }
  }

  @Test
  void noiseInAPageThatNobodyTouchedIsNotPublishedWithASnapshot() throws Exception {
    try (World world = new World(folder)) {
      Files2 at = published(world);
      World.Desk desk = world.open("here", ID);
      at.noise(5);
      assertThatThrownBy(
              () -> {
                // So much that the next version is a snapshot.
                for (int i = 0; i < 30; i++) {
                  desk.run("CREATE TABLE IF NOT EXISTS u(x)");
                  desk.run("INSERT INTO u VALUES (randomblob(20000))");
                  desk.session.sync(WAIT);
                }
              })
          .isInstanceOf(ForkException.class)
          .hasMessageContaining("page 5 is another one");
      desk.close();
      isPutAside(at);
      isHonestEverywhere(world, ROWS);
    }
  }

  @Test
  void whatWasStagedIsSentBeforeItsFileIsPutAside() throws Exception {
    try (World world = new World(folder)) {
      Files2 at = published(world);
      WriterState before = WriterState.read(at.generation());
      try (World.Desk desk = world.open("here", ID)) {
        desk.run("INSERT INTO t VALUES ('staged')");
        desk.session.sync(WAIT);
      }
      WriterState after = WriterState.read(at.generation());
      assertThat(after.anchored()).isEqualTo(before.anchored() + 1);
      at.noise(3);
      try (World.Desk desk = world.open("here", ID)) {
        assertThat(desk.ask("SELECT count(*) FROM t WHERE x = 'staged'")).isEqualTo("1");
      }
      isPutAside(at);
    }
  }

  @Test
  void unpublishedCommitsThatChangedFromOutsideArePutAside() throws Exception {
    try (World world = new World(folder)) {
      Files2 at = published(world);
      closedWithUnpublished(world);
      int page = lastPage(at);
      at.noise(page);
      try (World.Desk desk = world.open("here", ID)) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("" + ROWS);
      }
      isPutAside(at);
    }
  }

  @Test
  void neverPublishedCommitsThatWereCutOffAreNotPublishedAsAnEmptyDatabase() throws Exception {
    try (World world = new World(folder)) {
      EngineSettings offline = World.closingAtOnce(longInterval(world));
      Path generation;
      try (World.Desk desk = new World.Desk(Engines.open(offline, world.network()))) {
        generation = desk.session.databaseFile().getParent();
        desk.run("CREATE TABLE t(x)");
        fill(desk);
      }
      Engines.endIdle();
      Files2 at = new Files2(folder, generation, folder, folder);
      at.truncate(0);
      try (World.Desk desk = world.open("here", ID)) {
        assertThatThrownBy(() -> desk.run("SELECT 1")).isInstanceOf(PutAsideException.class);
      }
      isPutAside(at);
    }
  }

  private EngineSettings longInterval(World world) throws Exception {
    return World.withCadence(
        world.settings("here", ID),
        Duration.ofHours(1),
        1000,
        Duration.ofHours(2),
        Cadence.OnLag.WARN);
  }

  private void closedWithUnpublished(World world) throws Exception {
    EngineSettings offline = World.closingAtOnce(longInterval(world));
    try (World.Desk desk = new World.Desk(Engines.open(offline, world.network()))) {
      fill(desk);
    }
    Engines.endIdle();
  }

  private static int lastPage(Files2 at) throws IOException {
    return (int) (Files.size(at.database()) / 4096);
  }

  /** What is no change of the content. */
  enum Harmless {
    TOUCHED {
      @Override
      void change(Files2 at) throws Exception {
        Files.setLastModifiedTime(at.database(), FileTime.fromMillis(1_000_000));
      }
    },
    COPIED {
      @Override
      void change(Files2 at) throws Exception {
        Path copy = at.folder().resolve("copy.db");
        Files.copy(at.database(), copy);
        Files.move(copy, at.database(), StandardCopyOption.REPLACE_EXISTING);
      }
    },
    LOOKED_AT {
      @Override
      void change(Files2 at) throws Exception {
        askPlainly(at.database(), "SELECT count(*) FROM t");
        Files.setLastModifiedTime(at.database(), FileTime.fromMillis(1_000_000));
      }
    },
    PAGE_HASHES_LOST {
      @Override
      void change(Files2 at) throws Exception {
        Files.delete(at.generation().resolve("leaves"));
        TOUCHED.change(at);
      }
    },
    EMPTY_LOG_BESIDE_IT {
      @Override
      void change(Files2 at) throws Exception {
        Files.createFile(WorkingFiles.logOf(at.database()));
      }
    },
    STATE_OF_AN_EARLIER_RELEASE {
      @Override
      void change(Files2 at) throws Exception {
        WriterState state = WriterState.read(at.generation());
        byte[] file = WriterStateFormat.write(state);
        int noneInlined = 4;
        int mark = 4 + state.closed().mark().length() + noneInlined;
        int magicAndFormat = LocalFormat.FRAME_BYTES - Digest.BYTES;
        byte[] withoutMark =
            java.util.Arrays.copyOfRange(file, magicAndFormat, file.length - Digest.BYTES - mark);
        DurableFiles.replace(
            at.generation().resolve("state"),
            ChecksummedBytes.wrap(new ByteWriter().u16(2).bytes(withoutMark).toBytes()));
      }
    };

    abstract void change(Files2 at) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void whatChangesNoPageIsNoForeignChange(Harmless what) throws Exception {
    try (World world = new World(folder)) {
      Files2 at = published(world);
      what.change(at);
      goesOn(world, at, ROWS);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "TOUCHED")
  void noChangeWhereSomethingWasNotPublishedEither(Harmless what) throws Exception {
    norWhereSomethingWasNotPublishedYet(what);
  }

  @Tag("heavy")
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PAGE_HASHES_LOST")
  void norWhereSomethingWasNotPublishedYet(Harmless what) throws Exception {
    try (World world = new World(folder)) {
      Files2 at = published(world);
      closedWithUnpublished(world);
      what.change(at);
      goesOn(world, at, 2 * ROWS);
    }
  }

  private void goesOn(World world, Files2 at, int rows) throws Exception {
    try (World.Desk desk = world.open("here", ID)) {
      assertThat(desk.session.databaseFile()).isEqualTo(at.database());
      assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("" + rows);
      desk.run("INSERT INTO t VALUES ('goes on')");
      desk.session.sync(WAIT);
    }
    assertThat(WorkingCopy.forks(at.generation().getParent())).isEmpty();
    isHonestEverywhere(world, rows + 1);
  }

  @Test
  void aWholeFolderThatWasCopiedBackIsBehindAndNothingElse() throws Exception {
    try (World world = new World(folder)) {
      published(world);
      Path copy = folder.resolve("backup");
      copyTree(folder.resolve("here"), copy);
      try (World.Desk desk = world.open("here", ID)) {
        fill(desk);
        desk.session.sync(WAIT);
      }
      Engines.endIdle();
      DurableFiles.deleteTree(folder.resolve("here"));
      copyTree(copy, folder.resolve("here"));
      try (World.Desk desk = world.open("here", ID)) {
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("" + 2 * ROWS);
        desk.run("SELECT 1");
      }
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path one : all.toList()) {
        Files.copy(
            one, to.resolve(from.relativize(one).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}
