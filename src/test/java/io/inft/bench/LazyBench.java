package io.inft.bench;

import io.inft.bytes.DurableFiles;
import io.inft.faults.ChildJvm;
import io.inft.jdbc.CapturedConnection;
import io.inft.jdbc.InftConnection;
import io.inft.jdbc.ReadStore;
import io.inft.jdbc.config.SqlitePragma;
import io.inft.replica.DatabaseStatus;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.World;
import io.inft.replica.partial.OpenMode;
import io.inft.replica.partial.PagesWanted;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What the first row of a database costs that is not on this machine: time, segments of 256 KiB and
 * parts fetched, bytes moved, CPU. Each measurement in a fresh process, opened lazily and whole,
 * with 0, 4, 25 and 50 ms a fetch; a second opening in the same process, into another empty folder,
 * is the warm figure. The key is a raw one. Rounds are fetches that came one after the other,
 * counted from when each began and ended, which tells something only where fetches take a while.
 * Then the same for a row that is inserted and anchored, opened lazily, with the share of pages
 * that were still to come; each adds a version of one row.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.inft.bench.LazyBench -Dexec.args="110 10 3"
 * </pre>
 *
 * Arguments: megabytes; versions after the snapshot, which together weigh as much as it, 0 for
 * none; processes for each measurement. With a fourth one, a folder, the database is made there and
 * stays, or is found there. {@code once FOLDER lazy|full|write MILLIS} is what the fresh process
 * runs.
 */
final class LazyBench {
  private static final String ID = "bench";
  private static final int ROW_BYTES = 960;
  private static final int[] DELAYS = {0, 4, 25, 50};

  private final Path folder;
  private final List<ReadStore> stores = new ArrayList<>();

  private LazyBench(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 4 && arguments[0].equals("once")) {
      new LazyBench(Path.of(arguments[1])).once(arguments[2], Integer.parseInt(arguments[3]));
      return;
    }
    int megabytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 110;
    int deltas = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
    int processes = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    boolean stays = arguments.length > 3;
    Path folder = stays ? Path.of(arguments[3]) : Files.createTempDirectory("inft-lazy-");
    try {
      LazyBench bench = new LazyBench(folder);
      if (!Files.exists(folder.resolve("network"))) {
        bench.fill(megabytes, deltas);
      }
      bench.run(processes);
    } finally {
      if (!stays) {
        DurableFiles.deleteTree(folder);
      }
    }
  }

  private World world(long delayMillis) {
    return new World(
        folder,
        real -> {
          ReadStore store = new ReadStore(real);
          store.delay(delayMillis);
          stores.add(store);
          return store;
        });
  }

  private void fill(int megabytes, int deltas) throws Exception {
    int rows = megabytes * 1000;
    try (World.Desk desk = world(0).open("author", ID)) {
      desk.run("CREATE TABLE note(id INTEGER PRIMARY KEY, name TEXT, body TEXT)");
      desk.run("CREATE INDEX by_name ON note(name)");
      Random random = new Random(1);
      desk.session.beforeCall();
      desk.connection.setAutoCommit(false);
      try (PreparedStatement insert =
          desk.connection.prepareStatement("INSERT INTO note VALUES (?, ?, ?)")) {
        for (int i = 1; i <= rows; i++) {
          insert.setInt(1, i);
          insert.setString(2, name(i));
          insert.setString(3, body(random));
          insert.executeUpdate();
        }
      }
      desk.connection.commit();
      desk.connection.setAutoCommit(true);
      desk.session.afterCall(false, true);
      desk.session.sync(Duration.ofMinutes(30));
      for (int i = 0; i < deltas; i++) {
        int from = (int) ((long) rows * i / deltas);
        int to = (int) ((long) rows * (i + 1) / deltas);
        desk.run(
            "UPDATE note SET body = substr(body, 9) || printf('%08x', id * "
                + (i + 7)
                + ") WHERE id > "
                + from
                + " AND id <= "
                + (to - (to - from) / 20));
        desk.session.sync(Duration.ofMinutes(30));
      }
      System.out.println(desk.session.status().content().orElseThrow());
    }
    Engines.endIdle();
  }

  private static String name(int id) {
    return "name-" + String.format(Locale.ROOT, "%08x", id * 0x9E3779B1);
  }

  private static String body(Random random) {
    StringBuilder body = new StringBuilder(ROW_BYTES);
    while (body.length() < ROW_BYTES - 60) {
      body.append(Integer.toString(random.nextInt(36 * 36 * 36), 36)).append(' ');
    }
    return body.toString();
  }

  private void run(int processes) throws Exception {
    System.out.println(
        "open  ms/fetch  | cold: ms, CPU ms | warm: ms, CPU ms, segments, parts, KB, rounds");
    for (String open : List.of("lazy", "full", "write")) {
      for (int delay : DELAYS) {
        List<double[]> all = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
          all.add(child(open, delay));
        }
        double[] median = new double[9];
        for (int i = 0; i < median.length; i++) {
          int field = i;
          median[i] =
              all.stream().mapToDouble(one -> one[field]).sorted().toArray()[all.size() / 2];
        }
        System.out.printf(
            Locale.ROOT,
            "%s %9d  | %.0f, %.0f | %.0f, %.0f, %.0f, %.0f, %.0f, %.0f%s%n",
            open,
            delay,
            median[0],
            median[1],
            median[2],
            median[3],
            median[4],
            median[5],
            median[6],
            median[7],
            open.equals("write") ? " | " + Math.round(median[8]) + " % to come" : "");
        if (open.equals("full") && median[2] > 6_000) {
          break; // the others take minutes and tell nothing new
        }
      }
    }
  }

  private double[] child(String open, int delay) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                ChildJvm.classPath(LazyBench.class.getClassLoader()),
                LazyBench.class.getName(),
                "once",
                folder.toString(),
                open,
                Integer.toString(delay))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    String[] words = output.strip().split(" ", -1);
    double[] figures = new double[words.length];
    for (int i = 0; i < words.length; i++) {
      figures[i] = Double.parseDouble(words[i]);
    }
    return figures;
  }

  /** The first row cold and warm: milliseconds and CPU of each, then what the warm one fetched. */
  private void once(String open, int delay) throws Exception {
    World world = world(delay);
    double[] cold = measured(world, "cold-" + ProcessHandle.current().pid(), open, 17);
    double[] warm = measured(world, "warm-" + ProcessHandle.current().pid(), open, 4711);
    System.out.printf(
        Locale.ROOT,
        "%.1f %.1f %.1f %.1f %.0f %.0f %.0f %.0f %.0f%n",
        cold[0],
        cold[1],
        warm[0],
        warm[1],
        warm[2],
        warm[3],
        warm[4],
        warm[5],
        warm[6]);
  }

  private double[] measured(World world, String home, String open, int id) throws Exception {
    return open.equals("write")
        ? anchored(world, home)
        : firstRow(world, home, OpenMode.valueOf(open.toUpperCase(Locale.ROOT)), id);
  }

  /** From nothing to a row that is anchored. */
  private double[] anchored(World world, String home) throws Exception {
    takeFetched(new double[7]);
    long cpu = processCpu();
    long began = System.nanoTime();
    double[] figures = new double[7];
    EngineSettings settings =
        World.opening(
            world.settings(home, ID),
            Optional.empty(),
            new PagesWanted(OpenMode.LAZY, false, Duration.ofMinutes(2)));
    try (Connection connection =
            CapturedConnection.open(
                "jdbc:inft:" + ID,
                Engines.open(settings, world.network()),
                SqlitePragma.forSqlite(Map.of(), false));
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO note(name, body) VALUES ('new', 'row')");
      connection.unwrap(InftConnection.class).sync(Duration.ofMinutes(2));
      figures[0] = (System.nanoTime() - began) / 1e6;
      figures[1] = (processCpu() - cpu) / 1e6;
      takeFetched(figures);
      DatabaseStatus.Pages pages =
          connection
              .unwrap(InftConnection.class)
              .status()
              .line()
              .orElseThrow()
              .pages()
              .orElseThrow();
      figures[6] = 100.0 * pages.missing() / pages.all();
    } finally {
      Engines.endIdle();
      DurableFiles.deleteTree(folder.resolve(home));
    }
    return figures;
  }

  private double[] firstRow(World world, String home, OpenMode mode, int id) throws Exception {
    takeFetched(new double[7]);
    long cpu = processCpu();
    long began = System.nanoTime();
    double[] figures = new double[7];
    try (Connection connection =
            CapturedConnection.open(
                "jdbc:inft:" + ID,
                Engines.open(settings(world, home, mode), world.network()),
                SqlitePragma.forSqlite(Map.of(), true));
        PreparedStatement select =
            connection.prepareStatement("SELECT id, body FROM note WHERE name = ?")) {
      select.setString(1, name(id));
      try (ResultSet rows = select.executeQuery()) {
        if (!rows.next() || rows.getInt(1) != id) {
          throw new IllegalStateException("another row");
        }
        figures[0] = (System.nanoTime() - began) / 1e6;
        figures[1] = (processCpu() - cpu) / 1e6;
        takeFetched(figures);
      }
    } finally {
      Engines.endIdle();
      DurableFiles.deleteTree(folder.resolve(home));
    }
    return figures;
  }

  private void takeFetched(double[] figures) {
    figures[2] = stores.stream().mapToLong(ReadStore::takeSegments).sum();
    figures[3] = stores.stream().mapToLong(ReadStore::takeParts).sum();
    figures[4] = stores.stream().mapToLong(ReadStore::takeBytes).sum() / 1024.0;
    figures[5] = stores.stream().mapToLong(ReadStore::takeRounds).sum();
  }

  private static long processCpu() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Without what comes in the background after the first row. */
  private static EngineSettings settings(World world, String home, OpenMode mode) throws Exception {
    return World.opening(
        World.readOnly(world.settings(home, ID)),
        Optional.empty(),
        new PagesWanted(mode, false, Duration.ofMinutes(2)));
  }
}
