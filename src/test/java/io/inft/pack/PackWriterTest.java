package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.pack.Samples.Database;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a writer refuses to write, and how little it writes around the pages. */
class PackWriterTest {
  private static PackHeader delta(int pageSize, long pageCount, boolean xor) {
    return new PackHeader(PackType.DELTA, pageSize, pageCount, 1, 2, xor);
  }

  private static PackWriter writer(PackHeader header) {
    return new PackWriter(header, Samples.OLD, new ByteArrayOutputStream());
  }

  @Test
  void refusesPagesOutOfOrderOrOutOfRange() throws Exception {
    try (PackWriter writer = writer(delta(512, 5, false))) {
      writer.add(3, new byte[512], null);
      for (long number : new long[] {3, 2, 0, -1, 6}) {
        assertThatThrownBy(() -> writer.add(number, new byte[512], null))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> writer.add(4, new byte[511], null))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.add(4, new byte[512], new byte[512]))
          .as("a difference in a pack of whole pages")
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(writer.pages()).isEqualTo(1);
    }
  }

  @Test
  void refusesTheLockPage() throws Exception {
    try (PackWriter writer = writer(delta(65536, 20_000, false))) {
      assertThatThrownBy(() -> writer.add(16_385, new byte[65536], null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lock page");
    }
  }

  @Test
  void refusesASnapshotThatLacksAPage() throws Exception {
    PackHeader header = new PackHeader(PackType.SNAPSHOT, 512, 2, 0, 1, false);
    try (PackWriter writer = writer(header)) {
      writer.add(1, new byte[512], null);
      assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
      writer.add(2, new byte[512], null);
      writer.finish();
      assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> writer.add(2, new byte[512], null))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void refusesHeadersThatMeanNothing() {
    assertThatThrownBy(() -> delta(1000, 1, false)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> delta(512, 0, false)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PackHeader(PackType.SNAPSHOT, 512, 1, 1, 2, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PackHeader(PackType.SNAPSHOT, 512, 1, 0, 2, true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PackHeader(PackType.DELTA, 512, 1, 0, 2, true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writesTheSameBytesForTheSamePages() throws Exception {
    Database database = Samples.database(new Random(31), 2048, 70);
    assertThat(Samples.snapshot(database, 4)).isEqualTo(Samples.snapshot(database.copy(), 4));
  }

  @Test
  void pagesWhoseRowsMovedAreStoredByWhatTheyWere() throws Exception {
    Random random = new Random(33);
    Database before = new Database(4096);
    before.resize(30);
    before.pages.values().forEach(random::nextBytes);
    Database after = before.copy();
    after.resize(31);
    Samples.move(random, after);
    byte[] pack = Samples.delta(before, after, 1, 2, true);
    List<PageEntry> entries = Samples.open(pack).entries();
    assertThat(entries.get(entries.size() - 1).form()).isEqualTo(PageForm.BESIDE);
    assertThat(entries.subList(0, entries.size() - 1))
        .hasSizeGreaterThan(1)
        .extracting(PageEntry::form)
        .containsOnly(PageForm.AGAINST);
    assertThat(pack.length).isLessThan(400 + entries.size() * (45 + 30));
    assertThat(Samples.delta(before, after, 1, 2, true)).as("again").isEqualTo(pack);
  }

  @Test
  void aFewChangedBytesAreStoredAsADifferenceThatCanBeMerged() throws Exception {
    Database before = Samples.database(new Random(34), 4096, 40);
    Database after = before.copy();
    after.pages.values().forEach(page -> page[7] ^= 1);
    assertThat(Samples.open(Samples.delta(before, after, 1, 2, true)).entries())
        .extracting(PageEntry::form)
        .containsOnly(PageForm.DIFFERENCE);
  }

  @Test
  void aSmallPackCostsLittleAroundItsPages() throws Exception {
    Random random = new Random(32);
    Database before = Samples.database(random, 4096, 10);
    for (int changed = 1; changed <= 3; changed++) {
      Database after = before.copy();
      for (long number = 1; number <= changed; number++) {
        byte[] page = after.pages.get(number * 2);
        page[1000] ^= 1;
        page[2000] ^= 1;
      }
      byte[] pack = Samples.delta(before, after, 1, 2, true);
      assertThat(pack.length).as("%s pages", changed).isLessThan(120 + changed * (45 + 30));
    }
  }
}
