package io.inft.bench;

import io.inft.bytes.DurableFiles;
import io.inft.jdbc.InftDriver;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How long connections take together for commits that nobody waits for the network with, next to
 * plain sqlite-jdbc with the same settings: by turns, so that what else the machine does meets
 * both.
 */
final class LocalWriters {
  private static final int ROUNDS = 3;
  private static final int COMMITS = 2_000;

  private final Path folder;
  private final int writers;
  private final String property;

  private LocalWriters(Path folder, int writers, String property) {
    this.folder = folder;
    this.writers = writers;
    this.property = property;
  }

  static void compare(int writers, String property) throws Exception {
    Path folder = Files.createTempDirectory("inft-writers-bench");
    try {
      new LocalWriters(folder, writers, property).compare();
    } finally {
      Engines.endIdle();
      DurableFiles.deleteTree(folder);
    }
  }

  /** One round: milliseconds for all, and the longest that one commit took. */
  private record Round(double millis, double worst) {}

  private void compare() throws Exception {
    List<Connection> ours = new ArrayList<>();
    List<Connection> plain = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      ours.add(ours());
      plain.add(plain());
      if (i == 0) {
        run(ours.get(0), "create table t(id integer primary key, v text)");
        run(plain.get(0), "create table t(id integer primary key, v text)");
      }
    }
    Round[] oursTook = new Round[ROUNDS];
    Round[] plainTook = new Round[ROUNDS];
    round(ours);
    round(plain);
    for (int i = 0; i < ROUNDS; i++) {
      plainTook[i] = round(plain);
      oursTook[i] = round(ours);
    }
    Round our = median(oursTook);
    Round their = median(plainTook);
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d writers, %d commits: %.0f ms (worst commit %.0f ms), sqlite-jdbc %.0f ms (worst"
                + " commit %.0f ms): %.2f times its time",
            writers,
            COMMITS,
            our.millis,
            our.worst,
            their.millis,
            their.worst,
            our.millis / their.millis));
    for (Connection connection : ours) {
      connection.close();
    }
    for (Connection connection : plain) {
      connection.close();
    }
  }

  private static Round median(Round[] rounds) {
    Arrays.sort(rounds, (a, b) -> Double.compare(a.millis, b.millis));
    return rounds[ROUNDS / 2];
  }

  private Connection ours() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("syncInterval", "1h");
    properties.setProperty("busy_timeout", "600000");
    if (!property.isEmpty()) {
      int equals = property.indexOf('=');
      properties.setProperty(property.substring(0, equals), property.substring(equals + 1));
    }
    return new InftDriver().connect("jdbc:inft:writers", properties);
  }

  private Connection plain() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("journal_mode", "WAL");
    properties.setProperty("synchronous", "FULL");
    properties.setProperty("busy_timeout", "600000");
    return org.sqlite.JDBC.createConnection(
        "jdbc:sqlite:" + folder.resolve("plain.sqlite"), properties);
  }

  private Round round(List<Connection> connections) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    try {
      int each = COMMITS / writers;
      List<Future<Long>> running = new ArrayList<>();
      long begun = System.nanoTime();
      for (Connection connection : connections) {
        running.add(
            pool.submit(
                () -> {
                  long worst = 0;
                  for (int n = 0; n < each; n++) {
                    long since = System.nanoTime();
                    run(connection, "insert into t(v) values ('a row " + n + "')");
                    worst = Math.max(worst, System.nanoTime() - since);
                  }
                  return worst;
                }));
      }
      long worst = 0;
      for (Future<Long> one : running) {
        worst = Math.max(worst, one.get());
      }
      return new Round((System.nanoTime() - begun) / 1e6, worst / 1e6);
    } finally {
      pool.shutdown();
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
