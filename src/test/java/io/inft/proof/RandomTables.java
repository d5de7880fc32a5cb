package io.inft.proof;

import io.inft.proof.tables.RowSearch;
import io.inft.proof.tables.StoredValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A database file with tables of all kinds and random rows, and what SQLite says is in it. */
final class RandomTables implements AutoCloseable {
  /** A table: its name, and how its key is compared where it is WITHOUT ROWID. */
  record Table(String name, List<String> key, List<String> comparisons) {}

  private static final List<String> TYPES =
      List.of(
          "",
          "INTEGER",
          "INT",
          "REAL",
          "DOUBLE PRECISION",
          "TEXT",
          "BLOB",
          "NUMERIC(10,2)",
          "FLOATING POINT",
          "VARCHAR(20)",
          "\"weird type\"");
  private static final List<Integer> PAGE_SIZES = List.of(512, 1024, 4096, 4096, 65536);
  private static final List<String> ENCODINGS = List.of("UTF-8", "UTF-8", "UTF-16le", "UTF-16be");
  private static final List<String> NAMES =
      List.of(
          "people", "\"two words\"", "[a]", "'q''q'", "Ünïcode", "`b``t`", "select_", "\"x\ny\"");

  final List<Table> tables = new ArrayList<>();
  final String encoding;
  final int pageSize;
  private final Random random;
  private final Path file;
  private final Connection connection;

  RandomTables(long seed, Path folder) throws Exception {
    random = new Random(seed);
    file = folder.resolve("tables-" + seed + ".db");
    pageSize = PAGE_SIZES.get(random.nextInt(PAGE_SIZES.size()));
    encoding = ENCODINGS.get(random.nextInt(ENCODINGS.size()));
    begin();
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    run("PRAGMA synchronous = OFF");
    run("BEGIN");
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      make(i);
    }
    run("CREATE VIEW seen AS SELECT 1 AS a");
    run("COMMIT");
  }

  /** An empty database, sometimes with bytes reserved on each page. */
  private void begin() throws Exception {
    try (Connection fresh = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = fresh.createStatement()) {
      statement.execute("PRAGMA synchronous = OFF");
      statement.execute("PRAGMA page_size = " + pageSize);
      statement.execute("PRAGMA encoding = '" + encoding + "'");
      statement.execute("CREATE TABLE x(a)");
      statement.execute("DROP TABLE x");
      statement.execute("VACUUM");
    }
    if (random.nextInt(4) == 0) {
      byte[] bytes = Files.readAllBytes(file);
      int reserved = 1 + random.nextInt(32);
      bytes[20] = (byte) reserved;
      bytes[105] = (byte) ((pageSize - reserved) >> 8);
      bytes[106] = (byte) (pageSize - reserved);
      Files.write(file, bytes);
    }
  }

  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  Path file() {
    return file;
  }

  Connection connection() {
    return connection;
  }

  private String type() {
    return TYPES.get(random.nextInt(TYPES.size()));
  }

  private void make(int index) throws SQLException {
    String quoted = NAMES.get(random.nextInt(NAMES.size()));
    String bare =
        quoted.replaceAll("^[\"'`\\[]|[\"'`\\]]$", "").replace("''", "'").replace("``", "`");
    String name = bare + index;
    String sqlName = quote(name);
    boolean withoutRowid = random.nextInt(3) == 0;
    List<String> key = new ArrayList<>();
    List<String> comparisons = new ArrayList<>();
    List<String> collations = new ArrayList<>();
    StringBuilder sql = new StringBuilder("CREATE TABLE " + sqlName + " ( /* a, ( comment */\n");
    int columns = 2 + random.nextInt(6);
    for (int i = 0; i < columns; i++) {
      sql.append(i == 0 ? "" : ", ").append("c").append(i).append(' ').append(type());
      collations.add(random.nextInt(5) > 0 ? "BINARY" : random.nextBoolean() ? "nocase" : "RTRIM");
      sql.append(collations.get(i).equals("BINARY") ? "" : " COLLATE " + collations.get(i));
      if (random.nextInt(6) == 0) {
        sql.append(" DEFAULT (1 + 2) -- why, not\n");
      }
    }
    if (random.nextInt(4) == 0) {
      sql.append(", g1 AS (c0 || 'x'), g2 TEXT GENERATED ALWAYS AS (c1) STORED");
    }
    if (withoutRowid) {
      int parts = 1 + random.nextInt(Math.min(3, columns));
      sql.append(", PRIMARY KEY (");
      for (int i = 0; i < parts; i++) {
        String column = "c" + (columns - 1 - i);
        key.add(column);
        sql.append(i == 0 ? "" : ", ").append(column);
        boolean own = random.nextInt(4) == 0;
        sql.append(own ? " COLLATE NOCASE" : "");
        String collation = own ? "NOCASE" : collations.get(columns - 1 - i);
        comparisons.add("+" + column + " COLLATE " + collation + " = ?");
        sql.append(random.nextInt(3) == 0 ? " DESC" : "");
      }
      sql.append(")) WITHOUT ROWID");
    } else {
      sql.append(random.nextBoolean() ? ", id INTEGER PRIMARY KEY)" : ")");
    }
    run(sql.toString());
    tables.add(new Table(name, List.copyOf(key), List.copyOf(comparisons)));
    fill(sqlName, columns, random.nextInt(index == 0 ? 900 : 150), withoutRowid);
    if (random.nextInt(3) == 0) {
      run("ALTER TABLE " + sqlName + " ADD COLUMN late INT DEFAULT -7");
      run("ALTER TABLE " + sqlName + " ADD COLUMN \"later, still\" TEXT DEFAULT 'it''s'");
      fill(sqlName, columns, random.nextInt(20), withoutRowid);
    }
    if (random.nextInt(2) == 0) {
      run("DELETE FROM " + sqlName + " WHERE abs(random()) % 3 = 0");
    }
    if (random.nextInt(3) == 0) {
      run("CREATE INDEX " + quote("index " + index) + " ON " + sqlName + "(c1)");
    }
  }

  static String quote(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  private void fill(String name, int columns, int rows, boolean withoutRowid) throws SQLException {
    String marks = ", ?".repeat(columns).substring(2);
    String names = "";
    for (int i = 0; i < columns; i++) {
      names += (i == 0 ? "" : ", ") + "c" + i;
    }
    String into = withoutRowid ? names : "rowid, " + names;
    String sql =
        "INSERT OR IGNORE INTO "
            + name
            + "("
            + into
            + ") VALUES ("
            + (withoutRowid ? "" : "?, ")
            + marks
            + ")";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int row = 0; row < rows; row++) {
        int at = 1;
        if (!withoutRowid) {
          insert.setLong(at++, rowid());
        }
        for (int i = 0; i < columns; i++) {
          insert.setObject(at++, !withoutRowid && random.nextInt(15) == 0 ? null : value());
        }
        insert.executeUpdate();
      }
    }
  }

  long rowid() {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextLong();
      case 1 -> -random.nextInt(500);
      case 2 -> random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
      default -> random.nextInt(1500);
    };
  }

  private Object value() {
    return switch (random.nextInt(14)) {
      case 0 -> random.nextLong();
      case 1 -> (long) random.nextInt(3);
      case 2 -> (long) random.nextInt();
      case 3 -> random.nextDouble() * 1e6;
      case 4 -> (double) random.nextInt(1000);
      case 5 -> (long) (byte) random.nextInt();
      case 6 -> random.nextLong() >> 20;
      case 7, 8 -> text(random.nextInt(12));
      case 9 -> text(random.nextInt(20) == 0 ? random.nextInt(9000) : random.nextInt(90));
      case 10 -> "Abc" + " ".repeat(random.nextInt(3));
      case 11 -> "aBC";
      case 12 -> bytes(random.nextInt(20) == 0 ? random.nextInt(5000) : random.nextInt(40));
      default -> -1.5e300;
    };
  }

  private String text(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint("abcXYZ 0189\u00e9\u706f".charAt(random.nextInt(13)));
    }
    return text.toString() + (length == 5 ? "\ud83d\udca1" : "");
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A row that may be there or not. */
  RowSearch.Sought sought(Table table) throws SQLException {
    boolean there = random.nextInt(3) > 0;
    if (table.key().isEmpty()) {
      long rowid = there ? someRowid(table) : rowid();
      return new RowSearch.Sought(table.name(), rowid, List.of());
    }
    List<StoredValue> key = there ? someKey(table) : List.of();
    while (key.size() < table.key().size()) {
      List<StoredValue> longer = new ArrayList<>(key);
      longer.add(stored(value()));
      key = longer;
    }
    return new RowSearch.Sought(table.name(), 0, key);
  }

  private long someRowid(Table table) throws SQLException {
    String sql = "SELECT rowid FROM " + quote(table.name()) + " ORDER BY random() LIMIT 1";
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 5;
    }
  }

  private List<StoredValue> someKey(Table table) throws SQLException {
    List<StoredValue> key = new ArrayList<>();
    String columns = String.join(", ", table.key());
    String sql =
        "SELECT " + columns + " FROM " + quote(table.name()) + " ORDER BY random() LIMIT 1";
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (row.next()) {
        for (int i = 1; i <= table.key().size(); i++) {
          key.add(stored(row.getObject(i)));
        }
      }
    }
    return key;
  }

  static StoredValue stored(Object value) {
    if (value instanceof Number number) {
      return value instanceof Double || value instanceof Float
          ? StoredValue.of(number.doubleValue())
          : StoredValue.of(number.longValue());
    }
    return value instanceof byte[] bytes
        ? StoredValue.blob(bytes)
        : StoredValue.text((String) value, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
