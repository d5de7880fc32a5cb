package io.inft.bench;

import com.sun.management.OperatingSystemMXBean;
import io.inft.api.BatchResult;
import io.inft.api.InftStorage;
import io.inft.bytes.DurableFiles;
import io.inft.jdbc.InftConnection;
import io.inft.replica.Engines;
import io.inft.seal.Secret;
import java.lang.management.ManagementFactory;
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
 * What it costs to change keys, and to publish many databases at once, on the embedded network.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.inft.bench.KeysBench
 * </pre>
 *
 * With the argument {@code short} the database has 10 MB instead of 100, and a batch 20 databases
 * instead of 100.
 */
final class KeysBench {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Path folder;
  private final boolean brief;

  private KeysBench(Path folder, boolean brief) {
    this.folder = folder;
    this.brief = brief;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("inft-bench-");
    try {
      KeysBench bench = new KeysBench(folder, Arrays.asList(arguments).contains("short"));
      bench.keys();
      bench.batch();
    } finally {
      Engines.endIdle();
      DurableFiles.deleteTree(folder);
    }
  }

  private Properties properties(String home) {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(home).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("password", "correct horse battery staple");
    properties.setProperty("syncInterval", "10m");
    properties.setProperty("linger", "0");
    return properties;
  }

  private interface Work {
    void run() throws Exception;
  }

  private void show(String what, Work work) throws Exception {
    long stored = size(folder.resolve("network/store"));
    long entries = files(folder.resolve("network/registry"));
    long cpu = PROCESS.getProcessCpuTime();
    long began = System.nanoTime();
    work.run();
    System.out.printf(
        Locale.ROOT,
        "%-58s %7d ms, %6d ms CPU, %,12d bytes stored, %4d entries%n",
        what,
        (System.nanoTime() - began) / 1_000_000,
        (PROCESS.getProcessCpuTime() - cpu) / 1_000_000,
        size(folder.resolve("network/store")) - stored,
        files(folder.resolve("network/registry")) - entries);
  }

  private void keys() throws Exception {
    int megabytes = brief ? 10 : 100;
    try (Connection connection =
        DriverManager.getConnection("jdbc:inft:keys", properties("home"))) {
      fill(connection, megabytes);
      InftConnection inft = connection.unwrap(InftConnection.class);
      inft.sync(Duration.ofMinutes(10));
      System.out.println("a database of " + megabytes + " MB");
      for (int round = 1; round <= 3; round++) {
        Secret password = Secret.password(("seven red lamps on pier " + round).toCharArray());
        Secret rawKey = InftStorage.generateEncryptionKey();
        show("rewrap to another password (64 MiB, 3 passes)", () -> inft.replaceKey(password));
        show("add a raw key", () -> inft.addKey(rawKey));
        String slot = inft.keys().slots().get(1).id();
        show("remove it", () -> inft.removeKey(slot));
      }
      Secret last = Secret.password("nine grey herons by the weir".toCharArray());
      show("new epoch with a snapshot", () -> inft.rotateKey(last));
    }
    Engines.endIdle();
  }

  private static void fill(Connection connection, int megabytes) throws Exception {
    Random random = new Random(1);
    byte[] row = new byte[3500];
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(b BLOB)");
    }
    connection.setAutoCommit(false);
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
      for (int i = 0; i < megabytes * 1_000_000L / 4096; i++) {
        random.nextBytes(row);
        insert.setBytes(1, row);
        insert.executeUpdate();
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private void batch() throws Exception {
    int count = brief ? 20 : 100;
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add("small-" + i);
    }
    try (InftStorage storage = InftStorage.of(withRawKey(properties("many")))) {
      append(storage, ids);
      storage.batchSync(ids);
      System.out.println(count + " databases with one new row each");
      for (int round = 1; round <= 3; round++) {
        append(storage, ids);
        show(
            "one after the other",
            () -> {
              for (String id : ids) {
                storage.syncTo0gStorage(id);
              }
            });
        append(storage, ids);
        show(
            "as a batch, eight at a time",
            () -> {
              if (!storage.batchSync(ids).stream().allMatch(BatchResult::isSynced)) {
                throw new IllegalStateException("not all were synced");
              }
            });
      }
    }
  }

  /** Without the cost of a password for each database. */
  private static Properties withRawKey(Properties properties) {
    properties.remove("password");
    properties.setProperty("encryptionKey", "5a".repeat(32));
    return properties;
  }

  private static void append(InftStorage storage, List<String> ids) throws Exception {
    for (String id : ids) {
      storage.appendEventLog(id, "{}", false, 1);
    }
  }

  private static long size(Path below) throws Exception {
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static long files(Path below) throws Exception {
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(Files::isRegularFile).count();
    }
  }
}
