package io.inft.handover;

import io.inft.registry.DatabaseId;
import io.inft.replica.Engines;
import io.inft.replica.World;
import io.inft.replica.publish.RotationTest;
import java.nio.file.Path;
import java.time.Clock;

/**
 * A process that is made to be killed while a database is sold from the one to the other and back,
 * and written to by whoever has it. Arguments: folder, number of the next sale. It says which sales
 * and rows are acknowledged.
 */
final class HandOverVictim {
  static final String ID = "sold";

  private HandOverVictim() {}

  /** The party that sells number {@code sale}; the other one buys it. */
  static Party party(Path folder, int sale) {
    return Party.of(folder, "party" + sale % 2, 1 + sale % 2, Clock.systemUTC());
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    for (int sale = Integer.parseInt(args[1]); ; sale++) {
      sell(folder, sale, "");
    }
  }

  /** Sells it, or goes on with what was begun of that. */
  static void sell(Path folder, int sale, String quiet) throws Exception {
    DatabaseId id = DatabaseId.parse(ID);
    Party seller = party(folder, sale);
    Party buyer = party(folder, sale + 1);
    if (seller.registry().rights(id, seller.key().address()).owner()) {
      if (!quiet.equals("row")) {
        write(seller, id, sale);
        say(quiet, "row " + sale);
      }
      seller.offer(id, buyer, step -> say(quiet, "step " + step));
    }
    buyer.accept(id, step -> say(quiet, "step " + step));
    say(quiet, "sold " + sale);
  }

  private static void say(String quiet, String line) {
    if (quiet.isEmpty()) {
      System.out.println(line);
    }
  }

  static void write(Party party, DatabaseId id, int row) throws Exception {
    try (World.Desk desk = party.open(id)) {
      desk.run("CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY)");
      desk.run("INSERT OR IGNORE INTO t VALUES (" + row + ")");
      desk.session.sync(RotationTest.PATIENCE);
    }
    Engines.endIdle();
  }
}
