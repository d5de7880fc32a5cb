package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.Engines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;

/** For tests with several processes, some of them killed, on one database with one key. */
abstract class DevnetProcesses extends OnDevnet {
  /** A process, what it said, line by line, and what was acknowledged to it. */
  private static final class Writing implements AutoCloseable {
    private final Process process;
    private final Path acknowledged;
    private final List<String> said = new ArrayList<>();
    private final Thread reader;
    private volatile long closedNanos;
    private final CompletableFuture<Long> endedNanos;

    Writing(Process process, Path acknowledged) {
      this.process = process;
      this.acknowledged = acknowledged;
      this.endedNanos = process.onExit().thenApply(ended -> System.nanoTime());
      this.reader = new Thread(this::read, "writer-output");
      reader.start();
    }

    private void read() {
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.equals("closed")) {
            closedNanos = System.nanoTime();
          }
          synchronized (said) {
            said.add(line);
          }
        }
      } catch (IOException ended) {
        // it was killed
      }
    }

    /** How many rows: what it wrote down is there also when it is killed right after. */
    long acknowledged() throws IOException {
      return Files.readString(acknowledged).lines().count();
    }

    void awaitEnd() throws InterruptedException {
      assertThat(process.waitFor(600, TimeUnit.SECONDS)).as("ended: %s", said).isTrue();
      reader.join();
      assertThat(Duration.ofNanos(endedNanos.join() - closedNanos))
          .as("no thread keeps the process alive after its last close")
          .isLessThan(Duration.ofSeconds(20));
      assertThat(process.exitValue()).as("%s", said).isZero();
    }

    /** What it is doing, for messages. */
    String threads() throws Exception {
      Process jstack =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
                  Long.toString(process.pid()))
              .redirectErrorStream(true)
              .start();
      return new String(jstack.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
      reader.join();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  @BeforeEach
  void begin() throws Exception {
    try (Connection connection = connect(id(), on("first"))) {
      connection.setAutoCommit(false);
      run(connection, "create table t(writer, number)");
      run(connection, "create table counter(n)");
      run(connection, "insert into counter values (0)");
      connection.commit();
    }
    Engines.endIdle();
  }

  private String id() {
    return "db-" + key.address();
  }

  private Writing write(String machine, String name, int rows) throws Exception {
    Properties properties = on(machine);
    Path file = folder.resolve(name + ".properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    Path acknowledged = Files.createFile(folder.resolve(name + ".acknowledged"));
    return new Writing(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                DevnetWriter.class.getName(),
                id(),
                file.toString(),
                name,
                Integer.toString(rows),
                acknowledged.toString())
            .redirectErrorStream(true)
            .start(),
        acknowledged);
  }

  void writeFromTwoProcesses(int rows) throws Exception {
    try (Writing a = write("a", "a", rows);
        Writing b = write("b", "b", rows)) {
      a.awaitEnd();
      b.awaitEnd();
    }
    try (Connection connection = connect(id(), on("look"))) {
      assertThat(rows(connection)).isEqualTo(Map.of("a", upTo(rows), "b", upTo(rows)));
      assertThat(number(connection, "select n from counter")).isEqualTo(2L * rows);
    }
  }

  /** The numbers of each writer, in the order in which they were added. */
  private static Map<String, List<Long>> rows(Connection connection) throws SQLException {
    Map<String, List<Long>> rows = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("select writer, number from t order by rowid")) {
      while (found.next()) {
        rows.computeIfAbsent(found.getString(1), writer -> new ArrayList<>()).add(found.getLong(2));
      }
    }
    return rows;
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  /** How the account stands on the chain, for messages. */
  private String chain() throws Exception {
    StringBuilder text = new StringBuilder("\nblock " + network.chain().blockNumber());
    text.append(", mined nonce ").append(network.chain().minedNonce(key.address()));
    text.append(", pending nonce ").append(network.chain().pendingNonce(key.address()));
    text.append(", pool ").append(network.devnet().anvil().control("txpool_content"));
    try (java.util.stream.Stream<Path> files =
        Files.walk(folder.resolve("home").resolve("chain-16602"))) {
      files.forEach(file -> text.append("\n").append(file));
    }
    return text.append("\n").toString();
  }

  void killAgainAndAgain(int kills, long seed) throws Exception {
    Random random = new Random(seed);
    Map<String, Long> acknowledged = new HashMap<>();
    for (int kill = 0; kill < kills; kill++) {
      String name = "w" + kill;
      try (Writing writer = write("home", name, 1_000_000)) {
        long begun = System.nanoTime();
        while (writer.acknowledged() == 0 && writer.process.isAlive()) {
          if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(120)) {
            throw new AssertionError(
                "it did not begin: " + writer.said + chain() + writer.threads());
          }
          Thread.sleep(5);
        }
        Thread.sleep(random.nextInt(600));
        assertThat(writer.process.isAlive()).as("%s", writer.said).isTrue();
        writer.kill();
        acknowledged.put(name, writer.acknowledged());
      }
    }
    try (Connection here = connect(id(), on("home"))) {
      run(here, "select inft_sync(60000)");
      Map<String, List<Long>> rows = rows(here);
      assertThat(rows).containsOnlyKeys(acknowledged.keySet());
      // Each once, and at most the one that was on its way when the process was killed.
      rows.forEach(
          (writer, numbers) ->
              assertThat(numbers)
                  .as("rows of %s, killed after %d", writer, acknowledged.get(writer))
                  .isIn(upTo(acknowledged.get(writer)), upTo(acknowledged.get(writer) + 1)));
      long count = rows.values().stream().mapToLong(List::size).sum();
      assertThat(number(here, "select n from counter")).isEqualTo(count);
      try (Connection there = connect(id(), on("there"))) {
        assertThat(rows(there)).isEqualTo(rows);
        assertThat(number(there, "select n from counter")).isEqualTo(count);
      }
    }
  }
}
