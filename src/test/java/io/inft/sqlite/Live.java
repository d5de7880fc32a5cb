package io.inft.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/** A real SQLite database in WAL mode whose log nobody checkpoints unasked. */
final class Live implements AutoCloseable {
  final Path database;
  final Path wal;
  final Path shm;
  final Connection connection;

  Live(Path database, int pageSize) throws SQLException {
    this.database = database;
    this.wal = database.resolveSibling(database.getFileName() + "-wal");
    this.shm = database.resolveSibling(database.getFileName() + "-shm");
    this.connection = connect(database);
    execute("pragma page_size=" + pageSize);
    execute("pragma journal_mode=wal");
    execute("pragma wal_autocheckpoint=0");
    execute("pragma synchronous=off");
  }

  static Connection connect(Path database) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + database);
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first row, its columns joined by bars. */
  String query(String sql) throws SQLException {
    return query(connection, sql);
  }

  static String query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      StringBuilder row = new StringBuilder();
      int columns = rows.next() ? rows.getMetaData().getColumnCount() : 0;
      for (int i = 1; i <= columns; i++) {
        row.append(i == 1 ? "" : "|").append(rows.getString(i));
      }
      return row.toString();
    }
  }

  /** One random statement of a kind that moves pages in its own way. */
  void randomStatement(Random random) throws SQLException {
    execute("create table if not exists t(id integer primary key, k text, v blob)");
    switch (random.nextInt(12)) {
      case 0 -> execute("create index if not exists i" + random.nextInt(3) + " on t(k)");
      case 1 -> execute("drop index if exists i" + random.nextInt(3));
      case 2 -> execute("delete from t where id % 3 = " + random.nextInt(3));
      case 3 -> execute("pragma user_version=" + random.nextInt());
      case 4 -> execute("vacuum");
      case 5 -> {
        execute("begin");
        insert(random, 40);
        execute("rollback");
      }
      case 6 -> {
        execute("begin");
        insert(random, 30);
        execute("savepoint s");
        insert(random, 10);
        execute("rollback to s");
        execute("commit");
      }
      case 7 -> execute("insert into t(k,v) values('big', randomblob(200000))");
      case 8 -> execute("update t set k = k || '!' where id % 7 = " + random.nextInt(7));
      default -> insert(random, 1 + random.nextInt(5));
    }
  }

  void insert(Random random, int rows) throws SQLException {
    for (int i = 0; i < rows; i++) {
      execute(
          "insert into t(k,v) values('key "
              + random.nextInt(1000)
              + "', randomblob("
              + random.nextInt(900)
              + "))");
    }
  }

  /** Copies the database with its log somewhere else, as a crash would leave them. */
  Path crashCopy(Path folder, byte[] mainFile, byte[] log) throws IOException {
    Files.createDirectories(folder);
    Path copy = folder.resolve("copy.db");
    Files.write(copy, mainFile);
    Files.write(folder.resolve("copy.db-wal"), log);
    return copy;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
