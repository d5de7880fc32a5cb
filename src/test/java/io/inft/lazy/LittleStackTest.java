package io.inft.lazy;

import static io.inft.lazy.LazyWorld.run;
import static io.inft.lazy.LazyWorld.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

/** A thread whose stack is nearly used up gets a failure or the right row, never another. */
class LittleStackTest {
  @TempDir Path folder;

  private final List<String> wrong = new ArrayList<>();
  private final List<String> questions = new ArrayList<>();
  private int right;
  private int failed;
  private int next = 1;

  @Test
  void noReadIsSkipped() throws Exception {
    SourceDatabase source = SourceDatabase.make(folder, 3000, 4096);
    try (LazyWorld world = new LazyWorld(folder, source, 1)) {
      PartialDatabase database = world.open();
      SQLiteConnection connection = world.connect(database);
      run(connection, "PRAGMA cache_size=2");
      List<String> names = new ArrayList<>();
      names.add("");
      questions.add("");
      for (int id = 1; id <= 3000; id++) {
        questions.add("SELECT name || substr(body,1,9) FROM note WHERE id = " + id);
        names.add(
            SourceDatabase.name(id)
                + text(connection, "SELECT substr(body,1,9) FROM note WHERE id = " + id));
      }
      FutureTask<Void> deep = new FutureTask<>(() -> dive(database, connection, names), null);
      Thread thread = new Thread(null, deep, "deep", 1 << 20);
      thread.start();
      deep.get(60, TimeUnit.SECONDS);
      assertThat(wrong).isEmpty();
      assertThat(right).isPositive();
      assertThat(failed).isPositive();
    }
  }

  @SuppressWarnings("InfiniteRecursion") // as far as the stack goes
  private void dive(PartialDatabase database, SQLiteConnection connection, List<String> names) {
    try {
      dive(database, connection, names);
    } catch (StackOverflowError e) {
      failed++;
    }
    if (right < 100) {
      try {
        ask(database, connection, names);
      } catch (StackOverflowError e) {
        failed++;
      }
    }
  }

  private void ask(PartialDatabase database, SQLiteConnection connection, List<String> names) {
    next = next % 3000 + 1;
    try {
      database.enter();
      String found = text(connection, questions.get(next));
      if (found.equals(names.get(next))) {
        right++;
      } else {
        wrong.add(found);
      }
    } catch (Exception | LinkageError e) { // of what is linked with no stack left
      failed++;
    }
  }
}
