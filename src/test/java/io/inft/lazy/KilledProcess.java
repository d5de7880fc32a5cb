package io.inft.lazy;

import static io.inft.lazy.LazyWorld.run;
import static io.inft.lazy.LazyWorld.text;

import java.nio.file.Path;
import java.util.Random;
import org.sqlite.SQLiteConnection;

/**
 * Run in a process of its own, which is killed while it works: opens a partial database, writes,
 * checkpoints and reads, and prints each commit before it is made and after.
 */
final class KilledProcess {
  private KilledProcess() {}

  /**
   * Never returns.
   *
   * @param args folder, seed, what synchronous is, how many rows the source has
   */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Random random = new Random(Long.parseLong(args[1]));
    int rows = Integer.parseInt(args[3]);
    SourceDatabase source = SourceDatabase.read(folder.resolve("base.db"), 1024);
    try (LazyWorld world = new LazyWorld(folder, source, 2);
        SQLiteConnection connection = world.connectEitherWay()) {
      boolean hydrates = random.nextBoolean();
      run(connection, "PRAGMA synchronous=" + args[2]);
      run(connection, "PRAGMA wal_autocheckpoint=0");
      if (hydrates && !world.databases().isEmpty()) {
        world.databases().get(0).hydrate();
      }
      for (int i = 0; ; i++) {
        int id = random.nextInt(rows) + 1;
        String value = args[1] + "-" + i;
        System.out.println("do " + id + " " + value);
        run(connection, "UPDATE note SET name = '" + value + "' WHERE id = " + id);
        System.out.println("done " + id + " " + value);
        if (random.nextInt(4) == 0) {
          text(connection, "PRAGMA wal_checkpoint(" + mode(random) + ")");
        }
        text(connection, "SELECT body FROM note WHERE id = " + (random.nextInt(rows) + 1));
      }
    }
  }

  private static String mode(Random random) {
    return new String[] {"PASSIVE", "FULL", "RESTART", "TRUNCATE"}[random.nextInt(4)];
  }
}
