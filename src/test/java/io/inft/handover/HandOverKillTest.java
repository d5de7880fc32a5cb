package io.inft.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.DurableFiles;
import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.jdbc.Target;
import io.inft.registry.DatabaseId;
import io.inft.replica.Engines;
import io.inft.replica.World;
import io.inft.replica.publish.RotationTest;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever sells or buys dies at any moment. Whoever should can open the database, on a fresh
 * machine too; once the buyer began his key epoch the seller cannot; nobody finds a database that
 * neither can open. Done again, the sale comes to its end, with every acknowledged row.
 */
@Tag("processes")
class HandOverKillTest {
  private static final DatabaseId ID;

  static {
    try {
      ID = DatabaseId.parse(HandOverVictim.ID);
    } catch (io.inft.failure.InftException e) {
      throw new AssertionError(e);
    }
  }

  private static final int KILLS_OF_ONE_DATABASE = 20;

  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  /** After which word of the victim's it dies, and a random time later. */
  private static final List<String> MOMENTS =
      List.of("step LET_IN", "step ACCEPTED", "row", "step LOCKED", "step OFFERED", "step ROTATED");

  @Test
  void dyingThreeTimesLeavesItWithTheOneOrTheOther() throws Exception {
    killAgainAndAgain(3, 31);
  }

  @Test
  @Tag("heavy")
  void dyingFiveHundredTimesLeavesItWithTheOneOrTheOther() throws Exception {
    killAgainAndAgain(500, 32);
  }

  private void killAgainAndAgain(int kills, long seed) throws Exception {
    Random random = new Random(seed);
    int midway = 0;
    for (int first = 0; first < kills; first += KILLS_OF_ONE_DATABASE) {
      Path database = folder.resolve("database" + first);
      int sale = 0;
      Set<Integer> acknowledged = new TreeSet<>(Set.of(-1));
      HandOverVictim.write(HandOverVictim.party(database, 0), ID, -1);
      for (int kill = first; kill < Math.min(kills, first + KILLS_OF_ONE_DATABASE); kill++) {
        String what = "kill " + kill + " of seed " + seed;
        sale = killed(database, sale, acknowledged, MOMENTS.get(kill % MOMENTS.size()), random);
        midway += opensForWhomItShould(database, sale, what) ? 1 : 0;
        HandOverVictim.sell(database, sale, "row");
        Engines.endIdle();
        hasRows(HandOverVictim.party(database, sale + 1), acknowledged, what);
        assertThat(opens(HandOverVictim.party(database, sale))).as(what).isFalse();
        sale++;
      }
      DurableFiles.deleteTree(database);
    }
    assertThat(midway).as("kills between the first step of a sale and its last").isPositive();
  }

  /** Says whether the sale was under way. */
  private boolean opensForWhomItShould(Path database, int sale, String what) throws Exception {
    Party seller = HandOverVictim.party(database, sale);
    Party buyer = HandOverVictim.party(database, sale + 1);
    HandOverState state = seller.handOver(ID, step -> {}).state();
    boolean sold = state.head().owner().equals(buyer.key().address());
    boolean closed = sold && !state.needsRotation();
    boolean buyerIn =
        state.keys().slots().stream().anyMatch(slot -> slot.isWalletOf(buyer.key().address()));
    assertThat(opens(seller)).as("the seller, " + what).isEqualTo(!closed);
    assertThat(opens(buyer)).as("the buyer, " + what).isEqualTo(buyerIn);
    assertThat(closed || !sold || buyerIn).as(what).isTrue();
    return buyerIn && !closed;
  }

  /** The newest version, on a machine that never saw it. */
  private static boolean opens(Party party) throws Exception {
    Target target = party.target(ID, "fresh");
    long newest = party.registry().head(ID).version();
    Target at = target.at(Optional.of(Long.toString(newest)));
    try (World.Desk desk = new World.Desk(Engines.open(at.settings(), at.network()))) {
      assertThat(desk.ask("PRAGMA integrity_check")).isEqualTo("ok");
      return true;
    } catch (NoSlotException | WrongKeyException e) {
      return false;
    } finally {
      Engines.endIdle();
    }
  }

  private static void hasRows(Party owner, Set<Integer> acknowledged, String what)
      throws Exception {
    try (World.Desk desk = owner.open(ID)) {
      desk.session.sync(RotationTest.PATIENCE);
      assertThat(desk.ask("SELECT group_concat(n) FROM t").split(",", -1))
          .as(what)
          .contains(acknowledged.stream().map(Object::toString).toArray(String[]::new));
      assertThat(desk.ask("PRAGMA integrity_check")).as(what).isEqualTo("ok");
    } finally {
      Engines.endIdle();
    }
  }

  /**
   * The first sale that is not acknowledged.
   *
   * @param rows takes those that are
   */
  private int killed(Path database, int sale, Set<Integer> rows, String moment, Random random)
      throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx128m",
                "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                HandOverVictim.class.getName(),
                database.toString(),
                Integer.toString(sale))
            .redirectErrorStream(true)
            .start();
    int next = sale;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder said = new StringBuilder();
      boolean dead = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.append(line).append('\n');
        if (line.startsWith("sold ")) {
          next = Integer.parseInt(line.substring(5)) + 1;
        } else if (line.startsWith("row ")) {
          rows.add(Integer.parseInt(line.substring(4)));
        }
        if (line.startsWith(moment) && !dead) {
          TimeUnit.MILLISECONDS.sleep(random.nextInt(150));
          process.toHandle().destroyForcibly(); // what it said stays readable
          dead = true;
        }
      }
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(dead).as("the victim ended by itself: %s", said).isTrue();
      assertThat(said.toString()).doesNotContain("Exception");
    }
    return next;
  }
}
