package io.inft.bench;

import com.sun.management.OperatingSystemMXBean;
import io.inft.bytes.DurableFiles;
import io.inft.jdbc.InftConnection;
import io.inft.replica.Engines;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What databases cost that nobody uses just now: heap, threads, files and CPU, a database, while a
 * connection to each is open. Half of them are opened before the count begins, so that what all of
 * them share is not in the figures.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.inft.bench.ManyBench -Dexec.args="1000"
 * </pre>
 *
 * Argument: how many databases. The limit of open files must allow some fifteen each, and as many
 * for what is opened first ({@code ulimit -n}).
 */
final class ManyBench {
  private static final int SHARED = 50;
  private static final Duration IDLE = Duration.ofSeconds(10);

  private final Path folder;
  private final List<Connection> open = new ArrayList<>();

  private ManyBench(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    int databases = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
    Path folder = Files.createTempDirectory("inft-bench-");
    try {
      new ManyBench(folder).run(databases);
    } finally {
      Engines.endIdle();
      DurableFiles.deleteTree(folder);
    }
  }

  private void run(int databases) throws Exception {
    openMore(SHARED);
    Standing before = idle();
    openMore(databases);
    Standing after = idle();
    System.out.printf(
        Locale.ROOT,
        "%d idle databases: %.1f KB of heap, %.3f threads, %.1f files and %.3f ms of CPU a second"
            + " each%n",
        databases,
        (after.heapBytes - before.heapBytes) / 1e3 / databases,
        (after.threads - before.threads) / (double) databases,
        (after.files - before.files) / (double) databases,
        (after.cpuNanos - before.cpuNanos) / 1e6 / IDLE.toSeconds() / databases);
    for (Connection connection : open) {
      connection.close();
    }
  }

  private void openMore(int count) throws SQLException {
    for (int i = 0; i < count; i++) {
      Connection connection = inft("many" + open.size());
      open.add(connection);
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)");
        statement.execute("INSERT INTO t(body) VALUES ('one row')");
      }
      connection.unwrap(InftConnection.class).sync(Duration.ofMinutes(1));
    }
  }

  /**
   * How the process stands when nothing happens in it.
   *
   * @param cpuNanos what it computes while it does so, in {@link #IDLE}
   */
  private record Standing(long heapBytes, int threads, long files, long cpuNanos) {}

  private static Standing idle() throws Exception {
    Thread.sleep(IDLE.toMillis());
    long cpu = cpuNanos();
    Thread.sleep(IDLE.toMillis());
    long used = cpuNanos() - cpu;
    System.gc();
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Standing(
        heap, ManagementFactory.getThreadMXBean().getThreadCount(), openFiles(), used);
  }

  private static long openFiles() throws IOException {
    Path table = Path.of("/proc/self/fd");
    if (!Files.isDirectory(table)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(table)) {
      return files.count();
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private Connection inft(String id) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    return DriverManager.getConnection("jdbc:inft:" + id, properties);
  }
}
