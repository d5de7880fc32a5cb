package io.inft.lazy;

import static io.inft.lazy.LazyWorld.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

/** A process that is killed, whatever it does, loses nothing that was committed. */
@Tag("processes")
class PartialCrashTest {
  private static final int ROWS = 2000;

  @TempDir Path folder;

  @Test
  void killedAFewTimes() throws Exception {
    kill(4, 11);
  }

  @Test
  @Tag("heavy")
  void killedManyTimes() throws Exception {
    kill(120, 12);
  }

  private void kill(int times, long seed) throws Exception {
    SourceDatabase source = SourceDatabase.make(folder, ROWS, 1024);
    Map<Integer, String> expected = new HashMap<>();
    Random random = new Random(seed);
    Path place = folder;
    for (int i = 0; i < times; i++) {
      if (i % 8 == 0) { // what is whole is of no interest any more
        place = Files.createDirectory(folder.resolve("place" + i));
        Files.write(place.resolve("base.db"), source.bytes);
        expected.clear();
      }
      String synchronous = List.of("OFF", "NORMAL", "FULL").get(i % 3);
      List<String> said = work(place, seed * 1000 + i, synchronous, 1 + random.nextInt(60));
      String[] open = remember(said, expected);
      check(copy(place, i), source, expected, open);
    }
  }

  /** Kills the process a moment after it has done so much. */
  private static List<String> work(Path place, long seed, String synchronous, int commits)
      throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            List.of(),
            KilledProcess.class,
            place.toString(),
            Long.toString(seed),
            synchronous,
            Integer.toString(ROWS))) {
      for (int i = 0; i < commits; i++) {
        child.awaitLine("done");
      }
      TimeUnit.MICROSECONDS.sleep(new Random(seed).nextInt(5000));
      // Process.destroyForcibly would close what it said last.
      new ProcessBuilder("kill", "-KILL", Long.toString(child.pid())).start().waitFor();
      child.exit();
      int awaited = String.join("\n", child.said()).length();
      List<String> said = new ArrayList<>(child.said());
      said.addAll(child.output().substring(awaited).lines().toList());
      return said;
    }
  }

  private static String why(LazyWorld world, SQLiteConnection connection) {
    return world.databases().stream()
        .map(database -> database.takeFailure(connection) + " " + database.progress())
        .toList()
        .toString();
  }

  /** Of the files that a crash leaves, so that what is looked at is not brought into them. */
  private Path copy(Path place, int number) throws Exception {
    Path copy = Files.createDirectory(folder.resolve("copy" + number));
    for (String name : List.of("lazy.db", "lazy.db-wal", "lazy.db-present")) {
      if (Files.exists(place.resolve(name))) {
        Files.copy(place.resolve(name), copy.resolve(name));
      }
    }
    return copy;
  }

  /** What was begun and not said to be done, if anything was. */
  private static String[] remember(List<String> said, Map<Integer, String> expected) {
    String[] open = {};
    for (String line : said) {
      String[] words = line.split(" ", -1);
      if (words.length == 3 && words[0].equals("do")) {
        open = words;
      } else if (words.length == 3 && words[0].equals("done")) {
        expected.put(Integer.parseInt(words[1]), words[2]);
        open = new String[] {};
      }
    }
    return open;
  }

  private static void check(
      Path place, SourceDatabase source, Map<Integer, String> expected, String[] open)
      throws Exception {
    try (LazyWorld world = new LazyWorld(place, source, 64);
        SQLiteConnection connection = world.connectEitherWay()) {
      String ok = text(connection, "PRAGMA integrity_check");
      assertThat(ok).as(() -> why(world, connection)).isEqualTo("ok");
      if (open.length == 3) { // it may have been committed
        int id = Integer.parseInt(open[1]);
        String found = text(connection, "SELECT name FROM note WHERE id = " + id);
        assertThat(found).isIn(open[2], expected.getOrDefault(id, SourceDatabase.name(id)));
        expected.put(id, found);
      }
      for (int id = 1; id <= ROWS; id++) {
        assertThat(text(connection, "SELECT name FROM note WHERE id = " + id))
            .as("row " + id)
            .isEqualTo(expected.getOrDefault(id, SourceDatabase.name(id)));
      }
    }
  }
}
