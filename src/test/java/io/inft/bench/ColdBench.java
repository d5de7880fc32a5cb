package io.inft.bench;

import io.inft.bytes.DurableFiles;
import io.inft.faults.ChildJvm;
import io.inft.jdbc.InftConnection;
import io.inft.replica.Engines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What a fresh process pays for a tiny database: start, connect, read a row, close, end. By turns,
 * each in a process of its own: plain sqlite-jdbc, a home that has nothing, a home that is at the
 * head, with a raw key and with a password. Medians of wall clock and of the CPU time of the whole
 * process, which other work on the machine changes less.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.inft.bench.ColdBench -Dexec.args="15"
 * </pre>
 *
 * Arguments: rounds, then options for the processes, such as {@code -XX:SharedArchiveFile=app.jsa}.
 */
final class ColdBench {
  private static final String PASSWORD = "a password that is long enough";
  private static final String KEY = "0x" + "11".repeat(32);

  private final Path folder;
  private final List<String> options;

  private ColdBench(Path folder, List<String> options) {
    this.folder = folder;
    this.options = options;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 3) {
      once(arguments[0], Path.of(arguments[1]), Path.of(arguments[2]));
      return;
    }
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    Path folder = Files.createTempDirectory("inft-bench-");
    try {
      List<String> options =
          arguments.length > 0 ? Arrays.asList(arguments).subList(1, arguments.length) : List.of();
      new ColdBench(folder, options).run(rounds);
    } finally {
      DurableFiles.deleteTree(folder);
    }
  }

  /** What the fresh process does. */
  private static void once(String what, Path folder, Path home) throws SQLException {
    String url =
        what.equals("plain") ? "jdbc:sqlite:" + folder.resolve("plain.db") : "jdbc:inft:" + what;
    try (Connection connection = DriverManager.getConnection(url, properties(what, folder, home));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT body FROM t")) {
      rows.next();
      System.out.println(rows.getString(1));
    }
    System.out.println(ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos());
  }

  private static Properties properties(String what, Path folder, Path home) {
    Properties properties = new Properties();
    if (what.equals("plain")) {
      return properties;
    }
    properties.setProperty("network", "embedded");
    properties.setProperty("home", home.toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    if (what.equals("password")) {
      properties.setProperty("password", PASSWORD);
    } else {
      properties.setProperty("encryptionKey", KEY);
    }
    return properties;
  }

  private void run(int rounds) throws Exception {
    for (String what : List.of("plain", "key", "password")) {
      fill(what);
    }
    Engines.endIdle();
    Map<String, List<double[]>> costs = new TreeMap<>();
    for (int round = 0; round <= rounds; round++) {
      Map<String, double[]> costsOfRound = new TreeMap<>();
      costsOfRound.put("plain sqlite-jdbc", run("plain", folder));
      for (String what : List.of("key", "password")) {
        Path home = folder.resolve("fresh");
        costsOfRound.put("fresh home, " + what, run(what, home));
        DurableFiles.deleteTree(home);
        costsOfRound.put("at the head, " + what, run(what, folder.resolve("home")));
      }
      if (round > 0) { // the first one is for the file cache
        costsOfRound.forEach(
            (name, cost) -> costs.computeIfAbsent(name, n -> new ArrayList<>()).add(cost));
      }
    }
    double[] plain = medians(costs.get("plain sqlite-jdbc"));
    System.out.println("| | wall ms | times plain | CPU ms | times plain |\n|---|--:|--:|--:|--:|");
    costs.forEach(
        (name, all) -> {
          double[] cost = medians(all);
          System.out.printf(
              Locale.ROOT,
              "| %s | %.0f | %.2f | %.0f | %.2f |%n",
              name,
              cost[0],
              cost[0] / plain[0],
              cost[1],
              cost[1] / plain[1]);
        });
  }

  private static double[] medians(List<double[]> costs) {
    double[] medians = new double[2];
    for (int i = 0; i < medians.length; i++) {
      int figure = i;
      medians[i] =
          costs.stream().mapToDouble(cost -> cost[figure]).sorted().toArray()[costs.size() / 2];
    }
    return medians;
  }

  private void fill(String what) throws SQLException {
    boolean plain = what.equals("plain");
    String url = plain ? "jdbc:sqlite:" + folder.resolve("plain.db") : "jdbc:inft:" + what;
    try (Connection connection =
            DriverManager.getConnection(url, properties(what, folder, folder.resolve("home")));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)");
      statement.execute("INSERT INTO t(body) VALUES ('one row')");
      if (!plain) {
        connection.unwrap(InftConnection.class).sync(Duration.ofMinutes(1));
      }
    }
  }

  /** Milliseconds of wall clock and of CPU. */
  private double[] run(String what, Path home) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            ChildJvm.classPath(ColdBench.class.getClassLoader()),
            ColdBench.class.getName(),
            what,
            folder.toString(),
            home.toString()));
    long began = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    double wall = (System.nanoTime() - began) / 1e6;
    String[] lines = output.split("\n", -1);
    if (lines.length != 2 || !lines[0].equals("one row")) {
      throw new IllegalStateException("the process said: " + output);
    }
    return new double[] {wall, Long.parseLong(lines[1]) / 1e6};
  }
}
