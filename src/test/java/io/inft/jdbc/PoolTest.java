package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.faults.OpenFiles;
import io.inft.replica.Engines;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolTest {
  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private HikariConfig config() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:inft:pooled");
    config.addDataSourceProperty("network", "embedded");
    config.addDataSourceProperty("home", folder.resolve("home").toString());
    config.addDataSourceProperty("embeddedDir", folder.resolve("network").toString());
    config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
    config.addDataSourceProperty("busy_timeout", "30000");
    config.setMaximumPoolSize(10);
    return config;
  }

  @Test
  void tenConnectionsShareOneDatabase() throws Exception {
    try (HikariDataSource pool = new HikariDataSource(config())) {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("create table t(id integer primary key, v text)");
      }
      ExecutorService threads = Executors.newFixedThreadPool(10);
      try {
        List<Future<Integer>> writers = new ArrayList<>();
        for (int t = 0; t < 10; t++) {
          writers.add(threads.submit(() -> insert(pool, 20)));
        }
        int inserted = 0;
        for (Future<Integer> writer : writers) {
          inserted += writer.get(120, TimeUnit.SECONDS);
        }
        assertThat(inserted).isEqualTo(200);
      } finally {
        threads.shutdownNow();
      }
      assertThat(count(pool)).isEqualTo(200);
    }
    try (HikariDataSource again = new HikariDataSource(config())) {
      assertThat(count(again)).isEqualTo(200);
    }
  }

  @Test
  void whoKeepsAutoCommitOffAndDoesNothingIsInNobodysWay() throws Exception {
    HikariConfig config = config();
    config.setAutoCommit(false);
    config.addDataSourceProperty("busy_timeout", "1");
    config.setConnectionTestQuery("SELECT 1");
    config.setMaximumPoolSize(3);
    try (HikariDataSource pool = new HikariDataSource(config);
        Connection one = pool.getConnection();
        Connection two = pool.getConnection();
        Connection cursor = pool.getConnection()) {
      execute(one, "create table t(id integer primary key, v text)");
      execute(one, "insert into t(v) values ('a'), ('b'), ('c')");
      one.commit();
      cursor.setReadOnly(true);
      try (Statement statement = cursor.createStatement();
          ResultSet rows = statement.executeQuery("select * from t")) {
        for (int i = 0; i < 3; i++) {
          rows.next();
          execute(one, "insert into t(v) values ('one')");
          one.commit();
          execute(two, "insert into t(v) values ('two')");
          two.commit();
        }
      }
      cursor.rollback();
      assertThat(count(cursor)).isEqualTo(9);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int count(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from t")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static int insert(HikariDataSource pool, int rows) throws SQLException {
    int inserted = 0;
    for (int i = 0; i < rows; i++) {
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        try (PreparedStatement insert =
            connection.prepareStatement("insert into t(v) values (?)")) {
          insert.setString(1, "v" + i);
          inserted += insert.executeUpdate();
        }
        connection.commit();
      }
    }
    return inserted;
  }

  private static int count(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return count(connection);
    }
  }

  @Test
  void aPoolOfReadOnlyConnectionsStartsWithoutBeingTold() throws Exception {
    try (HikariDataSource pool = new HikariDataSource(config());
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(id integer primary key, v text)");
    }
    HikariConfig readers = config();
    readers.addDataSourceProperty("mode", "ro");
    readers.addDataSourceProperty("transaction_mode", "DEFERRED");
    try (HikariDataSource pool = new HikariDataSource(readers)) {
      assertThat(count(pool)).isZero();
    }
  }

  @Test
  void dataSourcePropertiesAreSetByName() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setDataSourceClassName(InftDataSource.class.getName());
    config.addDataSourceProperty("url", "jdbc:inft:pooled");
    config.addDataSourceProperty("network", "embedded");
    config.addDataSourceProperty("home", folder.resolve("home").toString());
    config.addDataSourceProperty("embeddedDir", folder.resolve("network").toString());
    config.addDataSourceProperty("enforceForeignKeys", true);
    config.setMaximumPoolSize(1);
    try (HikariDataSource pool = new HikariDataSource(config);
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(id)");
      assertThat(connection.unwrap(InftConnection.class).status().id().toString())
          .isEqualTo("pooled");
    }
  }

  @Test
  void tenConnectionsOnANewMachineRestoreOnce() throws Exception {
    try (HikariDataSource pool = new HikariDataSource(config());
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(id integer primary key, v text)");
    }
    HikariConfig elsewhere = config();
    elsewhere.addDataSourceProperty("home", folder.resolve("elsewhere").toString());
    try (HikariDataSource pool = new HikariDataSource(elsewhere)) {
      List<Connection> all = new ArrayList<>();
      ExecutorService threads = Executors.newFixedThreadPool(10);
      try {
        List<Future<Connection>> opening = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          opening.add(threads.submit(() -> pool.getConnection()));
        }
        for (Future<Connection> one : opening) {
          all.add(one.get(120, TimeUnit.SECONDS));
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(count(all.get(9))).isZero();
      assertThat(generations("elsewhere")).hasSize(1);
      try (Statement statement = all.get(0).createStatement()) {
        statement.execute("insert into t(v) values ('so that there is a version')");
        statement.execute("select inft_sync(60000)");
        try (ResultSet log = statement.executeQuery("select inft_log()")) {
          assertThat(log.getString(1).split("inft.restore", -1)).as("restored once").hasSize(2);
        }
      }
      for (Connection connection : all) {
        connection.close();
      }
    }
  }

  @Test
  void openingAgainDoesNotRestoreAgain() throws Exception {
    Object file = null;
    for (String linger : List.of("30s", "0", "0")) {
      HikariConfig config = config();
      config.addDataSourceProperty("linger", linger);
      try (HikariDataSource pool = new HikariDataSource(config);
          Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("create table if not exists t(id integer primary key, v text)");
        List<Path> generations = generations("home");
        assertThat(generations).hasSize(1);
        Object now =
            Files.readAttributes(
                    generations.get(0).resolve("database.sqlite"), BasicFileAttributes.class)
                .fileKey();
        assertThat(file == null || file.equals(now)).as("the same file with %s", linger).isTrue();
        file = now;
      }
    }
  }

  private List<Path> generations(String machine) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(machine))) {
      return files.filter(file -> file.getFileName().toString().startsWith("gen-")).toList();
    }
  }

  @Test
  void noThreadHandleOrLockIsLeftAfterTheLastCloseAndTheLinger() throws Exception {
    HikariConfig config = config();
    config.addDataSourceProperty("linger", "300ms");
    try (HikariDataSource pool = new HikariDataSource(config);
        Connection connection = pool.getConnection();
        Connection another = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(id)");
      assertThat(another.isValid(1)).isTrue();
      assertThat(threadNames()).anyMatch(name -> name.contains("pooled"));
      assertThat(OpenFiles.under(folder)).isNotEmpty();
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!OpenFiles.under(folder).isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    assertThat(OpenFiles.under(folder)).isEmpty();
    assertThat(threadNames()).noneMatch(name -> name.contains("pooled"));
    Path lock = generations("home").get(0).resolveSibling("lock");
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock taken = channel.tryLock()) {
      assertThat(taken).as("nobody holds the lock").isNotNull();
    }
  }

  private static List<String> threadNames() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        // HikariCP ends its own threads later.
        .filter(name -> name.startsWith("inft-"))
        .toList();
  }
}
