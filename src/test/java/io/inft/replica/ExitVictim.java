package io.inft.replica;

import io.inft.replica.local.Network;
import io.inft.replica.publish.policy.Cadence;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that ends with something unpublished in every database, on a store that is slow or
 * hangs. Arguments: folder, how many databases, {@code closeTimeout} in milliseconds, how long a
 * put takes in milliseconds, {@code onClose}, and what a thread asks of each database meanwhile, if
 * anything. A line on standard input has it exit.
 */
final class ExitVictim {
  private ExitVictim() {}

  public static void main(String[] args) throws Exception {
    long[] putMillis = new long[1];
    World world =
        new World(
            Path.of(args[0]),
            real -> {
              HangingStore store = new HangingStore(real);
              store.before(() -> take(putMillis));
              return store;
            });
    Network network = world.network();
    List<World.Desk> desks = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(args[1]); i++) {
      EngineSettings settings =
          World.withCadence(
                  world.settings("here", "agent/" + i),
                  Duration.ofHours(1),
                  1000,
                  Duration.ofHours(1),
                  Cadence.OnLag.WARN)
              .with(
                  new EngineSettings.Ending(
                      EngineSettings.OnClose.valueOf(args[4]),
                      Duration.ofMillis(Long.parseLong(args[2])),
                      Duration.ofMinutes(1)));
      World.Desk desk = new World.Desk(Engines.open(settings, network));
      desk.run("CREATE TABLE IF NOT EXISTS t(n INTEGER)");
      desk.run("INSERT INTO t VALUES (" + i + ")");
      desks.add(desk);
      if (args.length > 5) {
        askForEver(desk, args[5]);
      }
    }
    putMillis[0] = Long.parseLong(args[3]);
    System.out.println("ready " + desks.size());
    if (System.in.read() >= 0) {
      System.exit(0);
    }
  }

  private static void askForEver(World.Desk desk, String sql) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    Thread reader =
        new Thread(
            () -> {
              asked.countDown();
              try {
                desk.ask(sql);
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    reader.setDaemon(true);
    reader.start();
    asked.await();
  }

  private static void take(long[] putMillis) {
    long deadline = System.nanoTime() + putMillis[0] * 1_000_000;
    while (System.nanoTime() < deadline) {
      LockSupport.parkNanos(deadline - System.nanoTime()); // deaf to interrupts
    }
  }
}
