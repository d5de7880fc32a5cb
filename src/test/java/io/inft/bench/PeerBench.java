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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What it takes to have a database on a machine that has nothing, in a fresh process each time and
 * by turns: this driver, opened whole and as far as the first row, plain sqlite-jdbc that reads
 * that row, and whatever of these is on the PATH: {@code cp} with an fsync, restic and rclone (from
 * Debian), Litestream (go install github.com/benbjohnson/litestream/cmd/litestream@latest). All
 * repositories are folders on the same disk, and each restored file is forced to it. Times are of
 * whole processes, from their start to their end, as bash measures them.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.inft.bench.PeerBench -Dexec.args="110 5"
 * </pre>
 *
 * Arguments: megabytes, rounds. {@code whole FOLDER}, {@code row FOLDER} and {@code plain FILE} are
 * what the fresh processes of Java run.
 */
final class PeerBench {
  private static final Pattern TIMES = Pattern.compile("([0-9.]+) ([0-9.]+) ([0-9.]+)\\s*$");
  private static final String ROW = "SELECT length(body) FROM note WHERE name = 'name-4711'";

  private final Path folder;

  /** What each restores into its own file, by name. */
  private final Map<String, String> peers = new LinkedHashMap<>();

  private PeerBench(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 2 && !arguments[0].matches("[0-9]+")) {
      once(arguments[0], Path.of(arguments[1]));
      return;
    }
    int megabytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 110;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    Path folder = Files.createTempDirectory("inft-peers-");
    try {
      PeerBench bench = new PeerBench(folder);
      bench.fill(megabytes);
      bench.prepare();
      bench.run(rounds);
    } finally {
      Engines.endIdle();
      DurableFiles.deleteTree(folder);
    }
  }

  private static void once(String what, Path where) throws Exception {
    if (what.equals("plain")) {
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + where)) {
        row(connection);
      }
      return;
    }
    try (Connection connection =
        what.equals("row")
            ? inft(where, where.resolve("fresh"), "ro", "lazy")
            : inft(where, where.resolve("fresh"), "rw", "full")) {
      row(connection);
    }
    Runtime.getRuntime().halt(0); // what waits in the background is not waited for
  }

  private static void row(Connection connection) throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(ROW)) {
      if (!rows.next()) {
        throw new IllegalStateException("no row");
      }
    }
  }

  private static Connection inft(Path folder, Path home, String mode, String open)
      throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", home.toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("mode", mode);
    properties.setProperty("open", open);
    properties.setProperty("onClose", "background");
    return DriverManager.getConnection("jdbc:inft:bench", properties);
  }

  private void fill(int megabytes) throws Exception {
    try (Connection connection = inft(folder, folder.resolve("author"), "rw", "full");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE note(id INTEGER PRIMARY KEY, name TEXT, body TEXT)");
      statement.execute("CREATE INDEX by_name ON note(name)");
      connection.setAutoCommit(false);
      Random random = new Random(1);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO note(name, body) VALUES (?, ?)")) {
        for (int i = 1; i <= Math.max(5000, megabytes * 1000); i++) {
          insert.setString(1, "name-" + i);
          insert.setString(2, words(random));
          insert.executeUpdate();
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
      connection.unwrap(InftConnection.class).sync(Duration.ofMinutes(30));
      statement.execute("VACUUM INTO '" + folder.resolve("source.sqlite") + "'");
    }
    Engines.endIdle();
  }

  private static String words(Random random) {
    StringBuilder words = new StringBuilder();
    while (words.length() < 900) {
      words.append(Integer.toString(random.nextInt(36 * 36 * 36), 36)).append(' ');
    }
    return words.toString();
  }

  /** Fills the repositories of those that are there. */
  private void prepare() throws Exception {
    Files.createDirectories(folder.resolve("out"));
    peers.put("plain sqlite-jdbc, one row", java("plain", folder.resolve("source.sqlite")));
    peers.put("this driver, first row", java("row", folder));
    peers.put("this driver, whole", java("whole", folder));
    peers.put("cp", "cp source.sqlite out/cp && sync out/cp");
    if (isThere("restic")) {
      shell("restic -q init && restic -q backup source.sqlite");
      peers.put(
          "restic",
          "restic -q --no-cache restore latest --target out/restic"
              + " && sync $(find out/restic -name source.sqlite)");
    }
    if (isThere("rclone")) {
      shell("rclone copyto source.sqlite \"$CRYPT:db\"");
      peers.put("rclone crypt", "rclone copyto \"$CRYPT:db\" out/rclone && sync out/rclone");
    }
    if (isThere("litestream")) {
      shell(
          "cp source.sqlite live.sqlite && litestream replicate -exec 'sleep 5' live.sqlite"
              + " file://$PWD/litestream");
      peers.put(
          "litestream",
          "litestream restore -o out/litestream file://$PWD/litestream && sync out/litestream");
    }
  }

  private static String java(String what, Path where) {
    return Path.of(System.getProperty("java.home"), "bin", "java")
        + " -cp '"
        + ChildJvm.classPath(PeerBench.class.getClassLoader())
        + "' "
        + PeerBench.class.getName()
        + " "
        + what
        + " "
        + where;
  }

  private static boolean isThere(String program) throws Exception {
    Process look = new ProcessBuilder("bash", "-c", "command -v " + program).start();
    look.getInputStream().readAllBytes();
    return look.waitFor() == 0;
  }

  private void run(int rounds) throws Exception {
    Map<String, List<double[]>> all = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<String, String> peer : peers.entrySet()) {
        all.computeIfAbsent(peer.getKey(), name -> new ArrayList<>()).add(timed(peer.getValue()));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d MB, medians of %d fresh processes%n| what | s | CPU s |%n|---|--:|--:|%n",
        Files.size(folder.resolve("source.sqlite")) / 1_000_000,
        rounds);
    all.forEach(
        (name, figures) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.2f |%n",
                name,
                median(figures, 0),
                median(figures, 1)));
  }

  private static double median(List<double[]> figures, int field) {
    return figures.stream().mapToDouble(one -> one[field]).sorted().toArray()[figures.size() / 2];
  }

  /** Seconds, and seconds of CPU. */
  private double[] timed(String command) throws Exception {
    shell("rm -rf out fresh && mkdir out");
    String said = shell("TIMEFORMAT='%R %U %S'; time { " + command + "; }");
    Matcher times = TIMES.matcher(said);
    if (!times.find()) {
      throw new IllegalStateException("no times in: " + said);
    }
    return new double[] {
      Double.parseDouble(times.group(1)),
      Double.parseDouble(times.group(2)) + Double.parseDouble(times.group(3))
    };
  }

  private String shell(String command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-e", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().put("RESTIC_REPOSITORY", folder.resolve("restic").toString());
    builder.environment().put("RESTIC_PASSWORD", "bench");
    builder.environment().put("RCLONE_CRYPT_REMOTE", folder.resolve("rclone").toString());
    builder.environment().put("RCLONE_CRYPT_PASSWORD", OBSCURED);
    builder.environment().put("RCLONE_CONFIG", folder.resolve("rclone.conf").toString());
    builder.environment().put("CRYPT", ":crypt");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + " says " + said);
    }
    return said;
  }

  /** What {@code rclone obscure} made of a word; it is no secret. */
  private static final String OBSCURED = "U0UvXDS1PNW9V-Dlw3QZFRkDxC1z";
}
