package io.inft.replica;

import io.inft.replica.local.Network;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.publish.RotationTest;
import io.inft.replica.publish.policy.Inlining;
import io.inft.seal.SlotRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A process that is made to be killed while it rotates keys and writes. Arguments: folder, machine,
 * number of the secret that opens, which versions go along with their anchors. It says which rows
 * and which secret are acknowledged.
 */
public final class RotationVictim {
  private RotationVictim() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int secret = Integer.parseInt(args[2]);
    World world = new World(folder).inlining(Inlining.Choice.valueOf(args[3]), Duration.ofHours(1));
    Network network = world.network();
    EngineSettings settings =
        World.withSecret(world.settings(args[1], "rotated"), Optional.of(RotationTest.key(secret)));
    World.Desk desk = new World.Desk(Engines.open(settings, network));
    World.Desk writer = new World.Desk(Engines.open(settings, network));
    desk.run("CREATE TABLE IF NOT EXISTS t(n INTEGER)");
    desk.session.sync(RotationTest.PATIENCE);
    Thread writing = new Thread(() -> write(writer));
    writing.setDaemon(true);
    writing.start();
    while (true) {
      SlotRequest slot = RotationTest.slot(RotationTest.key(++secret));
      desk.session.rotate(
          secret % 2 == 0
              ? new KeyChange.NewEpoch(List.of(slot), true)
              : new KeyChange.Replace(slot));
      System.out.println("secret " + secret);
    }
  }

  private static void write(World.Desk desk) {
    try {
      long next = Long.parseLong(desk.ask("SELECT coalesce(max(n), 0) + 1 FROM t"));
      while (true) {
        desk.run("INSERT INTO t VALUES (" + next + ")");
        System.out.println("row " + next);
        next++;
        Thread.sleep(3);
      }
    } catch (Exception e) {
      System.out.println("failed " + e);
    }
  }
}
