package io.inft.diff;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;

/** A random database, and what became of it after random statements. */
final class RandomPair {
  static final RowByRow.Table PLAIN =
      new RowByRow.Table("plain", List.of("id", "a", "b", "c"), List.of());
  static final RowByRow.Table NAMED =
      new RowByRow.Table("named", List.of("k", "v"), List.of("lower(k)"));
  static final RowByRow.Table LOOSE =
      new RowByRow.Table("loose", List.of("a", "b", "\"a b\"\"c\""), List.of());
  static final RowByRow.Table BARE =
      new RowByRow.Table("bare", List.of("a", "b", "v"), List.of("a", "b"));
  static final RowByRow.Table MADE =
      new RowByRow.Table("made", List.of("id", "n", "kept"), List.of());
  static final RowByRow.Table ANY =
      new RowByRow.Table("anything", List.of("x", "y"), List.of("x * 1.0"));
  static final RowByRow.Table WORDS =
      new RowByRow.Table("docs_content", List.of("id", "c0"), List.of());
  static final List<RowByRow.Table> TABLES = List.of(PLAIN, NAMED, LOOSE, BARE, MADE, ANY, WORDS);

  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE plain(id INTEGER PRIMARY KEY, a, b TEXT, c REAL)",
          "CREATE TABLE named(k TEXT COLLATE NOCASE PRIMARY KEY, v)",
          "CREATE TABLE loose(a, b, \"a b\"\"c\")",
          "CREATE TABLE bare(a TEXT, b INTEGER, v, PRIMARY KEY(b, a)) WITHOUT ROWID",
          "CREATE TABLE made(id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER,"
              + " computed AS (n * 2), kept AS (n + 1) STORED)",
          "CREATE TABLE anything(x PRIMARY KEY, y) WITHOUT ROWID",
          "CREATE VIRTUAL TABLE docs USING fts5(body)",
          "CREATE INDEX by_a ON plain(a)");

  private final Random random;

  RandomPair(long seed) {
    this.random = new Random(seed);
  }

  /** Makes both files. */
  void make(Path left, Path right) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + left)) {
      run(connection, "PRAGMA page_size=" + pick(512, 1024, 4096));
      run(connection, "PRAGMA encoding='" + pick("UTF-8", "UTF-8", "UTF-16le", "UTF-16be") + "'");
      run(connection, "PRAGMA journal_mode=OFF");
      run(connection, "PRAGMA synchronous=OFF");
      run(connection, "PRAGMA auto_vacuum=" + pick(0, 1, 2));
      connection.setAutoCommit(false);
      for (String sql : SCHEMA) {
        run(connection, sql);
      }
      int rows = random.nextInt(400);
      for (int i = 0; i < rows; i++) {
        insert(connection);
      }
      connection.commit();
    }
    Files.copy(left, right);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + right)) {
      run(connection, "PRAGMA journal_mode=OFF");
      run(connection, "PRAGMA synchronous=OFF");
      connection.setAutoCommit(false);
      int changes = random.nextInt(random.nextBoolean() ? 10 : 150);
      for (int i = 0; i < changes; i++) {
        change(connection);
      }
      connection.commit();
      connection.setAutoCommit(true);
      if (random.nextInt(6) == 0) {
        run(connection, "VACUUM");
      }
    }
  }

  private Object pick(Object... of) {
    return of[random.nextInt(of.length)];
  }

  /** A value of any class; equal ones of different classes are likely. */
  private String value() {
    return switch (random.nextInt(9)) {
      case 0 -> "NULL";
      case 1 -> Integer.toString(random.nextInt(5));
      case 2 -> random.nextInt(5) + ".0";
      case 3 -> "'" + random.nextInt(5) + "'";
      case 4 -> "'" + text() + "'";
      case 5 -> "CAST('" + text() + "' AS BLOB)";
      case 6 -> random.nextInt(20) == 0 ? "zeroblob(" + random.nextInt(20_000) + ")" : "x''";
      case 7 -> random.nextInt(20) == 0 ? "hex(zeroblob(" + random.nextInt(9_000) + "))" : "''";
      default -> Long.toString(random.nextLong());
    };
  }

  private String text() {
    return (String) pick("a", "A", "b", "ä", "Ä", "a ", "x\ty", "日本", "🙂", "") + random.nextInt(4);
  }

  private void insert(Connection connection) throws SQLException {
    String sql =
        switch (random.nextInt(7)) {
          case 0 -> "INTO plain(a, b, c) VALUES (" + value() + "," + value() + "," + value() + ")";
          case 1 -> "INTO named VALUES (" + key() + "," + value() + ")";
          case 2 -> "INTO loose VALUES (" + value() + "," + value() + "," + value() + ")";
          case 3 ->
              "INTO bare VALUES ('" + text() + "'," + random.nextInt(40) + "," + value() + ")";
          case 4 -> "INTO made(n) VALUES (" + random.nextInt(9) + ")";
          case 5 ->
              "INTO anything VALUES ("
                  + random.nextInt(50)
                  + (random.nextBoolean() ? ".0" : "")
                  + ","
                  + value()
                  + ")";
          default -> "INTO docs VALUES ('" + text() + " " + text() + "')";
        };
    run(connection, "INSERT OR " + (random.nextBoolean() ? "REPLACE " : "IGNORE ") + sql);
  }

  private String key() {
    return random.nextInt(6) == 0 ? "NULL" : "'" + text() + random.nextInt(9) + "'";
  }

  private void change(Connection connection) throws SQLException {
    String one = " WHERE rowid = (SELECT rowid FROM %1$s ORDER BY random() LIMIT 1)";
    switch (random.nextInt(12)) {
      case 0 -> on(connection, "DELETE FROM %1$s" + one, "plain", "named", "loose", "made", "docs");
      case 1 -> run(connection, "UPDATE plain SET a = " + value() + String.format(one, "plain"));
      case 2 -> run(connection, "UPDATE named SET v = " + value() + String.format(one, "named"));
      case 3 -> run(connection, "UPDATE loose SET b = " + value() + String.format(one, "loose"));
      case 4 -> run(connection, "DELETE FROM bare WHERE b = " + random.nextInt(40));
      case 5 ->
          run(connection, "UPDATE bare SET v = " + value() + " WHERE b = " + random.nextInt(40));
      case 6 -> run(connection, "UPDATE named SET k = upper(k)" + String.format(one, "named"));
      case 7 ->
          run(
              connection,
              "UPDATE OR IGNORE anything SET x = x * 1.0 WHERE x = " + random.nextInt(50));
      case 8 -> run(connection, "UPDATE plain SET c = c + 1" + String.format(one, "plain"));
      case 9 -> overflow(connection);
      default -> insert(connection);
    }
  }

  /** Changes a long value in its middle, so that only a page of what overflows changes. */
  private void overflow(Connection connection) throws SQLException {
    run(
        connection,
        "UPDATE plain SET a = substr(a, 1, length(a) / 2) || x'07' || substr(a, length(a) / 2 + 2)"
            + " WHERE length(a) > 4000");
  }

  private void on(Connection connection, String sql, Object... tables) throws SQLException {
    run(connection, String.format(sql, pick(tables)));
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
