package io.inft.replica;

import io.inft.bytes.ByteSource;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.replica.local.Network;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Anchored commits of several writers on a network that takes its time: how many versions a second,
 * and how long a commit waits.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.inft.replica.PipelineBench -Dexec.args="300 500 8 20"
 * </pre>
 *
 * Arguments: milliseconds to store a version, milliseconds to anchor it, writers, seconds.
 */
final class PipelineBench {
  private PipelineBench() {}

  public static void main(String[] arguments) throws Exception {
    long storing = Long.parseLong(arguments[0]);
    long anchoring = Long.parseLong(arguments[1]);
    int writers = Integer.parseInt(arguments[2]);
    Duration length = Duration.ofSeconds(Long.parseLong(arguments[3]));
    Path folder = Files.createTempDirectory("inft-bench-");
    try {
      run(folder, storing, anchoring, writers, length);
    } finally {
      Engines.endIdle();
      DurableFiles.deleteTree(folder);
    }
  }

  private static void run(Path folder, long storing, long anchoring, int writers, Duration length)
      throws Exception {
    World world = new World(folder);
    Network real = world.network();
    Network slow =
        new Network(
            real.name(),
            new SlowStore(real.store(), storing),
            new SlowRegistry(real.registry(), version -> pause(anchoring)),
            real.signer(),
            real.syncInterval(),
            true);
    EngineSettings settings =
        World.withDurability(
            world.settings("laptop", "piped"),
            EngineSettings.Durability.ANCHORED,
            Duration.ofMinutes(2));
    try (World.Desk desk = new World.Desk(Engines.open(settings, slow))) {
      desk.run("CREATE TABLE t(writer INT, n INT)");
      long first = desk.session.version();
      long began = System.nanoTime();
      long until = began + length.toNanos();
      List<Thread> threads = new ArrayList<>();
      List<Long> waits = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        int writer = i;
        Thread thread = new Thread(() -> write(settings, slow, writer, until, waits));
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "store %d ms, anchor %d ms, %d writers: %.2f versions a second, %.1f commits a second,"
              + " a commit waits %.0f ms%n",
          storing,
          anchoring,
          writers,
          (desk.session.version() - first) / seconds,
          waits.size() / seconds,
          waits.stream().mapToLong(Long::longValue).average().orElse(0) / 1e6);
    }
  }

  private static void write(
      EngineSettings settings, Network network, int writer, long until, List<Long> waits) {
    try (World.Desk desk = new World.Desk(Engines.open(settings, network))) {
      for (int n = 0; System.nanoTime() < until; n++) {
        long began = System.nanoTime();
        desk.run("INSERT INTO t VALUES (" + writer + ", " + n + ")");
        synchronized (waits) {
          waits.add(System.nanoTime() - began);
        }
        pause(10L * writer);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes its time for every version, whatever its size. */
  private record SlowStore(Store real, long millis) implements Store {
    @Override
    public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
      pause(millis);
      return real.put(object, listener);
    }

    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      return real.open(object);
    }

    @Override
    public boolean contains(ObjectRef object) throws InftException {
      return real.contains(object);
    }

    @Override
    public String describe() {
      return real.describe();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
