package io.inft.replica;

import io.inft.replica.local.Network;
import io.inft.replica.publish.policy.Inlining;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that ends with everything anchored and a version in the registry's log alone.
 * Arguments: folder, {@code closeTimeout} in milliseconds, how long a put takes in milliseconds
 * once it is ready. A line on standard input has it exit.
 */
final class InlinedExitVictim {
  static final String ID = "inlined";

  private InlinedExitVictim() {}

  public static void main(String[] args) throws Exception {
    long[] putMillis = new long[1];
    World world =
        new World(
                Path.of(args[0]),
                real -> {
                  HangingStore store = new HangingStore(real);
                  store.before(() -> LockSupport.parkNanos(putMillis[0] * 1_000_000));
                  return store;
                })
            .inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1));
    Network network = world.network();
    EngineSettings settings =
        world
            .settings("here", ID)
            .with(
                new EngineSettings.Ending(
                    EngineSettings.OnClose.PUBLISH,
                    Duration.ofMillis(Long.parseLong(args[1])),
                    Duration.ofMinutes(1)));
    World.Desk desk = new World.Desk(Engines.open(settings, network));
    desk.run("CREATE TABLE t(n INTEGER)");
    desk.session.sync(Duration.ofSeconds(30));
    desk.run("INSERT INTO t VALUES (1)");
    desk.session.sync(Duration.ofSeconds(30));
    putMillis[0] = Long.parseLong(args[2]);
    System.out.println("ready " + desk.session.version());
    if (System.in.read() >= 0) {
      System.exit(0);
    }
  }
}
