package io.inft.lazy;

import io.inft.bytes.LastActs;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An application in a class loader of its own: opens a partial database in {@code folder}, leaves
 * its connection to the container that asked, and is undeployed.
 */
public final class LazyApplication implements Callable<Connection> {
  private final Path folder;

  public LazyApplication(Path folder) {
    this.folder = folder;
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker")
  public Connection call() throws Exception {
    SourceDatabase source = SourceDatabase.read(folder.resolve("base.db"), 1024);
    ExecutorService threads = Executors.newCachedThreadPool(LazyApplication::daemon);
    LazyWorld world = new LazyWorld(folder, source, 2);
    PartialDatabase database =
        PartialDatabase.open(
            world.path,
            new PartialDatabase.Setup(
                source.base(),
                world.supplier,
                threads,
                Duration.ofSeconds(10),
                new WholeCheck() {
                  @Override
                  public void prove() {}

                  @Override
                  public boolean isFinal(io.inft.failure.InftException failure) {
                    return true;
                  }

                  @Override
                  public void whole() {}
                }));
    Connection connection = world.connect(database);
    LazyWorld.text(
        connection.unwrap(org.sqlite.SQLiteConnection.class),
        "SELECT count(*) FROM note WHERE id < 3");
    database.close();
    threads.shutdownNow();
    world.threads.shutdownNow();
    LastActs.run();
    return connection;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }
}
