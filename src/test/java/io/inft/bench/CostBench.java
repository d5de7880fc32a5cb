package io.inft.bench;

import io.inft.bytes.DurableFiles;
import io.inft.jdbc.InftConnection;
import io.inft.replica.Engines;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What the driver costs, as ratios to plain sqlite-jdbc in WAL mode with the same {@code
 * synchronous}, in one run; and what it publishes. Machines are noisy, so both sides take turns and
 * medians are shown.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.inft.bench.CostBench
 * </pre>
 *
 * With the argument {@code short} the database has 10 MB instead of 100 and there are fewer rounds;
 * with {@code bytes} only what is published is measured, which no other load disturbs.
 */
final class CostBench {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Path folder;
  private final boolean brief;
  private final boolean onlyBytes;

  private CostBench(Path folder, boolean brief, boolean onlyBytes) {
    this.folder = folder;
    this.brief = brief;
    this.onlyBytes = onlyBytes;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("inft-bench-");
    try {
      List<String> given = Arrays.asList(arguments);
      new CostBench(folder, given.contains("short"), given.contains("bytes")).run();
    } finally {
      Engines.endIdle();
      DurableFiles.deleteTree(folder);
    }
  }

  private void run() throws Exception {
    if (!onlyBytes) {
      statements();
    }
    published();
    Engines.endIdle();
  }

  private Connection inft(String home, String interval) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(home).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("syncInterval", interval);
    properties.setProperty("synchronous", "NORMAL");
    properties.setProperty("linger", "0");
    return DriverManager.getConnection("jdbc:inft:bench", properties);
  }

  private Connection plain() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("journal_mode", "wal");
    properties.setProperty("synchronous", "NORMAL");
    return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("plain.db"), properties);
  }

  private interface Work {
    void run(Connection connection, int times) throws Exception;
  }

  private void statements() throws Exception {
    try (Connection ours = inft("laptop", "30s");
        Connection theirs = plain()) {
      for (Connection connection : new Connection[] {ours, theirs}) {
        fill(connection, 20_000);
      }
      compare("read one row by key", ours, theirs, 20_000, CostBench::reads);
      compare("insert a row inside a transaction", ours, theirs, 20_000, CostBench::rows);
      compare(
          "commit one row (this thread / whole process)", ours, theirs, 2_000, CostBench::commits);
    }
  }

  private void compare(String what, Connection ours, Connection theirs, int times, Work work)
      throws Exception {
    int rounds = brief ? 5 : 11;
    double[] thread = new double[rounds];
    double[] process = new double[rounds];
    work.run(ours, times);
    work.run(theirs, times);
    for (int round = 0; round < rounds; round++) {
      long[] mine = cost(work, ours, times);
      long[] plain = cost(work, theirs, times);
      thread[round] = (double) mine[0] / plain[0];
      process[round] = (double) mine[1] / plain[1];
    }
    Arrays.sort(thread);
    Arrays.sort(process);
    System.out.printf(
        Locale.ROOT,
        "%-48s thread CPU %.2f (%.2f to %.2f), process CPU %.2f%n",
        what,
        thread[rounds / 2],
        thread[0],
        thread[rounds - 1],
        process[rounds / 2]);
  }

  private static long[] cost(Work work, Connection connection, int times) throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long thread = threads.getCurrentThreadCpuTime();
    long process = system.getProcessCpuTime();
    work.run(connection, times);
    return new long[] {
      threads.getCurrentThreadCpuTime() - thread, system.getProcessCpuTime() - process
    };
  }

  private static void fill(Connection connection, int rows) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, k TEXT, v TEXT, n REAL)");
      statement.execute("CREATE INDEX tk ON t(k)");
    }
    connection.setAutoCommit(false);
    insert(connection, 1, rows);
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static void insert(Connection connection, int from, int count) throws Exception {
    Random random = new Random(from);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT OR REPLACE INTO t VALUES (?, ?, ?, ?)")) {
      for (int i = from; i < from + count; i++) {
        insert.setInt(1, i);
        insert.setString(2, "key" + random.nextInt(1_000_000));
        insert.setString(3, "some value of ordinary length, number " + random.nextLong());
        insert.setDouble(4, random.nextDouble());
        insert.executeUpdate();
      }
    }
  }

  private static void reads(Connection connection, int times) throws Exception {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT k, n FROM t WHERE id = ?")) {
      for (int i = 0; i < times; i++) {
        select.setInt(1, 1 + i % 20_000);
        try (ResultSet row = select.executeQuery()) {
          row.next();
          row.getString(1);
          row.getDouble(2);
        }
      }
    }
  }

  private static void rows(Connection connection, int times) throws Exception {
    connection.setAutoCommit(false);
    insert(connection, 100_000, times);
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static void commits(Connection connection, int times) throws Exception {
    insert(connection, 200_000, times);
  }

  private void published() throws Exception {
    int megabytes = brief ? 10 : 100;
    int publishes = brief ? 200 : 1_000;
    Path store = folder.resolve("network/store");
    try (Connection connection = inft("laptop", "1h");
        Statement statement = connection.createStatement()) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      statement.execute("CREATE TABLE big(id INTEGER PRIMARY KEY, word TEXT, body TEXT)");
      statement.execute("CREATE INDEX bw ON big(word)");
      connection.setAutoCommit(false);
      Random random = new Random(1);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO big(word, body) VALUES (?, ?)")) {
        for (int i = 0; i < megabytes * 1_700; i++) {
          insert.setString(1, words(random, 2));
          insert.setString(2, words(random, 60));
          insert.executeUpdate();
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
      inft.sync(PATIENCE);
      long before = bytes(store);
      try (PreparedStatement insert =
              connection.prepareStatement("INSERT INTO big(word, body) VALUES (?, ?)");
          PreparedStatement update =
              connection.prepareStatement("UPDATE big SET body = ? WHERE id = ?")) {
        for (int i = 0; i < publishes; i++) {
          if (i % 2 == 0) {
            insert.setString(1, words(random, 2));
            insert.setString(2, words(random, 20));
            insert.executeUpdate();
          } else {
            update.setString(1, words(random, 60));
            update.setInt(2, 1 + random.nextInt(megabytes * 1_700));
            update.executeUpdate();
          }
          inft.sync(PATIENCE);
        }
      }
      System.out.printf(
          Locale.ROOT,
          "bytes published for a small transaction on %d MB, mean of %d publishes: %d%n",
          megabytes,
          publishes,
          (bytes(store) - before) / publishes);
    }
    Engines.endIdle();
    restore();
  }

  private void restore() throws Exception {
    int rounds = 5;
    double[] ratios = new double[rounds];
    long[] fresh = new long[rounds];
    long[] again = new long[rounds];
    Path source = database(folder.resolve("laptop"));
    for (int round = 0; round < rounds; round++) {
      Path copy = folder.resolve("copy" + round);
      long began = System.nanoTime();
      Process cp = new ProcessBuilder("cp", source.toString(), copy.toString()).start();
      cp.waitFor();
      DurableFiles.force(copy);
      long copied = System.nanoTime() - began;
      began = System.nanoTime();
      inft("cloud" + round, "1h").close();
      fresh[round] = System.nanoTime() - began;
      Engines.endIdle();
      began = System.nanoTime();
      inft("cloud" + round, "1h").close();
      again[round] = System.nanoTime() - began;
      Engines.endIdle();
      ratios[round] = (double) fresh[round] / copied;
      DurableFiles.deleteTree(folder.resolve("cloud" + round));
      Files.delete(copy);
    }
    Arrays.sort(ratios);
    Arrays.sort(fresh);
    Arrays.sort(again);
    System.out.printf(
        Locale.ROOT,
        "open from a fresh home: %d ms, %.1f times a cp with fsync of the same file; reopen: %d"
            + " ms%n",
        fresh[rounds / 2] / 1_000_000,
        ratios[rounds / 2],
        again[rounds / 2] / 1_000_000);
  }

  private static String words(Random random, int count) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < count; i++) {
      words.append(Integer.toString(random.nextInt(36 * 36 * 36), 36)).append(' ');
    }
    return words.toString();
  }

  private static Path database(Path home) throws Exception {
    try (Stream<Path> files = Files.walk(home)) {
      return files
          .filter(file -> file.getFileName().toString().equals("database.sqlite"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static long bytes(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
