package io.inft.replica.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.DurableFiles;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.RotationEveryStepTest;
import io.inft.replica.RotationVictim;
import io.inft.replica.World;
import io.inft.replica.publish.policy.Inlining;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that rotates keys dies. Afterwards the old secret or the new one opens the database, on
 * a fresh machine and on the same one, and never neither; and no acknowledged row is missing. What
 * it does step by step is looked at in {@link RotationEveryStepTest}.
 */
@Tag("processes")
class RotationCrashTest {
  /** Names of databases whose small versions go along with their anchors begin with it. */
  private static final String INLINED = "inlined";

  @TempDir Path folder;

  /** What a victim said before it died. */
  private record Said(int secret, long row) {}

  @Test
  void dyingTenTimesLeavesTheOldSecretOrTheNewOne() throws Exception {
    killAgainAndAgain(10, 5, 21);
  }

  @Test
  @Tag("heavy")
  void dyingFiveHundredTimesLeavesTheOldSecretOrTheNewOne() throws Exception {
    killAgainAndAgain(500, 25, 22);
  }

  private void killAgainAndAgain(int kills, int ofOne, long seed) throws Exception {
    Random random = new Random(seed);
    int moved = 0;
    for (int kill = 0; kill < kills; kill += ofOne) {
      int last = Math.min(kills, kill + ofOne);
      moved += killOneDatabase(kill / ofOne % 2 == 1, kill, last, seed, random);
    }
    assertThat(moved).as("rounds in which a rotation went through").isPositive();
  }

  /** Histories grow by hundreds of versions, and the embedded registry reads all of them. */
  private int killOneDatabase(boolean inlined, int first, int last, long seed, Random random)
      throws Exception {
    String database = (inlined ? INLINED : "stored") + first;
    int secret = 0;
    long row = 0;
    int moved = 0;
    for (int kill = first; kill < last; kill++) {
      Said said = killed(database, secret, row, random);
      int now = survivor(database, "kill " + kill + " of seed " + seed, said, random.nextBoolean());
      moved += now > secret ? 1 : 0;
      secret = now;
      row = said.row();
    }
    DurableFiles.deleteTree(folder.resolve(database));
    return moved;
  }

  private static Inlining.Choice inlining(String database) {
    return database.startsWith(INLINED) ? Inlining.Choice.ALWAYS : Inlining.Choice.NEVER;
  }

  /** Opens with the one or the other, says which one it was, and looks at every row. */
  private int survivor(String database, String what, Said said, boolean newFirst) throws Exception {
    int old = said.secret();
    int elsewhere = opens(database, "fresh", old, old + 1, said, what);
    int here =
        newFirst
            ? opens(database, "home", old + 1, old, said, what)
            : opens(database, "home", old, old + 1, said, what);
    // What this machine went on with is what everybody has now.
    assertThat(opens(database, "fresh", here, here, said, what)).as(what).isEqualTo(here);
    assertThat(here).as(what).isGreaterThanOrEqualTo(elsewhere);
    return here;
  }

  private int opens(String database, String machine, int one, int other, Said said, String what)
      throws Exception {
    try (World world =
        new World(folder.resolve(database)).inlining(inlining(database), Duration.ofHours(1))) {
      Exception failure = null;
      for (int secret : one == other ? new int[] {one} : new int[] {one, other}) {
        EngineSettings settings =
            World.withSecret(
                world.settings(machine, "rotated"), Optional.of(RotationTest.key(secret)));
        try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
          if (machine.equals("home")) {
            assertThat(desk.ask("SELECT count(DISTINCT n) FROM t WHERE n <= " + said.row()))
                .as(what)
                .isEqualTo(Long.toString(said.row()));
            desk.session.sync(RotationTest.PATIENCE);
          }
          assertThat(desk.ask("SELECT count(*) - count(DISTINCT n) FROM t"))
              .as(what)
              .isEqualTo("0");
          assertThat(desk.ask("PRAGMA integrity_check")).as(what).isEqualTo("ok");
          return secret;
        } catch (WrongKeyException | NoSlotException e) {
          failure = e;
        } catch (InftException e) {
          throw new AssertionError(what + ", opening " + machine + " with secret " + secret, e);
        }
      }
      throw new AssertionError(what + ": neither secret opens " + machine, failure);
    }
  }

  private Said killed(String database, int secret, long row, Random random) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx128m",
                // Of its own: what others do with the native library there is no news of ours.
                "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                RotationVictim.class.getName(),
                folder.resolve(database).toString(),
                "home",
                Integer.toString(secret),
                inlining(database).name())
            .redirectErrorStream(true)
            .start();
    AtomicInteger secretSaid = new AtomicInteger(secret);
    AtomicReference<Long> rowSaid = new AtomicReference<>(row);
    @SuppressWarnings("JdkObsolete") // two threads
    StringBuffer other = new StringBuffer();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  if (line.startsWith("secret ")) {
                    secretSaid.set(Integer.parseInt(line.substring(7)));
                  } else if (line.startsWith("row ")) {
                    rowSaid.set(Long.parseLong(line.substring(4)));
                  } else {
                    other.append(line).append('\n');
                  }
                }
              } catch (java.io.IOException e) {
                other.append(e);
              }
            });
    reader.start();
    // A busy machine gets through no rotation in so little time, so some wait for one.
    boolean afterOne = random.nextInt(3) == 0;
    long begun = System.nanoTime();
    while ((rowSaid.get() == row || (afterOne && secretSaid.get() == secret))
        && process.isAlive()) {
      Thread.sleep(2);
      assertThat(System.nanoTime() - begun)
          .as("the victim did not begin: %s", other)
          .isLessThan(TimeUnit.MINUTES.toNanos(4));
    }
    Thread.sleep(random.nextInt(120));
    assertThat(process.isAlive()).as("the victim ended by itself: %s", other).isTrue();
    process.toHandle().destroyForcibly(); // what it said stays readable
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s", other).isTrue();
    reader.join();
    assertThat(other.toString()).as("what the victim said").doesNotContain("failed", "Exception");
    return new Said(secretSaid.get(), rowSaid.get());
  }
}
