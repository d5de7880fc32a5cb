package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.publish.policy.Inlining;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A writing process is killed at random moments, again and again. */
class CrashTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "{0}, inline {1}, {2} kills, seed {3}")
  @CsvSource({"LOCAL,NEVER,5,1", "ANCHORED,NEVER,3,2", "LOCAL,ALWAYS,5,3", "ANCHORED,ALWAYS,3,4"})
  void aKilledWriterLosesNothingThatItAcknowledged(
      String durability, Inlining.Choice inlining, int kills, long seed) throws Exception {
    killAgainAndAgain(durability, inlining, kills, seed);
  }

  @Tag("heavy")
  @ParameterizedTest(name = "{0}, inline {1}, {2} kills, seed {3}")
  @CsvSource({
    "LOCAL,NEVER,250,11",
    "ANCHORED,NEVER,250,12",
    "LOCAL,ALWAYS,250,13",
    "ANCHORED,ALWAYS,250,14"
  })
  void aWriterKilledAThousandTimesLosesNothingThatItAcknowledged(
      String durability, Inlining.Choice inlining, int kills, long seed) throws Exception {
    killAgainAndAgain(durability, inlining, kills, seed);
  }

  private void killAgainAndAgain(String durability, Inlining.Choice inlining, int kills, long seed)
      throws Exception {
    Random random = new Random(seed);
    for (int kill = 0; kill < kills; kill++) {
      String machine = durability.equals("LOCAL") ? "home" : "home" + kill;
      long acknowledged = killOnce(durability, inlining, machine, random);
      String next = durability.equals("LOCAL") ? machine : "look" + kill;
      try (World world = CrashWriter.world(folder, inlining);
          World.Desk desk = world.open(next, "crash")) {
        String what = "after kill " + kill + " of seed " + random + " with " + durability;
        if (desk.ask("SELECT count(*) FROM sqlite_master WHERE name = 'pairs'").equals("0")) {
          assertThat(acknowledged).as(what).isZero();
          continue;
        }
        long newest = Long.parseLong(desk.ask("SELECT coalesce(max(n), 0) FROM pairs"));
        assertThat(newest).as("newest row %s", what).isGreaterThanOrEqualTo(acknowledged);
        assertThat(
                desk.ask(
                    "SELECT count(*) FROM (SELECT n FROM pairs GROUP BY n HAVING count(*) <> 2)"))
            .as("half or repeated transactions %s", what)
            .isEqualTo("0");
        assertThat(
                desk.ask(
                    "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < "
                        + newest
                        + ") SELECT count(*) FROM s WHERE n % 50 <> 7 AND n NOT IN (SELECT n FROM"
                        + " pairs)"))
            .as("missing rows %s", what)
            .isEqualTo("0");
        assertThat(desk.ask("PRAGMA integrity_check")).as(what).isEqualTo("ok");
      }
      if (durability.equals("LOCAL") && kill % 5 == 4) {
        try (World world = CrashWriter.world(folder, inlining);
            World.Desk here = world.open(machine, "crash")) {
          here.session.sync(java.time.Duration.ofSeconds(60));
          try (World.Desk there = world.open("fresh" + kill, "crash")) {
            assertThat(Dump.of(there.connection)).isEqualTo(Dump.of(here.connection));
          }
        }
      }
    }
  }

  private long killOnce(String durability, Inlining.Choice inlining, String machine, Random random)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                CrashWriter.class.getName(),
                folder.toString(),
                machine,
                Long.toString(random.nextLong()),
                durability,
                inlining.name())
            .redirectErrorStream(true)
            .start();
    AtomicLong acknowledged = new AtomicLong();
    StringBuilder other = new StringBuilder();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  if (line.startsWith("ack ")) {
                    acknowledged.set(Long.parseLong(line.substring(4)));
                  } else {
                    synchronized (other) {
                      other.append(line).append('\n');
                    }
                  }
                }
              } catch (IOException e) {
                synchronized (other) {
                  other.append(e);
                }
              }
            });
    reader.start();
    long begun = System.nanoTime();
    while (acknowledged.get() == 0 && process.isAlive()) {
      Thread.sleep(5);
      assertThat(System.nanoTime() - begun)
          .as("the writer did not begin: %s", other)
          .isLessThan(TimeUnit.SECONDS.toNanos(90));
    }
    Thread.sleep(random.nextInt(400));
    assertThat(process.isAlive()).as("the writer ended by itself: %s", other).isTrue();
    process.destroyForcibly();
    process.waitFor();
    reader.join();
    return acknowledged.get();
  }
}
