package io.inft.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.proof.ProofReport.Code;
import io.inft.proof.tables.RowSearch;
import io.inft.proof.tables.RowSearch.Sought;
import io.inft.proof.tables.RowSearch.Way;
import io.inft.proof.tables.StoredValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who has the keys, or even wrote the database, and would show what is not so. */
class HostileRowsTest {
  private static final int PAGE = 512;

  @TempDir Path folder;
  private byte[] file;

  @BeforeEach
  void makeDatabase() throws Exception {
    Path database = folder.resolve("a.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA page_size = " + PAGE);
      statement.execute("PRAGMA secure_delete = OFF");
      statement.execute("BEGIN");
      statement.execute("CREATE TABLE t(a TEXT)");
      statement.execute("CREATE TABLE u(a TEXT)");
      statement.execute("CREATE TABLE k(a TEXT PRIMARY KEY, b) WITHOUT ROWID");
      statement.execute("CREATE INDEX i ON t(a)");
      statement.execute("CREATE TABLE gone(a TEXT)");
      statement.execute("DROP TABLE gone");
      for (int i = 1; i <= 200; i++) {
        statement.execute("INSERT INTO t VALUES ('row " + i + "')");
        statement.execute("INSERT INTO k VALUES ('key " + (1000 + i) + "', " + i + ")");
      }
      statement.execute("INSERT INTO u VALUES ('in u')");
      statement.execute("INSERT INTO u VALUES ('" + "long ".repeat(1000) + "')");
      statement.execute("DELETE FROM t WHERE rowid = 100");
      statement.execute("COMMIT");
    }
    file = Files.readAllBytes(database);
  }

  private RowWorld world() throws Exception {
    return new RowWorld(7, file);
  }

  private static Sought row(String table, long rowid) {
    return new Sought(table, rowid, List.of());
  }

  private static Way way(RowWorld world, Sought sought) throws InftException {
    return world.proof(sought).way().orElseThrow();
  }

  private int u16(int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }

  private void put16(int at, int value) {
    file[at] = (byte) (value >> 8);
    file[at + 1] = (byte) value;
  }

  /** Where the page begins that a way ends on. */
  private int lastPage(RowProof proof) {
    long leaf = 0;
    for (var page : proof.shown().pages()) {
      leaf = Math.max(leaf, page.number());
    }
    return Math.toIntExact((leaf - 1) * PAGE);
  }

  private void requireRefused(RowWorld world, Sought sought, Way way) throws Exception {
    assertThat(world.check(world.forged(sought, Optional.of(way))).code())
        .isEqualTo(Code.ROW_MISMATCH);
  }

  @Test
  void aDeletedRowCannotBeShownAlthoughItsBytesAreThere() throws Exception {
    RowWorld world = world();
    Sought deleted = row("t", 100);
    assertThat(new String(file, java.nio.charset.StandardCharsets.ISO_8859_1)).contains("row 100");

    ProofReport absent = world.check(world.proof(deleted));
    assertThat(absent.code()).isEqualTo(Code.PROVED);
    assertThat(absent.row().orElseThrow().cells()).isEmpty();
    Way honest = way(world, deleted);
    for (int turn = 0; turn < 60; turn++) {
      int last = honest.table().size() - 1;
      List<Integer> turns = new java.util.ArrayList<>(honest.table());
      turns.set(last, turn);
      if (!turns.equals(honest.table())) {
        requireRefused(world, deleted, new Way(honest.entry(), honest.schema(), turns));
      }
    }
  }

  @Test
  void aRowThatIsThereCannotBeHidden() throws Exception {
    RowWorld world = world();
    Sought there = row("t", 50);
    Way honest = way(world, there);
    for (int first = 0; first < 20; first++) {
      for (int second = 0; second < 30; second++) {
        List<Integer> turns = List.of(first, second);
        if (!turns.equals(honest.table())) {
          requireRefused(world, there, new Way(honest.entry(), honest.schema(), turns));
        }
      }
    }
    for (Way none :
        List.of(
            new Way(honest.entry(), honest.schema(), List.of()),
            new Way(honest.entry(), List.of(), honest.table()))) {
      assertThat(world.check(world.forged(there, Optional.of(none))).outcome())
          .isEqualTo(ProofReport.Outcome.INVALID);
    }
    List<Integer> further = new java.util.ArrayList<>(honest.table());
    further.add(0);
    requireRefused(world, there, new Way(honest.entry(), honest.schema(), further));
  }

  @Test
  void anotherTablesRowsAreNotThisOnes() throws Exception {
    RowWorld world = world();
    Way ofU = way(world, row("u", 1));

    requireRefused(world, row("t", 1), ofU);
    Way ofIndex = new Way(4, ofU.schema(), List.of(0));
    requireRefused(world, row("i", 1), ofIndex);
    requireRefused(world, row("gone", 1), new Way(5, ofU.schema(), List.of(0)));
    requireRefused(world, row("k", 1), way(world, row("t", 1)));
    Sought byKey = new Sought("t", 0, List.of(StoredValue.of(1)));
    requireRefused(world, byKey, way(world, row("t", 1)));
    assertThat(world.entry("gone")).isEmpty();
  }

  @Test
  void aTableWhoseRootIsAnIndexOrAnotherTreeIsRefused() throws Exception {
    RowWorld before = world();
    Way honest = way(before, row("u", 1));
    int root = rootInSchema("u");
    file[root] = file[rootInSchema("k")];
    requireRefused(world(), row("u", 1), honest);
    file[root] = file[rootInSchema("i")];
    requireRefused(world(), row("u", 1), honest);
    file[root] = 1;
    requireRefused(world(), row("u", 1), honest);
    file[root] = 127;
    requireRefused(world(), row("u", 1), honest);
    file[root] = 0;
    requireRefused(world(), row("u", 1), honest);
  }

  /** Where a root page's number stands; all are below 128. */
  private int rootInSchema(String name) {
    String page = new String(file, 0, PAGE, java.nio.charset.StandardCharsets.ISO_8859_1);
    int at = page.indexOf(name.equals("i") ? "indexit" : "table" + name + name);
    return at + 7;
  }

  @Test
  void keysOutOfOrderAreRefusedWhereTheyAreRead() throws Exception {
    byte[] honest = file.clone();
    RowProof proof = world().proof(row("t", 50));
    int leaf = lastPage(proof);
    int turn = proof.way().orElseThrow().table().get(1);
    int one = u16(leaf + 8 + 2 * turn);
    put16(leaf + 8 + 2 * turn, u16(leaf + 6 + 2 * turn));
    put16(leaf + 6 + 2 * turn, one);
    requireRefused(world(), row("t", 50), proof.way().orElseThrow());

    file = honest;
    RowProof absent = world().proof(row("t", 100));
    int root = Math.toIntExact((file[rootInSchema("t")] - 1) * (long) PAGE);
    int greatest = root + u16(root + 12 + 2 * absent.way().orElseThrow().table().get(0)) + 4;
    assertThat(file[greatest]).isBetween((byte) 101, (byte) 127);
    file[greatest] = 100;
    requireRefused(world(), row("t", 100), absent.way().orElseThrow());
  }

  @Test
  void aCellBeforeTheFirstOrBeyondThePageIsRefused() throws Exception {
    RowProof proof = world().proof(row("t", 50));
    int leaf = lastPage(proof);
    int pointer = leaf + 8 + 2 * proof.way().orElseThrow().table().get(1);
    int honest = u16(pointer);
    for (int wrong : new int[] {0, 8, u16(leaf + 5) - 1, PAGE - 1, PAGE, 65535}) {
      put16(pointer, wrong);
      requireRefused(world(), row("t", 50), proof.way().orElseThrow());
    }
    put16(pointer, honest);
    put16(leaf + 3, 65535);
    requireRefused(world(), row("t", 50), proof.way().orElseThrow());
    put16(leaf + 3, 250);
    requireRefused(world(), row("t", 50), proof.way().orElseThrow());
  }

  @Test
  void numbersOfAnySizeTakeNoMemory() throws Exception {
    RowProof proof = world().proof(row("t", 50));
    int leaf = lastPage(proof);
    int cell = leaf + u16(leaf + 8 + 2 * proof.way().orElseThrow().table().get(1));
    byte[] honest = file.clone();
    for (int length : new int[] {4, 8}) {
      file = honest.clone();
      java.util.Arrays.fill(file, cell, cell + length, (byte) 0xff);
      file[cell + length] = 0x7f;
      file[cell + length + 1] = 50;
      requireRefused(world(), row("t", 50), proof.way().orElseThrow());
    }
    for (int type : new int[] {0, 1, 10, 11, 127}) {
      file = honest.clone();
      file[cell + 3] = (byte) type;
      ProofReport report = world().check(world().forged(row("t", 50), proof.way()));
      assertThat(report.code()).isIn(Code.ROW_MISMATCH, Code.PROVED);
      assertThat(report.code()).isEqualTo(type < 10 ? Code.PROVED : Code.ROW_MISMATCH);
    }
    file = honest.clone();
    file[cell + 2] = 0x7f;
    requireRefused(world(), row("t", 50), proof.way().orElseThrow());
  }

  @Test
  void aPageHasOnePlace() throws Exception {
    RowProof proof = world().proof(row("t", 50));
    Way honest = proof.way().orElseThrow();
    int root = Math.toIntExact((file[rootInSchema("t")] - 1) * (long) PAGE);
    assertThat(file[root]).isEqualTo((byte) 5);
    int child = root + u16(root + 12 + 2 * honest.table().get(0)) + 3;
    for (int page : new int[] {file[rootInSchema("t")], 1, 0, 127}) {
      file[child] = (byte) page;
      requireRefused(world(), row("t", 50), honest);
      requireRefused(world(), row("t", 50), new Way(1, honest.schema(), longWay(honest)));
    }
  }

  private static List<Integer> longWay(Way honest) {
    return java.util.Collections.nCopies(200, honest.table().get(0));
  }

  @Test
  void aChainOfOverflowPagesThatComesBackIsRefused() throws Exception {
    RowProof proof = world().proof(row("u", 2));
    assertThat(world().check(proof).code()).isEqualTo(Code.PROVED);
    List<Long> pages = proof.shown().pages().stream().map(page -> page.number()).toList();
    assertThat(pages).hasSizeGreaterThan(9);
    int someOverflow = Math.toIntExact((pages.get(pages.size() - 2) - 1) * PAGE);
    for (long to : new long[] {pages.get(pages.size() - 3), 0, 1, 5_000}) {
      put16(someOverflow + 2, (int) to);
      requireRefused(world(), row("u", 2), proof.way().orElseThrow());
    }
  }

  @Test
  void thereIsNoProofOfAnotherVersionDatabaseOrChain() throws Exception {
    RowWorld world = world();
    byte[] proof = world.proof(row("t", 1)).toBytes();
    String pin = world.pin().toString();

    assertThat(ProofCheck.check(proof, world.recorded(0)).code()).isEqualTo(Code.OTHER_VERSION);
    assertThat(ProofCheck.check(proof, world.recorded(2)).code()).isEqualTo(Code.OTHER_VERSION);
    assertThat(ProofCheck.check(proof, world.recorded(2).historyAlone()).code())
        .isEqualTo(Code.NOT_LINKED);
    assertThat(ProofCheck.check(proof, new RowWorld(8, file).pin()).code())
        .isEqualTo(Code.OTHER_DATABASE);
    ProofPin otherChain = ProofPin.parse("pin", pin.replace("16661:", "16662:"));
    assertThat(ProofCheck.check(proof, otherChain).code()).isEqualTo(Code.OTHER_DATABASE);
    assertThat(
            ProofCheck.check(
                    world.proof(row("t", 1), true, true).toBytes(),
                    world.recorded(2).historyAlone())
                .code())
        .isEqualTo(Code.PROVED);
  }

  @Test
  void moreThanIsNeededIsRefusedAndLessToo() throws Exception {
    RowWorld world = world();
    RowProof proof = world.proof(row("t", 50));
    RowProof more = world.proof(row("t", 199));
    java.util.SortedMap<Long, java.util.SortedSet<Integer>> both =
        io.inft.proof.tables.ShownParts.chunksOf(proof.shown());
    both.putAll(io.inft.proof.tables.ShownParts.chunksOf(more.shown()));
    for (var chunks : List.of(both, io.inft.proof.tables.ShownParts.chunksOf(more.shown()))) {
      RowProof changed =
          new RowProof(
              proof.context(),
              proof.sought(),
              proof.way(),
              proof.stateNonce(),
              world.state.tree().disclose(chunks, page -> world.pages.bytes(page, 0, PAGE)),
              proof.commit(),
              proof.anchor(),
              proof.historyBefore(),
              proof.links());
      assertThat(world.check(changed).code()).isEqualTo(Code.ROW_MISMATCH);
    }
  }

  @Test
  void noProofIsMadeOfADatabaseThatSqliteWouldNotHave() throws Exception {
    int leaf = lastPage(world().proof(row("t", 50)));
    file[leaf] = 7;
    RowWorld broken = world();
    assertThatThrownBy(() -> broken.proof(row("t", 50))).isInstanceOf(CorruptObjectException.class);
    file[100] = 7;
    RowWorld noSchema = world();
    assertThatThrownBy(() -> noSchema.proof(row("t", 50)))
        .isInstanceOf(CorruptObjectException.class);
  }

  /** What a proof shows of a page has no byte of another chunk, and no salt of one. */
  @Test
  void nothingOfOtherChunksIsShown() throws Exception {
    RowWorld world = world();
    RowProof proof =
        world.proof(
            new Sought(
                "k",
                0,
                List.of(StoredValue.text("key 1100", java.nio.charset.StandardCharsets.UTF_8))));
    String shown = new String(proof.toBytes(), java.nio.charset.StandardCharsets.UTF_8);
    for (long page = 1; page <= world.pages.pageCount(); page++) {
      boolean isShown = io.inft.proof.tables.ShownParts.chunksOf(proof.shown()).containsKey(page);
      String bytes = java.util.Base64.getEncoder().encodeToString(world.pages.bytes(page, 0, PAGE));
      assertThat(shown.contains(bytes)).as("page %s", page).isEqualTo(isShown);
    }
    RowSearch.Sought sought = proof.sought();
    assertThat(world.check(proof).row().orElseThrow().cells().orElseThrow().get(1).value())
        .contains(StoredValue.of(100));
    assertThat(sought.key()).hasSize(1);
  }
}
