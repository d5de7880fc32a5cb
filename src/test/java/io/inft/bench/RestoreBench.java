package io.inft.bench;

import io.inft.bytes.DurableFiles;
import io.inft.faults.ChildJvm;
import io.inft.jdbc.InftConnection;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What opening from a fresh home costs, as a ratio to a {@code cp} of the same file with an fsync
 * behind it. Both sides take turns; medians are shown, once for a process that just began and once
 * for one that did it before. The key is a raw one, so no key derivation is in the figures.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.inft.bench.RestoreBench -Dexec.args="100 text 15"
 * </pre>
 *
 * Arguments: megabytes, {@code text} (compresses to about two thirds) or {@code random} (does not
 * compress), rounds. With {@code once FOLDER} it opens the database below that folder one time:
 * that is what the fresh process runs.
 */
final class RestoreBench {
  private static final int FRESH_PROCESSES = 5;

  private final Path folder;

  private RestoreBench(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 2 && arguments[0].equals("once")) {
      Cost cost = new RestoreBench(Path.of(arguments[1])).openFresh("cloud");
      System.out.println(cost.nanos() + " " + cost.cpuNanos());
      return;
    }
    int megabytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
    boolean random = arguments.length > 1 && arguments[1].equals("random");
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 15;
    Path folder = Files.createTempDirectory("inft-bench-");
    try {
      RestoreBench bench = new RestoreBench(folder);
      bench.fill(megabytes, random);
      bench.run(random, rounds);
    } finally {
      Engines.endIdle();
      DurableFiles.deleteTree(folder);
    }
  }

  /** Wall clock, and what all threads of the process worked meanwhile. */
  private record Cost(long nanos, long cpuNanos) {}

  private static long processCpu() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private void run(boolean random, int rounds) throws Exception {
    Path source = database(folder.resolve("laptop"));
    double[] copied = new double[rounds];
    List<Cost> opened = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      copied[round] = copy(source) / 1e6;
      opened.add(openFresh("cloud"));
    }
    List<Cost> cold = new ArrayList<>();
    for (int round = 0; round < FRESH_PROCESSES; round++) {
      cold.add(inAFreshProcess());
    }
    Arrays.sort(copied);
    double cp = copied[rounds / 2];
    System.out.printf(
        Locale.ROOT,
        "%d MB %s: cp and fsync %.0f ms (fastest %.0f)%n",
        Files.size(source) >> 20,
        random ? "random" : "text",
        cp,
        copied[0]);
    show("open from a fresh home", opened, cp);
    show("the same, first thing in a process", cold, cp);
  }

  private static void show(String what, List<Cost> costs, double cp) {
    double[] wall = costs.stream().mapToDouble(cost -> cost.nanos() / 1e6).sorted().toArray();
    double[] cpu = costs.stream().mapToDouble(cost -> cost.cpuNanos() / 1e6).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f ms = %.1f times (fastest %.0f ms); CPU %.0f ms (least %.0f)%n",
        what,
        wall[wall.length / 2],
        wall[wall.length / 2] / cp,
        wall[0],
        cpu[cpu.length / 2],
        cpu[0]);
  }

  private long copy(Path source) throws Exception {
    Path copy = folder.resolve("copy");
    long began = System.nanoTime();
    Process cp = new ProcessBuilder("cp", source.toString(), copy.toString()).start();
    cp.waitFor();
    DurableFiles.force(copy);
    long took = System.nanoTime() - began;
    Files.delete(copy);
    return took;
  }

  /** Opens; the cost until a statement could be run. */
  private Cost openFresh(String home) throws Exception {
    long cpu = processCpu();
    long began = System.nanoTime();
    Connection connection = inft(home);
    Cost cost = new Cost(System.nanoTime() - began, processCpu() - cpu);
    connection.close();
    Engines.endIdle();
    DurableFiles.deleteTree(folder.resolve(home));
    return cost;
  }

  private Cost inAFreshProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                ChildJvm.classPath(RestoreBench.class.getClassLoader()),
                RestoreBench.class.getName(),
                "once",
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    process.waitFor();
    String[] figures = output.strip().split(" ", 2);
    return new Cost(Long.parseLong(figures[0]), Long.parseLong(figures[1]));
  }

  private Connection inft(String home) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(home).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("open", "full");
    properties.setProperty("syncInterval", "1h");
    properties.setProperty("linger", "0");
    return DriverManager.getConnection("jdbc:inft:bench", properties);
  }

  private void fill(int megabytes, boolean incompressible) throws Exception {
    try (Connection connection = inft("laptop");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE big(id INTEGER PRIMARY KEY, body)");
      connection.setAutoCommit(false);
      Random random = new Random(1);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO big(body) VALUES (?)")) {
        for (int i = 0; i < megabytes * 1024; i++) {
          if (incompressible) {
            byte[] bytes = new byte[960];
            random.nextBytes(bytes);
            insert.setBytes(1, bytes);
          } else {
            insert.setString(1, words(random, 250));
          }
          insert.executeUpdate();
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
      connection.unwrap(InftConnection.class).sync(Duration.ofMinutes(5));
    }
    Engines.endIdle();
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
}
