package io.inft.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.DurableFiles;
import io.inft.cli.console.Output;
import io.inft.cli.console.Terminal;
import io.inft.failure.InftException;
import io.inft.jdbc.InftConnection;
import io.inft.replica.Engines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code inft demo}: a database survives the loss of its machine, on the embedded network. The data
 * is the names of all Unicode characters, which every Java machine has.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Watch a database survive the loss of its machine. Needs no network.",
    footer = {"", "Example:", "  inft demo --keep /tmp/inft-demo"})
final class Demo implements Callable<Integer> {
  private static final String ID = "unicode-names";
  private static final int INTERRUPTED = 130;
  private static final int PAGE_BYTES = 4096;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Spec private CommandSpec spec;
  @Mixin private Output output = new Output();

  @Option(
      names = "--keep",
      paramLabel = "<folder>",
      description = "Leave everything in this folder, which must not exist yet.")
  private @Nullable Path keep;

  private volatile boolean stopped;
  private final ObjectNode facts = new ObjectMapper().createObjectNode();

  @Override
  public Integer call() throws Exception {
    Path folder;
    if (keep == null) {
      folder = Files.createTempDirectory("inft-demo-");
    } else if (Files.exists(keep)) {
      throw new IOException(keep + " exists already; name a folder that does not");
    } else {
      folder = Files.createDirectories(keep.toAbsolutePath());
    }
    CountDownLatch gone = new CountDownLatch(1);
    Thread interrupted = new Thread(() -> await(gone), "inft-demo-exit");
    Runtime.getRuntime().addShutdownHook(interrupted);
    try {
      play(folder);
    } catch (CancellationException e) {
      return INTERRUPTED;
    } finally {
      try {
        clear(folder);
      } finally {
        gone.countDown();
        forget(interrupted);
      }
    }
    say(
        keep == null
            ? "Nothing is left behind. The database survived the loss of its machine."
            : "Everything is in " + folder + ". The database survived the loss of its machine.");
    return 0;
  }

  private void clear(Path folder) throws InftException {
    try {
      Engines.endIdle();
    } finally {
      if (keep == null) {
        DurableFiles.deleteTree(folder);
      }
    }
  }

  /** Ctrl-C: the demo stops where it is and clears up; the JVM ends after that. */
  private void await(CountDownLatch gone) {
    stopped = true;
    try {
      if (!gone.await(30, TimeUnit.SECONDS)) {
        spec.commandLine().getErr().println("inft: the demo did not stop in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void forget(Thread hook) {
    if (!stopped) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  private void stopIfAsked() {
    if (stopped) {
      throw new CancellationException("stopped");
    }
  }

  private void play(Path folder) throws Exception {
    Path network = folder.resolve("network");
    Path laptop = folder.resolve("laptop");
    long rows = writeAndPublish(laptop, network);

    stopIfAsked();
    say("The laptop is lost: its folder is deleted.");
    DurableFiles.deleteTree(laptop);

    restoreAndChange(folder.resolve("cloud"), network, rows);
    if (output.asJson()) {
      output.object(spec.commandLine().getOut(), facts);
    }
  }

  /** How many rows. */
  private long writeAndPublish(Path laptop, Path network) throws Exception {
    say("A laptop opens jdbc:inft:" + ID + "?network=embedded and writes.");
    long began = System.nanoTime();
    long rows;
    try (Connection connection = connect(laptop, network)) {
      stopIfAsked();
      rows = write(connection);
      InftConnection.Version version = connection.unwrap(InftConnection.class).sync(PATIENCE);
      fact("rows", rows);
      fact("databaseBytes", number(connection, "PRAGMA page_count") * PAGE_BYTES);
      fact("storedBytes", size(network.resolve("store")));
      fact("writeMillis", millisSince(began));
      say(
          String.format(
              java.util.Locale.ROOT,
              "  %,d rows, %,d bytes of SQLite.%n"
                  + "  Version %d is anchored; %,d bytes are stored, sealed.",
              rows,
              facts.path("databaseBytes").asLong(),
              version.number(),
              facts.path("storedBytes").asLong()));
    }
    Engines.endIdle();
    return rows;
  }

  private void restoreAndChange(Path cloud, Path network, long rows) throws Exception {
    say("Another machine, which has never seen the database, opens the same URL.");
    long began = System.nanoTime();
    long before = size(network.resolve("store"));
    try (Connection connection = connect(cloud, network)) {
      long opened = millisSince(began);
      fact("restoreMillis", opened);
      long same = compare(connection);
      if (same != rows) {
        throw new SQLException("only " + same + " of " + rows + " rows came back");
      }
      say(
          String.format(
              java.util.Locale.ROOT,
              "  restored and verified in %,d ms; all %,d rows are equal.",
              opened,
              same));
      changeOneRow(connection, network, before);
    }
    Engines.endIdle();
  }

  private void changeOneRow(Connection connection, Path network, long before) throws Exception {
    long began = System.nanoTime();
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE characters SET name = 'STILL HERE' WHERE code = 65");
    }
    InftConnection.Version version = connection.unwrap(InftConnection.class).sync(PATIENCE);
    long published = size(network.resolve("store")) - before;
    fact("oneRowMillis", millisSince(began));
    fact("oneRowBytes", published);
    fact("version", version.number());
    say(
        String.format(
            java.util.Locale.ROOT,
            "One row changes there: version %d, %,d bytes published, anchored after %,d ms.",
            version.number(),
            published,
            facts.path("oneRowMillis").asLong()));
  }

  private static Connection connect(Path home, Path network) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", home.toString());
    properties.setProperty("embeddedDir", network.toString());
    properties.setProperty("linger", "0");
    properties.setProperty("syncInterval", "10m");
    properties.setProperty("onClose", "background"); // what matters was published before
    return Objects.requireNonNull(
        new io.inft.jdbc.InftDriver().connect("jdbc:inft:" + ID, properties));
  }

  private long write(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE characters(code INTEGER PRIMARY KEY, name TEXT NOT NULL, script TEXT)");
    }
    connection.setAutoCommit(false);
    long rows = 0;
    try (ProgressBar bar = progress("writing");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO characters VALUES (?, ?, ?)")) {
      for (int code = 0; code <= Character.MAX_CODE_POINT; code++) {
        String name = nameOf(code);
        if (name != null) {
          insert.setInt(1, code);
          insert.setString(2, name);
          insert.setString(3, Character.UnicodeScript.of(code).name());
          insert.addBatch();
          rows++;
          if (rows % 10_000 == 0) {
            insert.executeBatch();
          }
        }
        if (code % 4096 == 0) {
          stopIfAsked();
          bar.stepTo(code);
        }
      }
      insert.executeBatch();
      bar.stepTo(Character.MAX_CODE_POINT);
    }
    connection.commit();
    connection.setAutoCommit(true);
    return rows;
  }

  /** The name of a character that is assigned to one and all. */
  private static @Nullable String nameOf(int code) {
    int type = Character.getType(code);
    return type == Character.PRIVATE_USE || type == Character.SURROGATE
        ? null
        : Character.getName(code);
  }

  /** How many rows are exactly what Java says, and none else. */
  private long compare(Connection connection) throws SQLException {
    long same = 0;
    try (ProgressBar bar = progress("comparing");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT code, name, script FROM characters ORDER BY code")) {
      while (rows.next()) {
        int code = rows.getInt(1);
        if (Objects.equals(nameOf(code), rows.getString(2))
            && Character.UnicodeScript.of(code).name().equals(rows.getString(3))) {
          same++;
        }
        if (code % 4096 == 0) {
          stopIfAsked();
          bar.stepTo(code);
        }
      }
      bar.stepTo(Character.MAX_CODE_POINT);
    }
    return same;
  }

  private ProgressBar progress(String task) {
    return Terminal.progress(task, output).maxHint(Character.MAX_CODE_POINT);
  }

  private void say(String text) {
    if (!output.asJson()) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(text);
      out.flush();
    }
  }

  private void fact(String name, long value) {
    facts.put(name, value);
  }

  private static long millisSince(long beganNanos) {
    return (System.nanoTime() - beganNanos) / 1_000_000;
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.getLong(1);
    }
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
