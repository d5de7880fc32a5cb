package io.inft.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.failure.ForkException;
import io.inft.failure.PutAsideException;
import io.inft.integration.InftHikari;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.sqlite.JDBC;

/**
 * Two machines write one database with local durability for a while, one through a HikariCP pool
 * and one with connections of its own that often are closed right after a commit. In the end every
 * acknowledged row is in the database or in a fork that an application's call named.
 *
 * <p>As a program: {@code Fight <folder> <seconds>}.
 */
final class Fight {
  private static final String ID = "fight";
  private static final int POOLED = 3;

  private final Path folder;
  private final Duration length;
  private final String inline;

  /** Rows whose commit was acknowledged. */
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  /** Folders that an exception of an application's call named. */
  private final Set<Path> named = ConcurrentHashMap.newKeySet();

  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  Fight(Path folder, Duration length, String inline) {
    this.folder = folder;
    this.length = length;
    this.inline = inline;
  }

  /**
   * What became of the acknowledged rows.
   *
   * @param acknowledged how many there are
   * @param inDatabase how many are in the database
   * @param told how many are not, and in a fork that somebody was told of
   * @param untold the others
   * @param forks how many forks there are
   */
  record Result(int acknowledged, int inDatabase, int told, Set<String> untold, int forks) {
    @Override
    public String toString() {
      return "acknowledged %d, in the database %d, told %d, untold %d; %d forks"
          .formatted(acknowledged, inDatabase, told, untold.size(), forks);
    }
  }

  Result run() throws Exception {
    try (Connection first = open("judge")) {
      execute(first, "CREATE TABLE t(row TEXT PRIMARY KEY)");
      execute(first, "SELECT inft_sync(60000)");
    }
    long end = System.nanoTime() + length.toNanos();
    List<Thread> writers = new ArrayList<>();
    try (HikariDataSource pool = pool()) {
      for (int i = 0; i < POOLED; i++) {
        int number = i;
        writers.add(writer("pooled" + i, random -> pooled(pool, "p" + number, random, end)));
      }
      writers.add(writer("plain", random -> plain("plain", random, end)));
      for (Thread writer : writers) {
        writer.join();
      }
    }
    if (failure.get() != null) {
      throw new AssertionError("a writer failed", failure.get());
    }
    settle("pooled");
    settle("plain");
    Engines.endIdle();
    return count();
  }

  /** One of the writers. */
  private interface Work {
    void run(Random random) throws Exception;
  }

  private Thread writer(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run(new Random(name.hashCode()));
              } catch (Exception | AssertionError e) {
                failure.compareAndSet(null, e);
              }
            },
            name);
    thread.start();
    return thread;
  }

  /** As a web application: a connection a request, pauses in between. */
  private void pooled(HikariDataSource pool, String name, Random random, long end)
      throws Exception {
    for (int n = 0; System.nanoTime() < end; n++) {
      String row = name + "-" + n;
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        insert(connection, row);
        connection.commit();
        acknowledged.add(row);
      } catch (SQLException e) {
        note(e);
      }
      if (random.nextInt(40) == 0) {
        pool.getHikariPoolMXBean().softEvictConnections();
      }
      pause(random, 20, 12, 900);
    }
  }

  /** As a script: a connection for a few rows, closed whatever comes. */
  private void plain(String machine, Random random, long end) throws Exception {
    int n = 0;
    while (System.nanoTime() < end) {
      Connection connection = open(machine);
      try {
        int rows = 1 + random.nextInt(4);
        for (int i = 0; i < rows; i++) {
          String row = machine + "-" + n++;
          insert(connection, row);
          acknowledged.add(row);
          pause(random, 10, 8, 400);
        }
      } catch (SQLException e) {
        note(e);
      } finally {
        try {
          connection.close();
        } catch (SQLException ignored) {
          // As pools do: what close says is not seen by anybody.
        }
      }
    }
  }

  private static void pause(Random random, int usually, int seldom, int long_)
      throws InterruptedException {
    Thread.sleep(random.nextInt(seldom) == 0 ? random.nextInt(long_) : random.nextInt(usually));
  }

  private void note(SQLException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ForkException fork) {
        named.add(Path.of(fork.folder()));
      } else if (cause instanceof PutAsideException aside) {
        aside.folders().forEach(one -> named.add(Path.of(one)));
      }
    }
  }

  /** The next start of a machine: what it does first is told what is left to tell. */
  private void settle(String machine) throws SQLException {
    for (int i = 0; i < 2; i++) {
      try (Connection connection = open(machine)) {
        execute(connection, "SELECT count(*) FROM t");
      } catch (SQLException e) {
        note(e);
      }
    }
  }

  private Result count() throws SQLException {
    Set<String> database;
    try (Connection judge = open("judge")) {
      database = rows(judge);
    }
    Set<String> told = new TreeSet<>();
    for (Path generation : named) {
      try (Connection fork =
          new JDBC()
              .connect("jdbc:sqlite:" + generation.resolve("database.sqlite"), new Properties())) {
        told.addAll(rows(fork));
      }
    }
    Set<String> untold = new TreeSet<>();
    int in = 0;
    int lost = 0;
    for (String row : acknowledged) {
      if (database.contains(row)) {
        in++;
      } else if (told.contains(row)) {
        lost++;
      } else {
        untold.add(row);
      }
    }
    return new Result(acknowledged.size(), in, lost, untold, named.size());
  }

  private HikariDataSource pool() {
    HikariConfig config = InftHikari.config("jdbc:inft:" + ID);
    config.setMaximumPoolSize(POOLED);
    config.setMinimumIdle(1);
    of("pooled").forEach((name, value) -> config.addDataSourceProperty((String) name, value));
    return new HikariDataSource(config);
  }

  private Connection open(String machine) throws SQLException {
    return DriverManager.getConnection("jdbc:inft:" + ID, of(machine));
  }

  private Properties of(String machine) {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("encryptionKey", "07".repeat(32));
    properties.setProperty("privateKey", "11".repeat(32));
    properties.setProperty("inline", inline);
    properties.setProperty("linger", machine.equals("pooled") ? "1s" : "0");
    return properties;
  }

  private static void insert(Connection connection, String row) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
      insert.setString(1, row);
      insert.executeUpdate();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Set<String> rows(Connection connection) throws SQLException {
    Set<String> found = new TreeSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT row FROM t")) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Duration length = Duration.ofSeconds(Long.parseLong(arguments[1]));
    Result result = new Fight(folder, length, "auto").run();
    System.out.println(result);
    result.untold().forEach(System.out::println);
    System.exit(result.untold().isEmpty() ? 0 : 1);
  }
}
