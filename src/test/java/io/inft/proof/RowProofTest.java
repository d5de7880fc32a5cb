package io.inft.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.proof.ProofReport.Code;
import io.inft.proof.tables.RowSearch;
import io.inft.proof.tables.StoredValue;
import io.inft.proof.tables.TableDefinition;
import io.inft.proof.tables.TableRow;
import java.nio.charset.Charset;
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
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Row proofs: made, written, read and judged, and held against what SQLite says. */
class RowProofTest {
  private static final int PROOFS_A_WORLD = 60;

  @TempDir Path folder;

  @Test
  void aThousandGenuineOnesSayWhatSqliteSays() throws Exception {
    int found = 0;
    int proofs = 0;
    for (long seed = 1; proofs < 1000; seed++) {
      try (RandomTables tables = new RandomTables(seed, folder)) {
        RowWorld world = new RowWorld(seed, tables.file());
        for (int i = 0; i < PROOFS_A_WORLD; i++, proofs++) {
          RandomTables.Table table = tables.tables.get(i % tables.tables.size());
          RowSearch.Sought sought = tables.sought(table);
          RowProof made = world.proof(sought, i % 8 == 1, i % 8 == 2);
          assertThat(Proof.parse(made.toBytes())).isEqualTo(made);
          ProofReport report = world.check(made);
          assertThat(report.code())
              .as("seed %s, %s: %s", seed, sought, report.message())
              .isEqualTo(Code.PROVED);
          TableRow row = report.row().orElseThrow();
          requireAsSqliteSays(tables, table, sought, row);
          found += row.cells().isPresent() ? 1 : 0;
        }
      }
    }
    assertThat(found).isBetween(300, 900);
  }

  private static void requireAsSqliteSays(
      RandomTables tables, RandomTables.Table table, RowSearch.Sought sought, TableRow row)
      throws SQLException {
    Connection connection = tables.connection();
    String where = table.key().isEmpty() ? "rowid = ?" : String.join(" AND ", table.comparisons());
    List<String> columns = new ArrayList<>();
    for (TableDefinition.Column column : row.table().columns()) {
      String name = RandomTables.quote(column.name());
      columns.add(name);
      columns.add("typeof(" + name + ")");
      columns.add("hex(" + name + ")");
      columns.add(name + " IS " + (column.defaultSql().isEmpty() ? "NULL" : column.defaultSql()));
    }
    String sql =
        "SELECT "
            + String.join(", ", columns)
            + " FROM "
            + RandomTables.quote(table.name())
            + " WHERE "
            + where;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      if (table.key().isEmpty()) {
        select.setLong(1, sought.rowid());
      }
      for (int i = 0; i < sought.key().size(); i++) {
        select.setObject(i + 1, object(sought.key().get(i), StandardCharsets.UTF_8));
      }
      try (ResultSet there = select.executeQuery()) {
        assertThat(there.next()).as("%s", sought).isEqualTo(row.cells().isPresent());
        if (row.cells().isEmpty()) {
          return;
        }
        for (int i = 0; i < row.cells().get().size(); i++) {
          requireSame(row.cells().get().get(i), there, 4 * i + 1, tables);
        }
        assertThat(there.next()).isFalse();
      }
    }
  }

  private static void requireSame(TableRow.Cell cell, ResultSet there, int at, RandomTables tables)
      throws SQLException {
    String what = cell + " of " + there.getObject(at);
    if (cell.value().isEmpty()) {
      boolean computed = cell.column().computed() == TableDefinition.Computed.ON_READING;
      assertThat(computed || there.getInt(at + 3) == 1).as(what).isTrue();
      return;
    }
    StoredValue value = cell.value().get();
    assertThat(there.getString(at + 1)).as(what).isEqualToIgnoringCase(value.type().name());
    switch (value.type()) {
      case INTEGER -> assertThat(there.getLong(at)).as(what).isEqualTo(value.number());
      case REAL -> assertThat(there.getDouble(at)).as(what).isEqualTo(value.real());
      case TEXT, BLOB ->
          assertThat(there.getString(at + 2))
              .as(what)
              .isEqualTo(
                  java.util.HexFormat.of().withUpperCase().formatHex(value.bytes().toBytes()));
      case NULL -> assertThat(there.getObject(at)).as(what).isNull();
    }
    if (value.type() == StoredValue.Type.TEXT) {
      assertThat(value.text(Charset.forName(tables.encoding))).isEqualTo(there.getString(at));
    }
  }

  private static Object object(StoredValue value, Charset charset) {
    return switch (value.type()) {
      case INTEGER -> value.number();
      case REAL -> value.real();
      case TEXT -> value.text(charset);
      default -> value.bytes().toBytes();
    };
  }

  private static void mutationsAreRefused(Path folder, int count, long seed) throws Exception {
    Random random = new Random(seed);
    List<RowProof> genuine = new ArrayList<>();
    List<RowWorld> worlds = new ArrayList<>();
    List<byte[]> donors = new ArrayList<>();
    for (long world = seed; world < seed + 3; world++) {
      try (RandomTables tables = new RandomTables(world, folder)) {
        RowWorld made = new RowWorld(world, tables.file());
        for (int i = 0; i < 6; i++) {
          RandomTables.Table table = tables.tables.get(i % tables.tables.size());
          genuine.add(made.proof(tables.sought(table), false, i == 1));
          worlds.add(made);
        }
        genuine.add(made.proof(new RowSearch.Sought("none such", 0, List.of())));
        worlds.add(made);
      }
    }
    genuine.forEach(proof -> donors.add(proof.toBytes()));
    int alsoTrue = 0;
    for (int i = 0; i < count; i++) {
      RowProof proof = genuine.get(i % genuine.size());
      RowWorld world = worlds.get(i % genuine.size());
      byte[] changed = ReceiptMutations.mutated(proof.toBytes(), donors, random);
      ProofReport recorded = ProofCheck.check(changed, world.recorded(1));
      if (recorded.outcome() == ProofReport.Outcome.VALID) {
        requireTrue(world, recorded, proof);
        alsoTrue++;
      }
      ProofReport byRoot = ProofCheck.check(changed, world.pin());
      if (byRoot.outcome() == ProofReport.Outcome.VALID) {
        assertThat(byRoot.historyVersion()).isZero();
        requireTrue(world, byRoot, proof);
      }
    }
    assertThat(alsoTrue).as("that say something else which is true").isLessThan(count / 50);
  }

  /** What shows that a row is not there shows it of others in the same gap; equal keys are one. */
  private static void requireTrue(RowWorld world, ProofReport accepted, RowProof genuine)
      throws Exception {
    RowProof read = (RowProof) accepted.proof().orElseThrow();
    assertThat(List.of(read.way(), read.shown(), read.commit()))
        .isEqualTo(List.of(genuine.way(), genuine.shown(), genuine.commit()));
    if (!read.sought().equals(genuine.sought())) {
      assertThat(world.check(world.proof(read.sought())).row()).isEqualTo(accepted.row());
    }
  }

  @Test
  void aThousandChangedOnesAreRefused() throws Exception {
    mutationsAreRefused(folder, 1000, 500);
  }

  @Tag("heavy")
  @Test
  void aHundredThousandChangedOnesAreRefused() throws Exception {
    for (int round = 0; round < 100; round++) {
      mutationsAreRefused(folder, 1000, 1000 + 10 * round);
    }
  }

  @Test
  void thatThereIsNoTableTakesTheWholeSchemaAndHolds() throws Exception {
    for (long seed = 20; seed < 30; seed++) {
      try (RandomTables tables = new RandomTables(seed, folder)) {
        for (int i = 0; i < 40; i++) {
          tables.run("CREATE TABLE many" + i + "(a, b DEFAULT '" + "x".repeat(10 * i) + "')");
        }
        RowWorld world = new RowWorld(seed, tables.file());
        RowSearch.Sought sought = new RowSearch.Sought("many40", 0, List.of());
        ProofReport report = world.check(world.proof(sought));
        assertThat(report.code()).as(report.message()).isEqualTo(Code.PROVED);
        assertThat(report.row()).isEmpty();
        for (String there : List.of("many7", "MANY39", "seen", tables.tables.get(0).name())) {
          RowSearch.Sought other = new RowSearch.Sought(there, 0, List.of());
          assertThat(world.check(world.forged(other, Optional.empty())).code())
              .isEqualTo(Code.ROW_MISMATCH);
        }
      }
    }
  }

  @Test
  void theDocumentsExampleIsTheGoldenFile() throws Exception {
    Path golden = Path.of("src/test/resources/golden/proof");
    String text = Files.readString(golden.resolve("row.proof"));
    String page = Files.readString(Path.of("src/site/markdown/row-proof.md"));
    RowWorld world = new RowWorld(2026, golden.resolve("row.db"));
    RowProof made = world.proof(new RowSearch.Sought("notes", 2, List.of()));

    assertThat(new String(made.toBytes(), StandardCharsets.UTF_8)).isEqualTo(text);
    assertThat(page).contains("```\n" + text + "```\n", "\n" + world.pin() + "\n");
    ProofReport report = world.check(made);
    assertThat(report.code()).isEqualTo(Code.PROVED);
    List<TableRow.Cell> cells = report.row().orElseThrow().cells().orElseThrow();
    assertThat(cells.get(0).value()).contains(StoredValue.of(2));
    assertThat(cells.get(1).value().orElseThrow().text(StandardCharsets.UTF_8))
        .isEqualTo("the lamp is on");
    assertThat(cells.get(2).value()).contains(StoredValue.of(3.0));
    assertThat(cells.get(3).value()).isEmpty();
    assertThat(cells.get(3).column().defaultSql()).isEqualTo("'plain'");
    ProofReport deleted = world.check(world.proof(new RowSearch.Sought("notes", 4, List.of())));
    assertThat(deleted.row().orElseThrow().cells()).isEmpty();
  }

  @Test
  void everyBitOfAShortOneCounts() throws Exception {
    RowWorld world = new RowWorld(3, Path.of("src/test/resources/golden/proof/row.db"));
    RowProof made = world.proof(new RowSearch.Sought("notes", 2, List.of()));
    byte[] genuine = made.toBytes();
    for (int at = 0; at < genuine.length; at++) {
      byte[] changed = genuine.clone();
      changed[at] ^= (byte) (1 << at % 8);
      assertThat(ProofCheck.check(changed, world.recorded(1)).outcome())
          .as("byte %s", at)
          .isNotEqualTo(ProofReport.Outcome.VALID);
    }
  }

  /** The sizes of {@code row-proof.md}. */
  @Tag("heavy")
  @ParameterizedTest
  @CsvSource({"512,false", "4096,false", "65536,false", "512,true", "4096,true", "65536,true"})
  void aProofOfARowAmongManyHasAtMostSixteenKilobytes(int pageSize, boolean withoutRowid)
      throws Exception {
    requireSmall(pageSize, withoutRowid, 780_000);
  }

  @Test
  void aProofOfARowAmongSomeHasAtMostSixteenKilobytes() throws Exception {
    requireSmall(4096, false, 20_000);
  }

  private void requireSmall(int pageSize, boolean withoutRowid, int rows) throws Exception {
    Path database = folder.resolve("large.db");
    List<String> names = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous = OFF");
      statement.execute("PRAGMA page_size = " + pageSize);
      statement.execute(
          withoutRowid
              ? "CREATE TABLE people(name TEXT NOT NULL, city TEXT, note TEXT, weight REAL,"
                  + " PRIMARY KEY (name)) WITHOUT ROWID"
              : "CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT,"
                  + " note TEXT, weight REAL)");
      statement.execute("CREATE INDEX by_city ON people(city)");
      statement.execute(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
              + rows
              + ") INSERT INTO people SELECT "
              + (withoutRowid ? "" : "i * 3, ")
              + "hex(randomblob(6)) || i, 'city ' || (i % 1000), hex(randomblob(30)), i * 0.5 FROM"
              + " n");
      try (ResultSet some =
          statement.executeQuery("SELECT name FROM people ORDER BY random() LIMIT 1000")) {
        while (some.next()) {
          names.add(some.getString(1));
        }
      }
    }
    RowWorld world = new RowWorld(1, database);
    List<Integer> sizes = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 1000; i++) {
      boolean there = i % 2 == 0;
      String name = names.get(i) + (there ? "" : "x");
      RowProof proof =
          world.proof(
              withoutRowid
                  ? new RowSearch.Sought(
                      "people", 0, List.of(StoredValue.text(name, StandardCharsets.UTF_8)))
                  : new RowSearch.Sought(
                      "people", 3L * (1 + random.nextInt(rows)) + (there ? 0 : 1), List.of()));
      ProofReport report = world.check(proof);
      assertThat(report.code()).isEqualTo(Code.PROVED);
      assertThat(report.row().orElseThrow().cells().isPresent()).isEqualTo(there);
      sizes.add(proof.toBytes().length);
    }
    sizes.sort(null);
    System.out.printf(
        Locale.ROOT,
        "pages of %d%s: median %d, most %d bytes%n",
        pageSize,
        withoutRowid ? ", WITHOUT ROWID" : "",
        sizes.get(500),
        sizes.get(999));
    assertThat(sizes.get(999)).isLessThanOrEqualTo(16 * 1024);
  }
}
