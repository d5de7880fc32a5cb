package io.inft.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.diff.RowChange.Value;
import io.inft.failure.NotComparableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  @TempDir Path folder;

  private Path left() {
    return folder.resolve("left.db");
  }

  private Path right() {
    return folder.resolve("right.db");
  }

  private static void run(Path file, String... statements) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The left file, and the right one that statements make of it. */
  private void make(List<String> first, String... then) throws Exception {
    run(left(), first.toArray(String[]::new));
    Files.copy(left(), right());
    run(right(), then);
  }

  /** Keeps what it is told as text. */
  private static final class Told implements DiffListener {
    private final List<String> lines = new ArrayList<>();
    private final List<RowChange> rows = new ArrayList<>();

    @Override
    public void schema(DatabaseDiff diff) {
      diff.schema().forEach(one -> lines.add(one.word() + " " + one.type() + " " + one.name()));
      diff.settings().forEach(one -> lines.add(one.name() + " " + one.left() + " " + one.right()));
    }

    @Override
    public void table(TableDiff table) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s%s %s by %s: +%d ~%d -%d",
              table.oldName().map(old -> old + " -> ").orElse(""),
              table.name(),
              table.presence().name().toLowerCase(Locale.ROOT),
              table.key(),
              table.added(),
              table.changed(),
              table.removed()));
    }

    @Override
    public void row(RowChange row) {
      rows.add(row);
      StringBuilder text = new StringBuilder();
      text.append(row.kind().sign());
      row.key().forEach(value -> text.append(' ').append(value.value()));
      row.cells()
          .forEach(
              cell ->
                  text.append(' ')
                      .append(cell.column())
                      .append('=')
                      .append(cell.left() == null ? "" : cell.left().value())
                      .append(':')
                      .append(cell.right() == null ? "" : cell.right().value()));
      lines.add(text.toString());
    }
  }

  private List<String> told(DiffOptions options) throws Exception {
    Told told = new Told();
    Comparison.of(left(), right(), options, told);
    return told.lines;
  }

  private List<String> told() throws Exception {
    return told(DiffOptions.rows(100));
  }

  /** What a pair of random files comes to, by table. */
  private Map<String, String> found() throws Exception {
    Map<String, String> found = new TreeMap<>();
    DatabaseDiff diff = Comparison.of(left(), right(), DiffOptions.COUNTS, DiffListener.NONE);
    for (TableDiff table : diff.tables()) {
      found.put(
          table.name(),
          String.format(
              Locale.ROOT, "+%d ~%d -%d", table.added(), table.changed(), table.removed()));
    }
    found.keySet().retainAll(RandomPair.TABLES.stream().map(RowByRow.Table::name).toList());
    return found;
  }

  private Map<String, String> expected() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    for (RowByRow.Table table : RandomPair.TABLES) {
      boolean rowids = !table.name().equals("bare") && !table.name().equals("anything");
      List<String> difference =
          RowByRow.difference(
              RowByRow.rows(left(), table, table.name(), rowids),
              RowByRow.rows(right(), table, table.name(), rowids));
      if (!difference.isEmpty()) {
        expected.put(table.name(), RowByRow.counts(difference));
      }
    }
    return expected;
  }

  @Test
  void findsWhatReadingEveryRowFinds() throws Exception {
    for (long seed = 1; seed <= 30; seed++) {
      new RandomPair(seed).make(left(), right());
      assertThat(found()).as("seed %s", seed).isEqualTo(expected());
      Files.delete(left());
      Files.delete(right());
    }
  }

  @Test
  void seesWhatChangedOnlyWhereAValueOverflows() throws Exception {
    make(
        List.of(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a)",
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 50) INSERT"
                + " INTO t SELECT i, zeroblob(20000) FROM n"),
        "UPDATE t SET a = CAST(zeroblob(15000) || x'01' || zeroblob(4999) AS BLOB) WHERE id = 7");
    try (PageFile mine = PageFile.open(left());
        PageFile theirs = PageFile.open(right())) {
      assertThat(mine.differing(theirs).cardinality()).as("no leaf changes").isEqualTo(2);
    }
    assertThat(told()).hasSize(2).first().isEqualTo("t both by [id]: +0 ~1 -0");
    assertThat(told().get(1)).startsWith("~ 7 a=0000");
  }

  @Test
  void tellsRowsByTheirPrimaryKey() throws Exception {
    make(
        List.of(
            "CREATE TABLE named(k TEXT PRIMARY KEY COLLATE NOCASE, v)",
            "INSERT INTO named VALUES ('a', 1), ('b', 2), ('c', 3), (NULL, 4), (NULL, 5)",
            "CREATE TABLE bare(a, b, v, PRIMARY KEY(a, b)) WITHOUT ROWID",
            "INSERT INTO bare VALUES (1, 'x', 'one'), (1, 'y', 'two')"),
        "REPLACE INTO named VALUES ('A', 1)",
        "DELETE FROM named WHERE v IN (2, 4)",
        "INSERT INTO named VALUES ('b2', 2)",
        "UPDATE named SET v = 6 WHERE v = 5",
        "UPDATE bare SET v = NULL WHERE b = 'y'",
        "INSERT INTO bare VALUES (2, 'x', x'00ff')");
    assertThat(told())
        .containsExactly(
            "bare both by [a, b]: +1 ~1 -0",
            "~ 1 y v=two:null",
            "+ 2 x a=:2 b=:x v=:00ff",
            "named both by [k]: +1 ~2 -2",
            "- b k=b: v=2:",
            "- null k=null: v=4:",
            "~ A k=a:A",
            "~ null v=5:6",
            "+ b2 k=:b2 v=:2");
  }

  @Test
  void aValueOfAnotherClassIsAnotherValue() throws Exception {
    make(
        List.of(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, v)",
            "INSERT INTO t VALUES (1, 1), (2, 2.0), (3, '3'), (4, x'34'), (5, NULL), (6, 'a')"),
        "UPDATE t SET v = 1.0 WHERE id = 1",
        "UPDATE t SET v = 2.0 WHERE id = 2",
        "UPDATE t SET v = 3 WHERE id = 3",
        "UPDATE t SET v = '4' WHERE id = 4",
        "UPDATE t SET v = '' WHERE id = 5");
    assertThat(told())
        .containsExactly(
            "t both by [id]: +0 ~4 -0", "~ 1 v=1:1.0", "~ 3 v=3:3", "~ 4 v=34:4", "~ 5 v=null:");
  }

  @Test
  void aTableThatWasRenamedIsTheSameTable() throws Exception {
    make(
        List.of("CREATE TABLE old(a, b)", "INSERT INTO old VALUES (1, 2), (3, 4)"),
        "ALTER TABLE old RENAME TO new",
        "UPDATE new SET b = 5 WHERE a = 3");
    assertThat(told())
        .containsExactly(
            "added table new",
            "removed table old",
            "old -> new both by [rowid]: +0 ~1 -0",
            "~ 2 b=4:5");
    run(right(), "DROP TABLE new", "CREATE TABLE first(x)", "CREATE TABLE new(a, b)");
    assertThat(told())
        .containsExactly(
            "added table first",
            "added table new",
            "removed table old",
            "first added by [rowid]: +0 ~0 -0",
            "new added by [rowid]: +0 ~0 -0",
            "old removed by [rowid]: +0 ~0 -2",
            "- 1 a=1: b=2:",
            "- 2 a=3: b=4:");
  }

  @Test
  void aRowThatHasAColumnsDefaultIsAsItWas() throws Exception {
    make(
        List.of("CREATE TABLE t(id INTEGER PRIMARY KEY, a)", "INSERT INTO t VALUES (1, 1), (2, 2)"),
        "ALTER TABLE t ADD COLUMN n TEXT DEFAULT 5",
        "ALTER TABLE t ADD COLUMN plain",
        "UPDATE t SET plain = 'x' WHERE id = 2");
    assertThat(told())
        .containsExactly("changed table t", "t both by [id]: +0 ~1 -0", "~ 2 plain=null:x");
    Files.move(left(), folder.resolve("swap"));
    Files.move(right(), left());
    Files.move(folder.resolve("swap"), right());
    assertThat(told()).containsExactly("changed table t", "t both by [id]: +0 ~0 -0");
  }

  @Test
  void namesWhatElseDiffers() throws Exception {
    make(
        List.of(
            "CREATE TABLE t(a)",
            "CREATE VIEW v AS SELECT a FROM t",
            "CREATE INDEX i ON t(a)",
            "CREATE VIRTUAL TABLE docs USING fts5(body)",
            "INSERT INTO docs VALUES ('one')"),
        "DROP VIEW v",
        "CREATE VIEW v AS SELECT a + no_such_function(1) AS a FROM t",
        "DROP INDEX i",
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
        "PRAGMA user_version = 7",
        "INSERT INTO docs VALUES ('two')");
    assertThat(told())
        .startsWith("removed index i", "added trigger g", "changed view v", "user_version 0 7")
        .contains("docs_content both by [id]: +1 ~0 -0")
        .noneMatch(line -> line.startsWith("+ "));
    assertThat(told(new DiffOptions(java.util.Optional.of("docs_content"), 9)))
        .containsExactly("docs_content both by [id]: +1 ~0 -0", "+ 2 id=:2 c0=:two");
  }

  @Test
  void aTableThatNeitherSideHasIsNotWithoutDifferences() throws Exception {
    make(
        List.of("CREATE TABLE t(a)", "CREATE VIEW v AS SELECT a FROM t"),
        "INSERT INTO t VALUES (1)");

    for (String none : List.of("tt", "v", "")) {
      DiffOptions options = new DiffOptions(java.util.Optional.of(none), 9);
      assertThatThrownBy(() -> told(options))
          .isInstanceOf(NotComparableException.class)
          .hasMessageContaining("'" + none + "'")
          .hasMessageContaining("neither state has one");
      assertThatThrownBy(() -> Comparison.of(left(), left(), options, DiffListener.NONE))
          .isInstanceOf(NotComparableException.class);
    }
    assertThat(told(new DiffOptions(java.util.Optional.of("T"), 0))).hasSize(1);
  }

  @Test
  void countsAllAndTellsNoMoreThanItWasAsked() throws Exception {
    make(
        List.of("CREATE TABLE t(a)"),
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT"
            + " INTO t SELECT hex(zeroblob(3000)) FROM n");
    Told told = new Told();
    DatabaseDiff diff = Comparison.of(left(), right(), DiffOptions.rows(3), told);
    assertThat(diff.tables().get(0).added()).isEqualTo(5000);
    assertThat(told.rows).hasSize(3);
    Value value = told.rows.get(0).cells().get(0).right();
    assertThat(value.isCut()).isTrue();
    assertThat(value.sizeBytes()).isEqualTo(6000);
    assertThat((String) value.value()).hasSize(Value.MOST);
    run(right(), "UPDATE t SET a = zeroblob(5000) WHERE rowid = 1");
    told = new Told();
    Comparison.of(left(), right(), DiffOptions.rows(1), told);
    assertThat(told.rows.get(0).cells().get(0).right())
        .isEqualTo(new Value(Blob.of(new byte[Value.MOST]), 5000, true));
  }

  @Test
  void anEmptyDatabaseHasNothing() throws Exception {
    Files.createFile(left());
    run(right(), "PRAGMA encoding='UTF-16le'", "CREATE TABLE t(a)", "INSERT INTO t VALUES ('ä')");
    assertThat(told()).containsExactly("added table t", "t added by [rowid]: +1 ~0 -0", "+ 1 a=:ä");
    Files.move(right(), folder.resolve("swap"));
    Files.move(left(), right());
    Files.move(folder.resolve("swap"), left());
    assertThat(told())
        .containsExactly("removed table t", "t removed by [rowid]: +0 ~0 -1", "- 1 a=ä:");
    Files.copy(left(), right(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(Comparison.of(left(), right(), DiffOptions.COUNTS, DiffListener.NONE).isSame())
        .isTrue();
  }

  @Test
  void whatCannotBeComparedIsSaid() throws Exception {
    run(left(), "PRAGMA encoding='UTF-16le'", "CREATE TABLE t(a)");
    run(right(), "CREATE TABLE t(a)");
    assertThatThrownBy(this::told)
        .isInstanceOf(NotComparableException.class)
        .hasMessageContaining("UTF-16le")
        .hasMessageContaining("UTF-8");
  }

  @Test
  void aCollationOfAnApplicationIsNoObstacleWhereThereAreRowids() throws Exception {
    make(
        List.of(
            "CREATE TABLE t(k TEXT PRIMARY KEY, v)",
            "CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID",
            "INSERT INTO t VALUES ('a', 1)",
            "PRAGMA writable_schema=ON",
            "UPDATE sqlite_schema SET sql = replace(sql, 'k TEXT', 'k TEXT COLLATE ours') WHERE"
                + " name = 't'"),
        "PRAGMA user_version = 1");
    run(right(), "PRAGMA writable_schema=ON", "UPDATE t SET v = 2");
    assertThat(told()).contains("t both by [rowid]: +0 ~1 -0", "~ 1 v=1:2");
  }
}
