package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.DurableFiles;
import io.inft.devnet.DevnetFixture;
import io.inft.replica.Engines;
import java.io.BufferedReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A process that changes keys on a chain is killed. Afterwards the secret that it had or the one
 * that was on its way opens the database, on that machine and on a fresh one, and no acknowledged
 * row is missing. The same on the embedded network, step by step and much more often: {@code
 * RotationEveryStepTest} and {@code RotationCrashTest}.
 */
@Tag("processes")
class DevnetRotationCrashTest extends OnDevnet {
  /** Hides the network of the other tests: blocks come by themselves, as on a real chain. */
  @BeforeAll
  static void startNetwork() throws Exception {
    network = DevnetFixture.withBlocksEvery("0.05");
  }

  @Test
  void aKilledRotationLeavesTheOldSecretOrTheNewOne() throws Exception {
    killAgainAndAgain(2, 31);
  }

  @Test
  @Tag("heavy")
  void aRotationKilledFiftyTimesLeavesTheOldSecretOrTheNewOne() throws Exception {
    killAgainAndAgain(50, 32);
  }

  private Properties machine(String name, int secret) {
    Properties properties = on(name);
    properties.remove("password");
    properties.setProperty("encryptionKey", DevnetRotator.key(secret));
    return properties;
  }

  private void killAgainAndAgain(int kills, long seed) throws Exception {
    String id = "rotated-" + seed;
    Random random = new Random(seed);
    try (Connection connection = connect(id, machine("home", 0))) {
      run(connection, "create table t(n integer)");
    }
    Engines.endIdle();
    int secret = 0;
    int rows = 0;
    int moved = 0;
    for (int kill = 0; kill < kills; kill++) {
      String what = "kill " + kill + " of seed " + seed;
      AtomicInteger acknowledgedSecret = new AtomicInteger(secret);
      rows += killed(id, acknowledgedSecret, kill % 2 == 1, random);
      int now = opened(id, "home", acknowledgedSecret.get(), rows, what);
      assertThat(opened(id, "fresh" + kill, acknowledgedSecret.get(), rows, what))
          .as("%s, on a machine that never had it", what)
          .isEqualTo(now);
      DurableFiles.deleteTree(folder.resolve("fresh" + kill));
      moved += now > secret ? 1 : 0;
      secret = now;
    }
    assertThat(moved).as("kills that came after a rotation").isPositive();
  }

  /** Opens with the acknowledged secret or the one after it, and says which one it was. */
  private int opened(String id, String machine, int acknowledged, int rows, String what)
      throws SQLException {
    SQLException refusal = null;
    for (int secret = acknowledged; secret <= acknowledged + 1; secret++) {
      try (Connection connection = connect(id, machine(machine, secret))) {
        run(connection, "select inft_sync(60000)");
        assertThat(number(connection, "select count(*) from t"))
            .as(what)
            .isGreaterThanOrEqualTo(rows);
        assertThat(text(connection, "pragma integrity_check")).as(what).isEqualTo("ok");
        return secret;
      } catch (SQLException e) {
        assertThat(e.getSQLState()).as("%s: %s", what, e).isEqualTo("28000");
        refusal = e;
      } finally {
        Engines.endIdle();
      }
    }
    throw new AssertionError(what + ": neither secret opens " + machine, refusal);
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /**
   * Starts a rotator, and kills it some time after it began.
   *
   * @param secret the one that opens; afterwards the newest one that was acknowledged
   * @param afterOne wait for a rotation first, which a busy machine may else not get through
   * @return how many rows were acknowledged
   */
  private int killed(String id, AtomicInteger secret, boolean afterOne, Random random)
      throws Exception {
    int before = secret.get();
    Path file = folder.resolve("rotator.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      machine("home", secret.get()).store(writer, null);
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                DevnetRotator.class.getName(),
                id,
                file.toString(),
                Integer.toString(secret.get()))
            .redirectErrorStream(true)
            .start();
    AtomicInteger rows = new AtomicInteger();
    @SuppressWarnings("JdkObsolete") // two threads
    StringBuffer other = new StringBuffer();
    Thread reader = new Thread(() -> read(process, secret, rows, other), "rotator-output");
    reader.start();
    try {
      long begun = System.nanoTime();
      while ((rows.get() == 0 || (afterOne && secret.get() == before)) && process.isAlive()) {
        assertThat(System.nanoTime() - begun)
            .as("the rotator did not begin: %s", other)
            .isLessThan(TimeUnit.MINUTES.toNanos(4));
        Thread.sleep(5);
      }
      Thread.sleep(random.nextInt(600));
      assertThat(process.isAlive()).as("the rotator ended by itself: %s", other).isTrue();
    } finally {
      process.toHandle().destroyForcibly(); // what it said stays readable
      process.waitFor();
      reader.join();
    }
    assertThat(other.toString()).doesNotContain("failed", "Exception");
    return rows.get();
  }

  private static void read(
      Process process, AtomicInteger secret, AtomicInteger rows, StringBuffer other) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("secret ")) {
          secret.set(Integer.parseInt(line.substring(7)));
        } else if (line.equals("row")) {
          rows.incrementAndGet();
        } else {
          other.append(line).append('\n');
        }
      }
    } catch (java.io.IOException e) {
      other.append(e);
    }
  }
}
