package io.inft.replica;

import io.inft.replica.publish.policy.Inlining;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/**
 * A process that is made to be killed: it writes rows in transactions of two and says which are
 * acknowledged. Arguments: folder, machine, seed, durability, which versions go along with their
 * anchors.
 */
final class CrashWriter {
  private CrashWriter() {}

  /** What went along with an anchor is carried to the store after a second. */
  static World world(Path folder, Inlining.Choice inlining) {
    return new World(folder).inlining(inlining, Duration.ofSeconds(1));
  }

  public static void main(String[] args) throws Exception {
    World world = world(Path.of(args[0]), Inlining.Choice.valueOf(args[4]));
    Random random = new Random(Long.parseLong(args[2]));
    EngineSettings settings =
        World.withDurability(
            world.settings(args[1], "crash"), EngineSettings.Durability.valueOf(args[3]));
    World.Desk desk = new World.Desk(Engines.open(settings, world.network()));
    desk.run("CREATE TABLE IF NOT EXISTS pairs(n INTEGER, half INTEGER, filler BLOB)");
    long next = Long.parseLong(desk.ask("SELECT coalesce(max(n), 0) + 1 FROM pairs"));
    System.out.println("ready " + next);
    while (true) {
      desk.run("BEGIN IMMEDIATE");
      int filler = random.nextInt(3000);
      desk.run("INSERT INTO pairs VALUES (" + next + ", 1, randomblob(" + filler + "))");
      desk.run("INSERT INTO pairs VALUES (" + next + ", 2, randomblob(" + filler + "))");
      desk.run("COMMIT");
      System.out.println("ack " + next);
      next++;
      if (random.nextInt(40) == 0) {
        desk.run("DELETE FROM pairs WHERE n % 50 = 7 AND n < " + (next - 60));
      }
      if (random.nextInt(60) == 0) {
        desk.session.checkpoint(random.nextBoolean() ? "TRUNCATE" : "PASSIVE");
      }
    }
  }
}
