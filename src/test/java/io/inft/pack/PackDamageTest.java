package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.github.luben.zstd.Zstd;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.pack.Samples.Database;
import io.inft.pack.state.Pages;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No wrong byte in a pack becomes a wrong page. */
class PackDamageTest {
  private static final byte[] A = filled(1);
  private static final byte[] B = filled(2);

  private static byte[] filled(int value) {
    byte[] page = new byte[512];
    Arrays.fill(page, (byte) value);
    return page;
  }

  @Test
  void everyFlippedBitIsATypedFailureOrChangesNothing() throws Exception {
    Random random = new Random(21);
    Database before = Samples.database(random, 512, 4);
    Database after = before.copy();
    after.resize(5);
    after.pages.get(2L)[17] ^= 5;
    after.pages.put(5L, Samples.page(random, 512));
    byte[] pack = Samples.delta(before, after, 1, 2, true);
    PackHeader header = Samples.open(pack).header();
    int harmless = 0;
    for (int bit = 0; bit < pack.length * 8; bit++) {
      byte[] flipped = pack.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Database read = before.copy();
      try {
        PackReader reader = Samples.open(flipped);
        assertThat(reader.header()).as("bit %s", bit).isEqualTo(header);
        Samples.apply(reader, read);
        PackRoundTripTest.assertSame(read, after);
        harmless++;

      } catch (InftException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
    assertThat(harmless).as("bits that decode to the same pages").isLessThan(16);
  }

  @Test
  void everyTruncationIsCorrupt() throws Exception {
    byte[] pack = Samples.snapshot(Samples.database(new Random(22), 512, 3), 1);
    for (int length = 0; length < pack.length; length++) {
      byte[] cut = Arrays.copyOf(pack, length);
      assertThatThrownBy(() -> Samples.open(cut))
          .as("cut at %s", length)
          .isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void bytesBehindTheEndAreRefused() throws Exception {
    byte[] pack = Samples.snapshot(Samples.database(new Random(23), 512, 3), 1);
    for (int extra : new int[] {1, 40, 1000}) {
      assertThatThrownBy(() -> Samples.open(Arrays.copyOf(pack, pack.length + extra)))
          .isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void whatRawPackMakesWithoutBreakingARuleIsRead() throws Exception {
    PackReader pack = Samples.open(new RawPack().block(3, A, B).block(7, A).bytes());
    assertThat(pack.page(4, BasePages.NONE)).isEqualTo(B);
    assertThat(pack.page(7, BasePages.NONE)).isEqualTo(A);
  }

  @Test
  void tooOldTooNewAndForeignAreToldApart() {
    RawPack newer = new RawPack();
    newer.version = PackFormat.NEWEST_VERSION + 1;
    assertThatThrownBy(() -> Samples.open(newer.bytes())).isInstanceOf(FormatTooNewException.class);
    RawPack older = new RawPack();
    older.version = 0;
    assertThatThrownBy(() -> Samples.open(older.bytes())).isInstanceOf(FormatTooOldException.class);
    RawPack foreign = new RawPack();
    foreign.magic = "53514c69746520ff";
    assertThatThrownBy(() -> Samples.open(foreign.bytes()))
        .isInstanceOf(NotOurObjectException.class);
  }

  @Test
  void everyBrokenRuleOfHeaderAndIndexIsCorrupt() {
    Map<String, RawPack> broken = new LinkedHashMap<>();
    broken.put("kind 0", with(pack -> pack.kind = 0));
    broken.put("kind 3", with(pack -> pack.kind = 3));
    broken.put("an unknown flag", with(pack -> pack.flags = 2));
    broken.put("page size 256", with(pack -> pack.pageSizeLog2 = 8));
    broken.put("page size 131072", with(pack -> pack.pageSizeLog2 = 17));
    broken.put("no pages in the database", with(pack -> pack.pageCount = 0));
    broken.put("too many pages", with(pack -> pack.pageCount = Pages.MAX_PAGES + 1L));
    broken.put("a delta from nothing", with(pack -> pack.fromVersion = 0));
    broken.put("a delta to itself", with(pack -> pack.toVersion = 1));
    broken.put("a snapshot from somewhere", with(pack -> pack.kind = 1));
    broken.put("descending pages", new RawPack().block(5, A).block(4, A));
    broken.put("a page twice", new RawPack().block(5, A).block(5, A));
    broken.put("page 0", new RawPack().block(0, A));
    broken.put("a page behind the page count", new RawPack().block(100, A, A));
    broken.put("an empty block", with(pack -> pack.blockRecords.add(new long[] {0, 0})));
    broken.put("a shorter block", with(pack -> pack.blockRecords.get(0)[0]--));
    broken.put("a longer block", with(pack -> pack.blockRecords.get(0)[0]++));
    broken.put("a block longer than any", with(pack -> pack.blockRecords.get(0)[0] = 0xffff_ffffL));
    broken.put("more pages in a block than listed", with(pack -> pack.blockRecords.get(0)[1]++));
    broken.put("fewer pages in a block than listed", with(pack -> pack.blockRecords.get(0)[1]--));
    broken.put("a block of 65535 pages", with(pack -> pack.blockRecords.get(0)[1] = 0xffff));
    broken.put("bytes between blocks and index", with(pack -> pack.behindTheBlocks = new byte[3]));
    broken.put("a count of blocks too high", with(pack -> pack.countedBlocks = 0xffff_ffffL));
    broken.put("a count of pages too high", with(pack -> pack.countedPages = 0xffff_ffffL));
    broken.put("as many pages as are allowed", with(pack -> pack.countedPages = Pages.MAX_PAGES));
    broken.put("more blocks than pages", with(pack -> pack.countedBlocks = 4));
    broken.put("a missing entry", with(pack -> pack.countedPages = 2));
    broken.put("an unknown form", xor(pack -> pack.formEntry(9, A, 4, 0)));
    broken.put("a whole page with a base", xor(pack -> pack.formEntry(9, A, 0, 1)));
    broken.put("form 255", xor(pack -> pack.formEntry(9, A, 255, 1)));
    broken.put("against what it was in version 1", xor(pack -> pack.formEntry(9, A, 2, 7)));
    broken.put("version 2 without forms", with(pack -> pack.version = 2));
    broken.put("a page beside with a base", against(pack -> pack.formEntry(9, A, 3, 7)));
    broken.put("form 4", against(pack -> pack.formEntry(9, A, 4, 7)));
    broken.put("whole and against in one block", mixed(0, 2));
    broken.put("against and a difference in one block", mixed(2, 1));
    broken.put("beside and a difference in one block", mixed(3, 1));
    RawPack incomplete = new RawPack().block(1, A, B);
    incomplete.kind = 1;
    incomplete.fromVersion = 0;
    incomplete.pageCount = 3;
    broken.put("a snapshot that lacks a page", incomplete);
    RawPack different = new RawPack();
    different.kind = 1;
    different.fromVersion = 0;
    different.pageCount = 1;
    different.flags = 1;
    different.block(1, A);
    broken.put("a snapshot with differences", different);
    RawPack lock = new RawPack();
    lock.pageSizeLog2 = 16;
    lock.pageCount = 20_000;
    lock.block(16_385, new byte[65_536]);
    broken.put("the lock page", lock);

    broken.forEach(
        (what, pack) ->
            assertThatThrownBy(() -> Samples.open(pack.bytes()))
                .as(what)
                .isInstanceOf(CorruptObjectException.class));
  }

  @Test
  void aBlockThatIsNotExactlyItsPagesIsCorrupt() throws Exception {
    byte[] good = Zstd.compress(new byte[512]);
    byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7};
    ByteArrayOutputStream withoutSize = new ByteArrayOutputStream();
    try (var stream = new com.github.luben.zstd.ZstdOutputStream(withoutSize)) {
      stream.write(new byte[512]);
    }
    Map<String, byte[]> blocks = new LinkedHashMap<>();
    blocks.put("a bomb", Zstd.compress(new byte[50_000_000]));
    blocks.put("too short", Zstd.compress(new byte[511]));
    blocks.put("two frames", join(Zstd.compress(new byte[256]), Zstd.compress(new byte[256])));
    blocks.put("an empty frame behind", join(good, Zstd.compress(new byte[0])));
    blocks.put("a skippable frame behind", join(good, skippable));
    blocks.put("a skippable frame before", join(skippable, good));
    blocks.put("a byte behind", join(good, new byte[1]));
    blocks.put("no frame", new byte[20]);
    blocks.put("a frame that hides its size", withoutSize.toByteArray());
    for (Map.Entry<String, byte[]> block : blocks.entrySet()) {
      RawPack raw = new RawPack().entry(1, new byte[512]);
      raw.blocks.add(block.getValue());
      raw.blockRecords.add(new long[] {block.getValue().length, 1});
      PackReader pack = Samples.open(raw.bytes());
      assertThatThrownBy(() -> pack.page(1, BasePages.NONE))
          .as(block.getKey())
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("does not decompress");
    }
  }

  @Test
  void swappedBlocksAreCorrupt() throws Exception {
    RawPack raw = new RawPack().block(1, A).block(2, B);
    byte[] first = raw.blocks.get(0);
    raw.blocks.set(0, raw.blocks.get(1));
    raw.blocks.set(1, first);
    assertThat(raw.blocks.get(0)).hasSameSizeAs(raw.blocks.get(1));
    PackReader pack = Samples.open(raw.bytes());
    assertThatThrownBy(() -> pack.block(0, (entry, content) -> fail("handed out")))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("page 1 does not match its hash");
  }

  @Test
  void aDifferenceOnAnotherPageIsCorrupt() throws Exception {
    Database before = Samples.database(new Random(24), 1024, 2);
    Database after = before.copy();
    after.pages.get(1L)[3] ^= 1;
    PackReader pack = Samples.open(Samples.delta(before, after, 1, 2, true));
    assertThat(pack.entries().get(0).form()).isEqualTo(PageForm.DIFFERENCE);
    byte[] wrong = before.pages.get(1L).clone();
    wrong[1000] ^= 1;
    assertThatThrownBy(() -> pack.page(1, number -> wrong))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("difference to another page");
    assertThatThrownBy(() -> pack.page(1, number -> new byte[512]))
        .isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> pack.page(1, BasePages.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(pack.page(1, before.pages::get)).isEqualTo(after.pages.get(1L));
  }

  @Test
  void aDifferenceWhoseResultDoesNotMatchIsCorrupt() throws Exception {
    RawPack raw = new RawPack();
    raw.flags = 1;
    raw.block(1, A);
    raw.entries.clear();
    long fingerprint = PageBytes.fingerprint(io.inft.bytes.Digest.sha256(B));
    raw.formEntry(1, B, 1, fingerprint);
    PackReader pack = Samples.open(raw.bytes());
    assertThatThrownBy(() -> pack.page(1, number -> B))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("does not match its hash");
  }

  @Test
  void everyFlippedBitOfPagesAgainstOthersIsATypedFailureOrChangesNothing() throws Exception {
    Database before = GoldenPackTest.version(5);
    Database after = GoldenPackTest.version(6);
    byte[] pack = Samples.delta(before, after, 5, 6, true);
    assertThat(Samples.open(pack).entries())
        .extracting(PageEntry::form)
        .containsExactly(PageForm.AGAINST, PageForm.AGAINST, PageForm.BESIDE);
    int harmless = 0;
    for (int bit = 0; bit < pack.length * 8; bit++) {
      byte[] flipped = pack.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Database read = before.copy();
      try {
        Samples.apply(Samples.open(flipped), read);
        PackRoundTripTest.assertSame(read, after);
        harmless++;
      } catch (InftException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
    assertThat(harmless).as("bits that decode to the same pages").isLessThan(16);
  }

  @Test
  void aPrefixOfOtherPagesIsNeverUsed() throws Exception {
    Database before = GoldenPackTest.version(5);
    PackReader pack = Samples.open(Samples.delta(before, GoldenPackTest.version(6), 5, 6, true));
    byte[] wrong = before.pages.get(2L).clone();
    wrong[500] ^= 1;
    for (long page = 1; page <= 3; page++) {
      long number = page;
      assertThatThrownBy(
              () -> pack.page(number, asked -> asked == 2 ? wrong : before.pages.get(asked)))
          .as("page %s", number)
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("page 2 is a difference to another page");
    }
    assertThatThrownBy(() -> pack.page(1, asked -> new byte[64]))
        .isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> pack.page(3, BasePages.NONE))
        .as("a page beside them needs them too")
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pack.block(0, (entry, content) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBlockAgainstPagesThatIsNotExactlyItsPagesIsCorrupt() throws Exception {
    byte[] base = GoldenPackTest.version(5).pages.get(1L);
    byte[] page = GoldenPackTest.version(6).pages.get(1L);
    byte[] other = GoldenPackTest.version(5).pages.get(2L);
    long fingerprint = PageBytes.fingerprint(io.inft.bytes.Digest.sha256(base));
    Map<String, RawPack> packs = new LinkedHashMap<>();
    packs.put("a bomb", against(pack -> {}).blockAgainst(List.of(base), new byte[50_000_000]));
    packs.put("too short", against(pack -> {}).blockAgainst(List.of(base), new byte[511]));
    packs.put(
        "against something else", against(pack -> {}).blockAgainst(List.of(base, other), page));
    packs.put("another page", against(pack -> {}).blockAgainst(List.of(base), other));
    for (Map.Entry<String, RawPack> one : packs.entrySet()) {
      RawPack raw = one.getValue();
      raw.blocks.remove(0);
      raw.blockRecords.remove(0);
      raw.blockRecords.get(0)[1] = 1;
      PackReader pack = Samples.open(raw.formEntry(9, page, 2, fingerprint).bytes());
      assertThatThrownBy(() -> pack.page(9, number -> base))
          .as(one.getKey())
          .isInstanceOf(CorruptObjectException.class);
    }
    RawPack good = against(pack -> {}).blockAgainst(List.of(base), page);
    good.blocks.remove(0);
    good.blockRecords.remove(0);
    assertThat(
            Samples.open(good.formEntry(9, page, 2, fingerprint).bytes()).page(9, number -> base))
        .isEqualTo(page);
  }

  @Test
  void aPageThatLooksLikeADictionaryIsOnlyAPage() throws Exception {
    Random random = new Random(25);
    Database before = new Database(512);
    before.resize(2);
    byte[] looksSo = new byte[512];
    random.nextBytes(looksSo);
    System.arraycopy(new byte[] {0x37, (byte) 0xa4, 0x30, (byte) 0xec}, 0, looksSo, 0, 4);
    before.pages.put(1L, looksSo);
    Database after = before.copy();
    Samples.move(new Random(26), after);
    after.pages.put(1L, join(new byte[] {1, 2, 3}, Arrays.copyOf(looksSo, 509)));
    PackReader pack = Samples.open(Samples.delta(before, after, 1, 2, true));
    assertThat(pack.entries().get(0).form()).isEqualTo(PageForm.AGAINST);
    assertThat(pack.page(1, before.pages::get)).isEqualTo(after.pages.get(1L));
  }

  private static RawPack against(java.util.function.Consumer<RawPack> change) {
    return xor(
        pack -> {
          pack.version = 2;
          change.accept(pack);
        });
  }

  private static RawPack mixed(int first, int second) {
    RawPack pack = new RawPack();
    pack.version = 2;
    pack.flags = 1;
    pack.block(8, A, B);
    pack.entries.clear();
    return pack.formEntry(8, A, first, first % 3 == 0 ? 0 : 7)
        .formEntry(9, B, second, second % 3 == 0 ? 0 : 7);
  }

  private static RawPack with(java.util.function.Consumer<RawPack> change) {
    RawPack pack = new RawPack().block(3, A, B).block(7, A);
    change.accept(pack);
    return pack;
  }

  private static RawPack xor(java.util.function.Consumer<RawPack> change) {
    RawPack pack = new RawPack();
    pack.flags = 1;
    pack.block(9, A);
    pack.entries.clear();
    change.accept(pack);
    return pack;
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(first);
    joined.writeBytes(second);
    return joined.toByteArray();
  }
}
