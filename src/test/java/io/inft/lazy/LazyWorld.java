package io.inft.lazy;

import io.inft.failure.InftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4Connection;

/** A partial database on disk and what it is opened with. */
public final class LazyWorld implements AutoCloseable {
  final SourceDatabase source;
  final TestSupplier supplier;
  final Path path;
  final CountDownLatch whole = new CountDownLatch(1);
  final ExecutorService threads =
      Executors.newFixedThreadPool(
          8,
          task -> {
            Thread thread = new Thread(task, "test-supplier");
            thread.setDaemon(true);
            return thread;
          });

  volatile InftException refusal;
  volatile Error proofBug;
  volatile Error executorFailure;
  volatile Duration longestWait = Duration.ofSeconds(30);

  private final List<PartialDatabase> databases = new ArrayList<>();
  private final List<SQLiteConnection> connections = new ArrayList<>();

  LazyWorld(Path folder, SourceDatabase source, int spanPages) throws InftException {
    this.source = source;
    this.supplier = new TestSupplier(source, spanPages);
    this.path = folder.resolve("lazy.db");
    if (!Files.exists(path)) {
      PartialDatabase.create(path, source.base());
    }
  }

  PartialDatabase open() throws InftException {
    PartialDatabase database =
        PartialDatabase.open(
            path,
            new PartialDatabase.Setup(
                source.base(),
                supplier,
                this::execute,
                longestWait,
                new WholeCheck() {
                  @Override
                  public void prove() throws InftException {
                    if (proofBug != null) {
                      throw proofBug;
                    }
                    if (refusal != null) {
                      throw refusal;
                    }
                  }

                  @Override
                  public boolean isFinal(InftException failure) {
                    return true;
                  }

                  @Override
                  public void whole() {
                    whole.countDown();
                  }
                }));
    databases.add(database);
    return database;
  }

  private void execute(Runnable task) {
    if (executorFailure != null) {
      throw executorFailure;
    }
    threads.execute(task);
  }

  SQLiteConnection connect(PartialDatabase database) throws InftException, SQLException {
    SQLiteConnection connection =
        database.connect(name -> new JDBC4Connection("jdbc:sqlite:" + name, name, settings()));
    connections.add(connection);
    return connection;
  }

  /** A connection to whatever the file is by now. */
  SQLiteConnection connectEitherWay() throws InftException, SQLException {
    if (PartialDatabase.isPartial(path)) {
      return connect(open());
    }
    return new JDBC4Connection("jdbc:sqlite:" + path, path.toString(), settings());
  }

  List<PartialDatabase> databases() {
    return databases;
  }

  private static Properties settings() {
    Properties properties = new Properties();
    properties.setProperty("busy_timeout", "5000");
    return properties;
  }

  public static String text(SQLiteConnection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  public static void run(SQLiteConnection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  boolean isWholeWithin(Duration wait) throws InterruptedException {
    return whole.await(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() throws InftException, SQLException {
    for (SQLiteConnection connection : connections) {
      connection.close();
    }
    for (PartialDatabase database : databases) {
      database.close();
    }
    threads.shutdownNow();
  }
}
