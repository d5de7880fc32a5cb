package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.pack.Samples.Database;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into a pack comes out of it. */
class PackRoundTripTest {
  private static final List<Integer> PAGE_SIZES =
      List.of(512, 1024, 2048, 4096, 8192, 16384, 32768, 65536);

  static void assertSame(Database found, Database expected) {
    assertThat(found.pageCount).isEqualTo(expected.pageCount);
    assertThat(found.pages.keySet()).isEqualTo(expected.pages.keySet());
    expected.pages.forEach(
        (number, page) ->
            assertThat(found.pages.get(number)).as("page %s", number).isEqualTo(page));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void aSnapshotGivesEveryPageBackForEveryPageSize(long seed) throws Exception {
    for (int pageSize : PAGE_SIZES) {
      Random random = new Random(seed);
      Database written = Samples.database(random, pageSize, 1 + random.nextInt(600_000 / pageSize));
      PackReader pack = Samples.open(Samples.snapshot(written, 7));
      Database read = new Database(pageSize);
      Samples.apply(pack, read);
      assertSame(read, written);
      assertThat(pack.header())
          .isEqualTo(new PackHeader(PackType.SNAPSHOT, pageSize, written.pageCount, 0, 7, false));
      assertThat(pack.pages()).isEqualTo(written.pageCount);
      for (long number : List.of(1L, written.pageCount)) {
        assertThat(pack.page(number, BasePages.NONE)).isEqualTo(written.pages.get(number));
      }
    }
  }

  @Test
  void blocksReadWithoutProofHoldTheSamePages() throws Exception {
    for (int pageSize : PAGE_SIZES) {
      Database written = Samples.database(new Random(5), pageSize, 3_000_000 / pageSize);
      PackReader pack = Samples.open(Samples.snapshot(written, 7));
      Database read = new Database(pageSize);
      int middle = pack.blocks() / 2;
      BlockVisitor visitor =
          (numbers, pages) -> {
            for (int i = 0; i < numbers.length; i++) {
              int from = i * pageSize;
              read.pages.put(numbers[i], Arrays.copyOfRange(pages, from, from + pageSize));
            }
          };
      pack.unproved(0, middle, visitor);
      pack.unproved(middle, pack.blocks(), visitor);
      read.pageCount = written.pageCount;

      assertSame(read, written);
    }
  }

  @Test
  void packsThatMayHoldDifferencesAreNeverReadWithoutProof() throws Exception {
    Database before = Samples.database(new Random(6), 512, 20);
    Database after = Samples.changed(new Random(7), before);
    PackReader pack = Samples.open(Samples.delta(before, after, 1, 2, true));

    assertThatThrownBy(() -> pack.unproved(0, pack.blocks(), (numbers, pages) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("difference");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14})
  void aChainOfDeltasLeadsToTheLastStateThroughGrowthAndTruncation(long seed) throws Exception {
    Random random = new Random(seed);
    for (int pageSize : List.of(512, 4096, 65536)) {
      Database now = Samples.database(random, pageSize, 20);
      Database replica = now.copy();
      for (long version = 1; version <= 8; version++) {
        Database next = Samples.changed(random, now);
        boolean xor = random.nextBoolean();
        PackReader pack = Samples.open(Samples.delta(now, next, version, version + 1, xor));
        Samples.apply(pack, replica);
        assertSame(replica, next);
        now = next;
      }
    }
  }

  @Test
  void theIndexTellsNumberBlockAndHashOfEveryPage() throws Exception {
    Database written = Samples.database(new Random(5), 4096, 100);
    PackReader pack = Samples.open(Samples.snapshot(written, 1));
    List<Long> perBlock = new ArrayList<>();
    for (int block = 0; block < pack.blocks(); block++) {
      pack.block(block, (entry, content) -> perBlock.add(entry.pageNumber()));
    }
    assertThat(perBlock).containsExactlyElementsOf(written.pages.keySet());
    assertThat(pack.blocks()).isGreaterThan(1);
    assertThat(pack.entries()).hasSize(100);
    for (PageEntry entry : pack.entries()) {
      assertThat(entry.digest()).isEqualTo(Digest.sha256(written.pages.get(entry.pageNumber())));
      assertThat(entry.block())
          .isEqualTo((int) (entry.pageNumber() - 1) * 4096 / PackFormat.TARGET_BLOCK_BYTES);
      assertThat(entry.form()).isEqualTo(PageForm.WHOLE);
    }
    assertThat(pack.contains(100)).isTrue();
    assertThat(pack.contains(101)).isFalse();
    assertThat(pack.contains(0)).isFalse();
  }

  @Test
  void anEmptyDeltaOnlyTruncates() throws Exception {
    Database before = Samples.database(new Random(6), 1024, 9);
    Database after = before.copy();
    after.resize(4);
    PackReader pack = Samples.open(Samples.delta(before, after, 3, 4, true));
    assertThat(pack.pages()).isZero();
    assertThat(pack.blocks()).isZero();
    Samples.apply(pack, before);
    assertSame(before, after);
  }
}
