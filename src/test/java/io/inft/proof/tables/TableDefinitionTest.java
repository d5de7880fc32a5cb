package io.inft.proof.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.CorruptObjectException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read out of a CREATE TABLE statement is what SQLite makes of it. */
class TableDefinitionTest {
  private static final List<String> TYPES =
      List.of(
          "",
          "INTEGER",
          "integer",
          "\"INTEGER\"",
          "INT",
          "BIGINTEGER",
          "INTEGER(5)",
          "REAL",
          "FLOATING POINT",
          "DOUBLE (5, 2)",
          "REAL TEXT",
          "BLOB REAL",
          "CHARACTER VARYING(9)",
          "x y z");
  private static final List<String> CONSTRAINTS =
      List.of(
          "NOT NULL",
          "NULL",
          "UNIQUE ON CONFLICT REPLACE",
          "DEFAULT 5",
          "DEFAULT -1.5e-3",
          "DEFAULT (1 + (2))",
          "DEFAULT 'a, ''b'')'",
          "DEFAULT x'00ff'",
          "DEFAULT CURRENT_TIME",
          "DEFAULT + .5",
          "DEFAULT true",
          "COLLATE nocase",
          "COLLATE \"RTRIM\"",
          "CHECK (1 OR 'AS DEFAULT 7')",
          "CONSTRAINT \"primary\" CHECK (1)",
          "REFERENCES other(a) ON DELETE SET DEFAULT ON UPDATE SET NULL",
          "REFERENCES [o] MATCH FULL NOT DEFERRABLE INITIALLY DEFERRED",
          "/* DEFAULT 8 */ -- AS (1)\n");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE t(a)",
        "CREATE TABLE \"t\" (\"a\"\"b\", [c d], `e``f`, 'g''h')",
        "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a)",
        "CREATE TABLE t(id INTEGER PRIMARY KEY DESC, a)",
        "CREATE TABLE t(id INTEGER, a, PRIMARY KEY(id DESC))",
        "CREATE TABLE t(id INTEGER, a, PRIMARY KEY(\"ID\" ASC) UNIQUE (a) CHECK (1))",
        "CREATE TABLE t(id INTEGER, a, CONSTRAINT k PRIMARY KEY('id') ON CONFLICT FAIL)",
        "CREATE TABLE t(id INTEGER, a, PRIMARY KEY(id COLLATE NOCASE))",
        "CREATE TABLE t(id INT PRIMARY KEY, a)",
        "CREATE TABLE t(id \"INTEGER\" PRIMARY KEY, a)",
        "CREATE TABLE t(id [INTEGER] PRIMARY KEY, a 'REAL')",
        "CREATE TABLE t(id \"INT\" \"EGER\" PRIMARY KEY, a)",
        "CREATE TABLE t(id INTEGER NOT NULL CONSTRAINT x PRIMARY KEY, a) STRICT",
        "CREATE TABLE t(a TEXT PRIMARY KEY COLLATE NOCASE, b) WITHOUT ROWID",
        "CREATE TABLE t(a TEXT COLLATE rtrim, b, PRIMARY KEY(b, a, b)) WITHOUT ROWID",
        "CREATE TABLE t(a TEXT, b, c, PRIMARY KEY(c DESC, a COLLATE nocase DESC, a)) WITHOUT ROWID",
        "CREATE TABLE t(x INTEGER COLLATE rtrim, y, PRIMARY KEY(x COLLATE NOCASE)) WITHOUT ROWID",
        "CREATE TABLE t(x INTEGER PRIMARY KEY DESC, y) WITHOUT ROWID",
        "CREATE TABLE t(x INTEGER, y, PRIMARY KEY(x DESC)) WITHOUT ROWID",
        "CREATE TABLE t(a TEXT PRIMARY KEY, b INT) STRICT, WITHOUT ROWID",
        "CREATE TABLE t(a TEXT PRIMARY KEY, b INT) without rowid, strict",
        "CREATE TABLE t(a, b AS (a + 1), c INT GENERATED ALWAYS AS (a || ')') STORED, d AS (a)"
            + " VIRTUAL)",
        "CREATE TABLE t(a, g REAL AS (a) NOT NULL, PRIMARY KEY(a)) WITHOUT ROWID",
        "CREATE TABLE t(generated, always INT, key TEXT, \"check\" DEFAULT 'x')",
        "CREATE TABLE t(a DEFAULT (')'), b DEFAULT \"q,\", c FLOAT DEFAULT -0x1F)",
      })
  void readsWhatSqliteReads(String sql) throws Exception {
    requireSame(sql);
  }

  @Test
  void readsRandomOnesAsSqliteDoes() throws Exception {
    int made = 0;
    for (long seed = 1; seed <= 400; seed++) {
      made += requireSame(random(new Random(seed))) ? 1 : 0;
    }
    assertThat(made).isGreaterThan(300);
  }

  private static String random(Random random) {
    StringBuilder sql = new StringBuilder("CREATE TABLE t(");
    int columns = 1 + random.nextInt(5);
    boolean keyed = false;
    for (int i = 0; i < columns; i++) {
      sql.append(i == 0 ? "" : " ,").append("c").append(i).append(' ');
      sql.append(TYPES.get(random.nextInt(TYPES.size())));
      for (int n = random.nextInt(3); n > 0; n--) {
        sql.append(' ').append(CONSTRAINTS.get(random.nextInt(CONSTRAINTS.size())));
      }
      if (!keyed && random.nextInt(6) == 0) {
        keyed = true;
        sql.append(" PRIMARY KEY").append(random.nextInt(4) == 0 ? " DESC" : "");
      }
    }
    if (!keyed && random.nextInt(3) > 0) {
      keyed = true;
      sql.append(", PRIMARY KEY (");
      int parts = 1 + random.nextInt(3);
      for (int i = 0; i < parts; i++) {
        sql.append(i == 0 ? "C" : ", c").append(random.nextInt(columns));
        sql.append(random.nextInt(4) == 0 ? " COLLATE nocase" : "");
        sql.append(random.nextInt(4) == 0 ? " DESC" : "");
      }
      sql.append(')');
    }
    return sql + ")" + (keyed && random.nextBoolean() ? " WITHOUT ROWID" : "");
  }

  /** False if SQLite takes no such statement. */
  private static boolean requireSame(String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        Statement statement = connection.createStatement()) {
      try {
        statement.execute(sql);
      } catch (SQLException e) {
        return false;
      }
      String stored = rows(statement, "SELECT sql FROM sqlite_schema WHERE name = 't'").get(0);
      TableDefinition read = TableDefinition.parse(stored);
      List<String> columns = new ArrayList<>();
      for (TableDefinition.Column column : read.columns()) {
        int hidden =
            switch (column.computed()) {
              case NEVER -> 0;
              case ON_READING -> 2;
              case ON_WRITING -> 3;
            };
        String sqlDefault = column.defaultSql();
        boolean isGroup = sqlDefault.startsWith("(");
        String shown = isGroup ? sqlDefault.substring(1, sqlDefault.length() - 1) : sqlDefault;
        columns.add(column.name() + "|" + hidden + "|" + shown);
      }
      assertThat(columns)
          .as(sql)
          .isEqualTo(
              rows(
                  statement,
                  "SELECT name || '|' || hidden || '|' || coalesce(dflt_value, '')"
                      + " FROM pragma_table_xinfo('t')"));
      List<String> key = new ArrayList<>();
      for (TableDefinition.KeyColumn part : read.key()) {
        key.add(
            part.column()
                + "|"
                + (part.descending() ? 1 : 0)
                + "|"
                + part.collation().toLowerCase(java.util.Locale.ROOT));
      }
      boolean withoutRowid =
          rows(statement, "SELECT wr FROM pragma_table_list('t')").get(0).equals("1");
      assertThat(read.withoutRowid()).isEqualTo(withoutRowid);
      String xinfo =
          " FROM pragma_index_list('t') l, pragma_index_xinfo(l.name) x WHERE l.origin = 'pk'";
      if (withoutRowid) {
        assertThat(key)
            .as(sql)
            .isEqualTo(
                rows(
                    statement,
                    "SELECT cid || '|' || desc || '|' || lower(coll)" + xinfo + " AND key = 1"));
        assertThat(read.stored().stream().map(String::valueOf).toList())
            .as(sql)
            .isEqualTo(rows(statement, "SELECT cid" + xinfo));
      } else {
        assertThat(read.rowidColumn()).as(sql).isEqualTo(alias(statement));
      }
      for (int i = 0; i < read.columns().size(); i++) {
        requireAffinity(statement, read.columns().get(i), sql);
      }
      return true;
    }
  }

  private static int alias(Statement statement) throws SQLException {
    boolean index =
        !rows(statement, "SELECT 1 FROM pragma_index_list('t') WHERE origin = 'pk'").isEmpty();
    List<String> key = rows(statement, "SELECT cid FROM pragma_table_xinfo('t') WHERE pk > 0");
    return key.size() == 1 && !index ? Integer.parseInt(key.get(0)) : -1;
  }

  private static void requireAffinity(
      Statement statement, TableDefinition.Column column, String sql) throws SQLException {
    String name = "\"" + column.name().replace("\"", "\"\"") + "\"";
    List<String> type =
        rows(
            statement,
            "SELECT type FROM pragma_table_xinfo('t') WHERE name = '"
                + column.name().replace("'", "''")
                + "'");
    statement.execute("DROP TABLE IF EXISTS one");
    statement.execute("CREATE TABLE one(" + name + " " + type.get(0) + ")");
    statement.execute("INSERT INTO one VALUES (1)");
    assertThat(column.isReal())
        .as("%s of %s", column, sql)
        .isEqualTo(rows(statement, "SELECT typeof(" + name + ") FROM one").get(0).equals("real"));
  }

  private static List<String> rows(Statement statement, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "CREATE TABLE t",
        "CREATE TABLE t(",
        "CREATE TABLE t()",
        "CREATE TABLE t(a,)",
        "CREATE TABLE t(a))",
        "CREATE TABLE t(a DEFAULT)",
        "CREATE TABLE t('a)",
        "CREATE TABLE t(a) WITHOUT ROWID",
        "CREATE TABLE t(a) SOMETHING",
        "CREATE TABLE t(a, PRIMARY KEY(b))",
        "CREATE VIRTUAL TABLE t USING fts5(a)",
        "CREATE VIEW t(a) AS SELECT 1",
      })
  void refusesWhatSqliteWouldNotHaveStored(String sql) {
    assertThatThrownBy(() -> TableDefinition.parse(sql)).isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void aLongOneTakesNoDeepStack() throws Exception {
    String quotes = "'" + "''".repeat(500_000) + "'";
    assertThat(TableDefinition.parse("CREATE TABLE t(a DEFAULT " + quotes + ")").columns())
        .hasSize(1);
    assertThat(
            TableDefinition.parse("CREATE TABLE t(a /*" + "x\n".repeat(500_000) + "*/)").columns())
        .hasSize(1);
    String open = "CREATE TABLE t(a CHECK " + "(".repeat(500_000);
    assertThatThrownBy(() -> TableDefinition.parse(open))
        .isInstanceOf(CorruptObjectException.class);
  }
}
