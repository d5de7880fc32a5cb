package io.inft.lazy;

import static io.inft.lazy.LazyWorld.run;
import static io.inft.lazy.LazyWorld.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * What a read of a present page costs beside the plain VFS, by turns, and the installation. A
 * program, no test.
 */
final class LazyCost {
  private LazyCost() {}

  /** Prints microseconds. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("lazy-cost");
    SourceDatabase source = SourceDatabase.make(folder, 20_000, 4096);
    long began = System.nanoTime();
    System.out.println("unavailable " + PartialDatabase.unavailable());
    System.out.println("install ms " + (System.nanoTime() - began) / 1_000_000);
    Path plain = folder.resolve("plain.db");
    Files.write(plain, source.bytes);
    try (LazyWorld world = new LazyWorld(folder, source, 64);
        PartialDatabase database = world.open();
        SQLiteConnection lazily = world.connect(database);
        SQLiteConnection plainly =
            new JDBC4Connection("jdbc:sqlite:" + plain, plain.toString(), new Properties())) {
      run(lazily, "PRAGMA cache_size=1");
      run(plainly, "PRAGMA cache_size=1");
      for (int i = 0; i < 7; i++) {
        long plainNanos = scan(plainly);
        long lazyNanos = scan(lazily);
        System.out.printf(
            "pages %d plain us %.2f lazy us %.2f%n",
            source.pages(), plainNanos / 1e3 / source.pages(), lazyNanos / 1e3 / source.pages());
      }
      began = System.nanoTime();
      for (int i = 0; i < 100_000; i++) {
        database.enter();
      }
      System.out.println("enter us " + (System.nanoTime() - began) / 1e8);
    }
  }

  private static long scan(SQLiteConnection connection) throws Exception {
    long began = System.nanoTime();
    text(connection, "SELECT sum(length(name)) FROM note NOT INDEXED");
    return System.nanoTime() - began;
  }
}
