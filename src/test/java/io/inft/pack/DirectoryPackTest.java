package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteSource;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.pack.Samples.Database;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packs of version 3: a directory that answers without the entries, and pages named by leaves. */
class DirectoryPackTest {
  private static final StateKey KEY = Samples.NEW;
  private static final int FOOTER = PackFormat.DIRECTORY_FOOTER_BYTES;

  /** Some pages look like inner pages of a b-tree and so come last. */
  private static Database withInnerPages(Random random, int pageSize, int count) {
    Database made = Samples.database(random, pageSize, count);
    for (byte[] page : made.pages.values()) {
      if (random.nextInt(7) == 0) {
        page[0] = random.nextBoolean() ? (byte) 2 : 5;
      }
    }
    return made;
  }

  @ParameterizedTest(name = "pages of {0}")
  @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
  void aSnapshotGivesEveryPageBackAndTellsWhereItIs(int pageSize) throws Exception {
    for (int count : new int[] {1, 2, 64, 65, 66, 300}) {
      Database written = withInnerPages(new Random(count), pageSize, count);
      byte[] bytes = Samples.snapshot(KEY, written, 7);
      PackReader pack = Samples.open(bytes);
      Database read = new Database(pageSize);
      Samples.apply(pack, read);
      PackRoundTripTest.assertSame(read, written);
      assertThat(pack.header())
          .isEqualTo(new PackHeader(PackType.SNAPSHOT, pageSize, count, 0, 7, false));
      PackReader directory = PackReader.openDirectory(ByteSource.of(bytes), KEY);
      assertUnproved(directory, written);
      PackReader end = PackReader.openEnd(ByteSource.of(bytes), KEY);
      assertUnproved(end, written);
      assertThat(end.directoryBytes()).isBetween(37L, end.tailBytes());
      assertThat(end.blockEnd(end.blocks() - 1))
          .isLessThanOrEqualTo(bytes.length - end.directoryBytes());
      for (long number = 1; number <= count; number++) {
        assertThat(pack.page(number, BasePages.NONE)).isEqualTo(written.pages.get(number));
        assertPlace(directory, pack, number);
      }
      assertThat(directory.place(0)).isEmpty();
      assertThat(directory.place(count + 1L)).isEmpty();
      assertThat(directory.contains(-1)).isFalse();
    }
  }

  private static void assertPlace(PackReader directory, PackReader pack, long number)
      throws InftException {
    PagePlace place = directory.place(number).orElseThrow();
    List<Long> block = new ArrayList<>();
    pack.block(place.block(), BasePages.NONE, (entry, content) -> block.add(entry.pageNumber()));
    assertThat(block.get(place.place())).isEqualTo(number);
    assertThat(place.form()).isEqualTo(PageForm.WHOLE);
  }

  private static void assertUnproved(PackReader pack, Database expected) throws InftException {
    Database read = new Database(expected.pageSize);
    BlockVisitor visitor =
        (numbers, pages) -> {
          for (int i = 0; i < numbers.length; i++) {
            int from = i * expected.pageSize;
            read.pages.put(numbers[i], Arrays.copyOfRange(pages, from, from + expected.pageSize));
          }
        };
    pack.unproved(0, pack.blocks(), visitor);
    read.pageCount = expected.pageCount;
    PackRoundTripTest.assertSame(read, expected);
  }

  /** Without entries, whatever a block was made from. */
  private static void assertUnprovedBlocks(PackReader pack, Database before, Database after)
      throws InftException {
    for (int block = 0; block < pack.blocks(); block++) {
      long[] numbers = pack.pageNumbers(block);
      byte[] pages = pack.unproved(block, before.pages::get);
      for (int i = 0; i < numbers.length; i++) {
        int from = i * after.pageSize;
        assertThat(Arrays.copyOfRange(pages, from, from + after.pageSize))
            .isEqualTo(after.pages.get(numbers[i]));
      }
    }
  }

  @Test
  void anEntryIsTheLeafOfItsPageAndOfItsBase() throws Exception {
    Database before = Samples.database(new Random(1), 4096, 100);
    Database after = before.copy();
    after.pages.get(7L)[9]++;
    StateTree tree = new StateTree(KEY, 4096);
    PackReader pack = Samples.open(Samples.delta(KEY, before, after, 1, 2, true));

    PageEntry entry = pack.entries().get(0);
    assertThat(entry.digest()).isEqualTo(tree.leaf(7, after.pages.get(7L)));
    assertThat(entry.baseFingerprint())
        .isEqualTo(PageBytes.fingerprint(tree.leaf(7, before.pages.get(7L))));
    assertThat(pack.namesPagesByLeaf()).isTrue();
    assertThat(pack.namesPagesBy(KEY)).isTrue();
    assertThat(pack.namesPagesBy(Samples.OLD)).isFalse();
    PackReader wrongKey =
        PackReader.open(ByteSource.of(Samples.delta(KEY, before, after, 1, 2, true)), Samples.OLD);
    assertThatThrownBy(() -> wrongKey.page(7, before.pages::get))
        .isInstanceOf(CorruptObjectException.class);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void aChainOfDeltasLeadsToTheLastStateAlsoComposed(long seed) throws Exception {
    Random random = new Random(seed);
    for (int pageSize : List.of(512, 4096, 65536)) {
      Database first = withInnerPages(random, pageSize, 1 + random.nextInt(150));
      Database now = first.copy();
      Database replica = first.copy();
      List<byte[]> packs = new ArrayList<>();
      for (long version = 1; version <= 6; version++) {
        Database next = Samples.changed(random, now);
        byte[] delta = Samples.delta(KEY, now, next, version, version + 1, random.nextBoolean());
        packs.add(delta);
        PackReader pack = Samples.open(delta);
        Samples.apply(pack, replica);
        PackRoundTripTest.assertSame(replica, next);
        for (PageEntry entry : pack.entries()) {
          PagePlace place = pack.place(entry.pageNumber()).orElseThrow();
          assertThat(place.block()).isEqualTo(entry.block());
          assertThat(place.form()).isEqualTo(entry.form());
        }
        assertUnprovedBlocks(PackReader.openEnd(ByteSource.of(delta), KEY), now, next);
        now = next;
      }
      Database composed = first.copy();
      Samples.apply(Samples.open(Samples.compose(KEY, packs, now)), composed);
      PackRoundTripTest.assertSame(composed, now);
      packs.add(0, Samples.snapshot(KEY, first, 1));
      Database whole = new Database(pageSize);
      PackReader snapshot = Samples.open(Samples.compose(KEY, packs, now));
      Samples.apply(snapshot, whole);
      PackRoundTripTest.assertSame(whole, now);
      assertThat(snapshot.header().kind()).isEqualTo(PackType.SNAPSHOT);
    }
  }

  @Test
  void packsThatNamePagesOtherwiseAreNotMerged() throws Exception {
    Database before = Samples.database(new Random(2), 512, 9);
    Database after = before.copy();
    after.pages.get(3L)[0]++;
    byte[] old = Samples.delta(Samples.OLD, before, after, 1, 2, true);
    byte[] fresh = Samples.delta(KEY, after, before, 2, 3, true);
    assertThatThrownBy(() -> Samples.compose(KEY, List.of(old, fresh), before))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("cannot be merged");
    assertThatThrownBy(() -> Samples.compose(Samples.OLD, List.of(old, fresh), before))
        .isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void theTailOfARealDatabaseHasEveryWayIn(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("real.sqlite");
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = sqlite.createStatement()) {
      statement.executeUpdate("PRAGMA page_size = 512");
      statement.executeUpdate("CREATE TABLE note(id INTEGER PRIMARY KEY, what TEXT)");
      statement.executeUpdate("CREATE INDEX note_what ON note(what)");
      statement.executeUpdate(
          "INSERT INTO note(what) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
              + " WHERE i < 20000) SELECT hex(i * 7919) || ' is a note' FROM n");
    }
    byte[] bytes = Files.readAllBytes(file);
    Database database = new Database(512);
    database.resize(bytes.length / 512);
    database.pages.replaceAll(
        (number, zeros) ->
            Arrays.copyOfRange(bytes, (int) (number - 1) * 512, number.intValue() * 512));
    byte[] written = Samples.snapshot(KEY, database, 1);
    PackReader pack = PackReader.openDirectory(ByteSource.of(written), KEY);
    long tailAt = written.length - pack.tailBytes();
    Set<Long> inner = new TreeSet<>(Set.of(1L));
    database.pages.forEach(
        (number, page) -> {
          if (page[0] == 2 || page[0] == 5) {
            inner.add(number);
          }
        });
    assertThat(inner).hasSizeGreaterThan(100);
    for (long number = 1; number <= database.pageCount; number++) {
      PagePlace place = pack.place(number).orElseThrow();
      assertThat(pack.blockStart(place.block()) >= tailAt)
          .as("page %s", number)
          .isEqualTo(inner.contains(number));
    }
    assertThat(pack.tailBytes()).isLessThan(written.length / 12);
    PagePlace first = pack.place(1).orElseThrow();
    assertThat(first.block()).as("the schema lies last").isEqualTo(pack.blocks() - 1);
    assertBelow(pack, database.pages.get(2L), 2, first);
    assertUnproved(pack, database);
    assertThat(pack.withEntries().page(1, BasePages.NONE)).isEqualTo(database.pages.get(1L));
  }

  /** Every inner child of a root lies before it. */
  private static void assertBelow(PackReader pack, byte[] root, long number, PagePlace last) {
    PagePlace above = pack.place(number).orElseThrow();
    assertThat(above.block()).isLessThanOrEqualTo(last.block());
    int cells = (root[3] & 0xff) << 8 | (root[4] & 0xff);
    assertThat(root[0]).isEqualTo((byte) 5);
    for (int i = 0; i < cells; i++) {
      int at = (root[12 + 2 * i] & 0xff) << 8 | (root[13 + 2 * i] & 0xff);
      long child = new java.math.BigInteger(1, Arrays.copyOfRange(root, at, at + 4)).longValue();
      PagePlace below = pack.place(child).orElseThrow();
      assertThat(below.block() * 1000L + below.place())
          .isLessThan(above.block() * 1000L + above.place());
    }
  }

  @Test
  void theLockPageIsNoGapInTheRanks() {
    PackHeader header = new PackHeader(PackType.SNAPSHOT, 65536, 16_390, 0, 1, false);
    PageRuns all = PageRuns.all(header);
    assertThat(all.size()).isEqualTo(16_389);
    assertThat(all.rank(16_384)).isEqualTo(16_383);
    assertThat(all.rank(16_385)).isNegative();
    assertThat(all.rank(16_386)).isEqualTo(16_384);
    assertThat(all.number(16_384)).isEqualTo(16_386);
    PackHeader ends = new PackHeader(PackType.SNAPSHOT, 65536, 16_385, 0, 1, false);
    assertThat(PageRuns.all(ends).size()).isEqualTo(16_384);
    assertThat(PageRuns.all(ends).rank(16_385)).isNegative();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void pageListsAreReadBackAsRunsAndAsBits(long seed) throws Exception {
    Random random = new Random(seed);
    for (int density : new int[] {1, 2, 3, 10, 200}) {
      int count = 1 + random.nextInt(3000);
      PageRuns.Builder pages = new PageRuns.Builder();
      List<Long> expected = new ArrayList<>();
      for (long number = 1; number <= count; number++) {
        if (random.nextInt(density) == 0) {
          pages.add(number);
          expected.add(number);
        }
      }
      ByteWriter out = new ByteWriter();
      pages.build().write(out, count);
      assertThat(out.size()).isLessThanOrEqualTo((count + 7) / 8 + 2);
      PackHeader header = new PackHeader(PackType.DELTA, 4096, count, 1, 2, false);
      ByteReader in = new ByteReader("pages", out.toBytes());
      PageRuns read = PageRuns.read(in, header);
      in.end();
      assertThat(read.size()).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        assertThat(read.number(i)).isEqualTo(expected.get(i));
        assertThat(read.rank(expected.get(i))).isEqualTo(i);
      }
      Set<Long> in2 = new HashSet<>(expected);
      for (long number = -1; number <= count + 2; number++) {
        assertThat(read.rank(number) >= 0).isEqualTo(in2.contains(number));
      }
    }
  }

  /** A pack's tail with another directory, under a hash that is right. */
  private static byte[] with(byte[] pack, byte[] stored, int codec) {
    ByteReader foot = new ByteReader("foot", pack, pack.length - FOOTER, FOOTER);
    byte[] said = new ByteWriter().u32(stored.length).u8(codec).toBytes();
    try {
      int old = (int) foot.u32("stored");
      return new ByteWriter()
          .bytes(pack, 0, pack.length - FOOTER - old)
          .bytes(stored)
          .bytes(said)
          .digest(Digest.sha256(PackFormat.HEAD.toBytes(), stored, said))
          .toBytes();
    } catch (CorruptObjectException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] directory(byte[] pack) throws Exception {
    ByteReader foot = new ByteReader("foot", pack, pack.length - FOOTER, FOOTER);
    int stored = (int) foot.u32("stored");
    assertThat(foot.u8("codec")).as("not compressed").isEqualTo(1);
    int end = pack.length - FOOTER;
    return Arrays.copyOfRange(pack, end - stored, end);
  }

  private static void readAll(byte[] bytes, Database base) throws InftException {
    PackReader pack = Samples.open(bytes);
    for (int block = 0; block < pack.blocks(); block++) {
      pack.block(
          block,
          number -> base.pages.getOrDefault(number, new byte[base.pageSize]),
          (entry, content) -> {});
    }
  }

  private static List<byte[]> samples() throws Exception {
    Database before = withInnerPages(new Random(5), 512, 70);
    Database after = before.copy();
    after.resize(74);
    after.pages.get(3L)[7]++;
    after.pages.put(74L, Samples.page(new Random(8), 512));
    Samples.move(new Random(6), after);
    Database one = before.copy();
    one.pages.get(9L)[40] ^= 3;
    return List.of(
        Samples.snapshot(KEY, before, 1),
        Samples.delta(KEY, before, one, 1, 2, true),
        Samples.delta(KEY, before, after, 1, 2, true),
        Samples.delta(KEY, before, after, 1, 2, false));
  }

  @Test
  void flippedBitsAndEveryCutAreATypedFailure() throws Exception {
    Database before = withInnerPages(new Random(5), 512, 70);
    for (byte[] good : samples()) {
      readAll(good, before);
      int step = good.length > 2000 ? 19 : 3; // neither divides a byte
      for (int bit = 0; bit < good.length * 8; bit += step) {
        byte[] bad = good.clone();
        bad[bit / 8] ^= (byte) (1 << bit % 8);
        int flipped = bit;
        try {
          readAll(bad, before);
          // Frames have bits that mean nothing; every page matched its entry all the same.
          assertThat(flipped / 8).isLessThan(good.length - FOOTER);
        } catch (InftException expected) {
          assertThat(expected).hasMessageNotContaining("null");
        }
      }
      for (int length = 0; length < good.length; length++) {
        byte[] cut = Arrays.copyOf(good, length);
        assertThatThrownBy(() -> Samples.open(cut)).isInstanceOf(InftException.class);
      }
      byte[] longer = Arrays.copyOf(good, good.length + 1);
      assertThatThrownBy(() -> Samples.open(longer)).isInstanceOf(CorruptObjectException.class);
    }
  }

  /** Who may write can make every hash right; the rules must hold all the same. */
  @Test
  void otherBytesInADirectoryUnderARightHashAreATypedFailureOrAPack() throws Exception {
    Database before = withInnerPages(new Random(5), 512, 70);
    for (byte[] good : samples().subList(1, 3)) {
      byte[] directory = Samples.open(good).pages() > 64 ? new byte[0] : directory(good);
      for (int at = 0; at < directory.length; at++) {
        for (int value = at % 3; value < 256; value += 3) {
          byte[] bad = directory.clone();
          bad[at] = (byte) value;
          try {
            readAll(with(good, bad, 1), before);
          } catch (InftException expected) {
            assertThat(expected).hasMessageNotContaining("null");
          }
        }
      }
      for (int length = 0; length < directory.length; length++) {
        byte[] cut = Arrays.copyOf(directory, length);
        assertThatThrownBy(() -> Samples.open(with(good, cut, 1)))
            .isInstanceOf(CorruptObjectException.class);
      }
    }
  }

  private static ByteWriter snapshotOf(long pageCount) {
    return new ByteWriter().u8(1).u8(9).varint(pageCount).varint(1);
  }

  private static ByteWriter deltaOf(long pageCount) {
    return new ByteWriter().u8(2).u8(9).varint(pageCount).varint(2).varint(1);
  }

  @Test
  void whatADirectoryMayNotSayIsCorrupt() throws Exception {
    byte[] pack = samples().get(1);
    byte[] hash = new byte[32];
    List<ByteWriter> wrong =
        List.of(
            new ByteWriter().u8(0),
            new ByteWriter().u8(3).u8(9).varint(1).varint(1),
            new ByteWriter().u8(1 + 4).u8(9).varint(1).varint(1),
            new ByteWriter().u8(2 + 4 + 8).u8(9).varint(1).varint(2).varint(1),
            new ByteWriter().u8(16 + 1).u8(9).varint(1).varint(1),
            new ByteWriter().u8(1).u8(8).varint(1).varint(1),
            new ByteWriter().u8(1).u8(17).varint(1).varint(1),
            snapshotOf(0),
            snapshotOf(1 << 24).varint(1).bytes(hash),
            snapshotOf((1 << 24) + 1),
            new ByteWriter().u8(2).u8(9).varint(3).varint(2).varint(2),
            new ByteWriter().u8(2).u8(9).varint(3).varint(2).varint(0),
            deltaOf(3).varint(3),
            deltaOf(3).varint(1 << 20),
            deltaOf(3).varint(2).varint(3).varint(0),
            deltaOf(3).varint(2).varint(0).varint(3),
            deltaOf(1 << 24).varint(2).varint(0).varint((1 << 24) - 1),
            deltaOf(3).varint(1).u8(8),
            // the lock page of pages of 512
            deltaOf(2097153).varint(2).varint(2097152).varint(0).varint(1),
            // no block for a page, a block without a page, more blocks than pages
            deltaOf(3).varint(2).varint(0).varint(0).varint(0).bytes(new byte[32]),
            deltaOf(3).varint(0).varint(1),
            deltaOf(3).varint(2).varint(0).varint(0).varint(2).varint(1).varint(1),
            // a page count that is no page list's
            deltaOf(3).varint(2).varint(0).varint(0).varint(1).bytes(new byte[33]));
    for (int i = 0; i < wrong.size(); i++) {
      byte[] bytes = wrong.get(i).toBytes();
      assertThatThrownBy(() -> Samples.open(with(pack, bytes, 1)))
          .as("directory %s", i)
          .isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void topPagesThatAreNoneAreCorrupt() throws Exception {
    byte[] pack = samples().get(1);
    List<ByteWriter> wrong =
        List.of(
            new ByteWriter().varint(0),
            new ByteWriter().varint(4).bytes(new byte[9]),
            new ByteWriter().varint(1).zigzag(0),
            new ByteWriter().varint(1).zigzag(-1),
            new ByteWriter().varint(1).zigzag(4),
            new ByteWriter().varint(2).zigzag(2).zigzag(0),
            new ByteWriter().varint(3).zigzag(2).zigzag(1).zigzag(-1));
    for (int i = 0; i < wrong.size(); i++) {
      byte[] bytes =
          new ByteWriter()
              .u8(1 + 8)
              .u8(9)
              .varint(3)
              .varint(1)
              .bytes(wrong.get(i).toBytes())
              .bytes(new byte[200])
              .toBytes();
      assertThatThrownBy(() -> Samples.open(with(pack, bytes, 1)))
          .as("top pages %s", i)
          .isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void aBombIsRefusedBeforeItIsMade() throws Exception {
    byte[] pack = samples().get(1);
    byte[] frame;
    try (Codec.Compressor compressor = Codec.of(1).compressor()) {
      frame = compressor.compress(new byte[100 << 20]);
    }
    byte[] bomb = new ByteWriter().u32(100 << 20).bytes(frame).toBytes();
    assertThatThrownBy(() -> Samples.open(with(pack, bomb, 0x81)))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("a directory of");
    byte[] lies = new ByteWriter().u32(1000).bytes(frame).toBytes();
    assertThatThrownBy(() -> Samples.open(with(pack, lies, 0x81)))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("not one frame");
  }

  @Test
  void aCodecThatNobodyKnowsIsTooNew() throws Exception {
    byte[] pack = samples().get(1);
    byte[] directory = directory(pack);
    assertThatThrownBy(() -> Samples.open(with(pack, directory, 2)))
        .isInstanceOf(FormatTooNewException.class);
    assertThatThrownBy(() -> Samples.open(with(pack, directory, 0)))
        .isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void entriesThatWereNotReadAreMissedAtOnce() throws Exception {
    byte[] snapshot = samples().get(0);
    PackReader directory = PackReader.openDirectory(ByteSource.of(snapshot), KEY);
    assertThatThrownBy(() -> directory.entries().get(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> directory.page(1, BasePages.NONE))
        .isInstanceOf(IllegalStateException.class);
    byte[] bad = snapshot.clone();
    int entriesAt = (int) (snapshot.length - directory.tailBytes() - 70L * 32);
    bad[entriesAt + 5]++;
    PackReader same = PackReader.openDirectory(ByteSource.of(bad), KEY);
    assertThatThrownBy(same::withEntries)
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("entries do not match");
  }

  /** Each byte of a delta that rides in a transaction costs some 24 gas. */
  @Test
  void aDeltaOfOnePageIsShorterThanBefore() throws Exception {
    Database before = Samples.database(new Random(3), 4096, 500);
    Database after = before.copy();
    after.pages.get(321L)[77] ^= 1;
    int was = Samples.delta(Samples.OLD, before, after, 999, 1000, true).length;
    int is = Samples.delta(KEY, before, after, 999, 1000, true).length;
    assertThat(is).isLessThanOrEqualTo(was - 20);
  }
}
