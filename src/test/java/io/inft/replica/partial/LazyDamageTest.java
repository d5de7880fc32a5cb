package io.inft.replica.partial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.ForeignFileException;
import io.inft.failure.PutAsideException;
import io.inft.lazy.PartialDatabase;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.Forks;
import io.inft.replica.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A working copy that is half here and whose own files were lost or damaged: the next open goes on
 * with it, or puts it aside and begins anew. It is never one that cannot be opened.
 */
class LazyDamageTest {
  private static final String ID = "damaged";
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final int ROWS = 500;

  @TempDir Path folder;
  private World world;

  /** What the process had done that left it. */
  enum Left {
    COMMITTED_BEFORE_THE_HASHES_CAME("1", "1,2"),
    PUBLISHED("1,2,3", "1,2,3"),
    COMMITTED_AND_MOVED_INTO_THE_FILE("1,2,3", "1,2,3,4,5");

    final String published;
    final String committed;

    Left(String published, String committed) {
      this.published = published;
      this.committed = committed;
    }
  }

  /** What happened to it since. */
  enum Harm {
    BASE_LOST(true, false, "base"),
    BASE_DAMAGED(true, true, "base"),
    SET_LOST(true, false, "database.sqlite-present"),
    SET_DAMAGED(true, true, "database.sqlite-present"),
    BASE_LEAVES_LOST(false, false, "base-leaves"),
    BASE_LEAVES_DAMAGED(false, true, "base-leaves"),
    LEAVES_LOST(false, false, "leaves"),
    LEAVES_DAMAGED(false, true, "leaves"),
    LEAVES_LOG_LOST(false, false, "leaves-log"),
    LEAVES_LOG_DAMAGED(false, true, "leaves-log"),
    HASHES_LOST(false, false, "base-leaves leaves leaves-log"),
    JOURNAL_DAMAGED(false, true, "journal");

    /** Whether what is here is of no use any more. */
    final boolean cannotGoOn;

    final boolean stays;

    /** Names with blanks between. */
    final String files;

    Harm(boolean cannotGoOn, boolean stays, String files) {
      this.cannotGoOn = cannotGoOn;
      this.stays = stays;
      this.files = files;
    }
  }

  static List<Arguments> cases() {
    return Stream.of(Left.values())
        .flatMap(left -> Stream.of(Harm.values()).map(harm -> Arguments.of(left, harm)))
        .filter(one -> isThere((Left) one.get()[0], (Harm) one.get()[1]))
        .toList();
  }

  /** Whether such a process had the files. */
  private static boolean isThere(Left left, Harm harm) {
    return harm.cannotGoOn || left != Left.COMMITTED_BEFORE_THE_HASHES_CAME;
  }

  @BeforeEach
  void publish() throws Exception {
    world = new World(folder);
    try (World.Desk desk = world.open("author", ID)) {
      desk.run("CREATE TABLE note(id INTEGER PRIMARY KEY, changed INTEGER, body BLOB)");
      desk.run(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
              + ROWS
              + ") INSERT INTO note SELECT i, 0, randomblob(3000) FROM n");
      desk.session.sync(WAIT);
      desk.run("UPDATE note SET changed = 1 WHERE id = 7");
      desk.session.sync(WAIT);
    }
    Engines.endIdle();
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private EngineSettings lazy(boolean rest) throws Exception {
    return World.opening(
        world.settings("writer", ID), Optional.empty(), new PagesWanted(OpenMode.LAZY, rest, WAIT));
  }

  private EngineSettings silent() throws Exception {
    EngineSettings settings = lazy(false);
    Duration hour = Duration.ofHours(1);
    return World.closingAtOnce(
        World.withCadence(settings, hour, 1000, hour, settings.cadence().onLag()));
  }

  private Path leave(Left left) throws Exception {
    Path generation;
    try (World.Desk desk = world.open(silent())) {
      generation = desk.session.databaseFile().getParent();
      desk.run("UPDATE note SET changed = 2 WHERE id = 100");
      if (left != Left.COMMITTED_BEFORE_THE_HASHES_CAME) {
        desk.session.sync(WAIT);
        desk.run("UPDATE note SET changed = 3 WHERE id = 200");
        desk.session.sync(WAIT);
        desk.session.checkpoint("TRUNCATE");
      }
      if (left == Left.COMMITTED_AND_MOVED_INTO_THE_FILE) {
        desk.run("UPDATE note SET changed = 4 WHERE id = 300");
        desk.session.checkpoint("TRUNCATE");
        desk.run("UPDATE note SET changed = 5 WHERE id = 400");
      }
    }
    Engines.endIdle();
    assertThat(PartialDatabase.isPartial(generation.resolve("database.sqlite"))).isTrue();
    return generation;
  }

  private static void harm(Path generation, Harm harm) throws Exception {
    for (String name : harm.files.split(" ", -1)) {
      Path file = generation.resolve(name);
      if (!harm.stays) {
        Files.delete(file);
        continue;
      }
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 20; i < bytes.length; i += 40) {
        bytes[i] ^= 0x55;
      }
      Files.write(file, bytes);
    }
  }

  private static String changes(World.Desk desk) throws Exception {
    return desk.ask(
        "SELECT group_concat(changed) FROM (SELECT changed FROM note WHERE changed > 0 ORDER BY"
            + " changed)");
  }

  @Tag("heavy")
  @ParameterizedTest
  @MethodSource("cases")
  void eachHarmIsGotOver(Left left, Harm harm) throws Exception {
    opensAgain(left, harm);
  }

  @ParameterizedTest
  @CsvSource({
    "PUBLISHED, BASE_DAMAGED",
    "PUBLISHED, SET_LOST",
    "COMMITTED_AND_MOVED_INTO_THE_FILE, BASE_LOST",
    "COMMITTED_AND_MOVED_INTO_THE_FILE, SET_DAMAGED",
    "COMMITTED_AND_MOVED_INTO_THE_FILE, BASE_LEAVES_LOST",
    "COMMITTED_AND_MOVED_INTO_THE_FILE, HASHES_LOST",
    "COMMITTED_AND_MOVED_INTO_THE_FILE, LEAVES_DAMAGED"
  })
  void opensAgain(Left left, Harm harm) throws Exception {
    Path generation = leave(left);
    harm(generation, harm);

    String expected = harm.cannotGoOn ? left.published : left.committed;
    boolean lost = !expected.equals(left.committed);
    boolean told = false;
    try (World.Desk desk = world.open(lazy(false))) {
      assertThat(changes(desk)).isEqualTo(expected);
      desk.run("CREATE TABLE goes_on(x)");
    } catch (PutAsideException e) { // once
      told = true;
    }
    assertThat(told).isEqualTo(lost);
    Engines.endIdle();
    assertThat(Forks.list(lazy(false), world.network())).hasSize(lost ? 1 : 0);
    try (World.Desk desk = world.open(lazy(true));
        World.Desk fresh = world.open("fresh", ID)) {
      desk.run("CREATE TABLE IF NOT EXISTS goes_on(x)");
      desk.session.sync(WAIT);
      assertThat(changes(desk)).isEqualTo(expected);
      assertThat(desk.ask("PRAGMA integrity_check")).isEqualTo("ok");
      assertThat(changes(fresh)).isEqualTo(expected);
      assertThat(fresh.ask("SELECT count(*) FROM note WHERE length(body) = 3000"))
          .isEqualTo(Integer.toString(ROWS));
    }
    if (lost) {
      String fork = generation.getFileName().toString();
      assertThatThrownBy(
              () ->
                  Forks.export(
                      lazy(false), world.network(), fork, folder.resolve("exported"), false))
          .isInstanceOf(ForeignFileException.class)
          .hasMessageContaining("cannot be brought")
          .hasMessageContaining("inft forks acknowledge");
    }
  }
}
