package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.CorruptObjectException;
import io.inft.faults.Allocated;
import io.inft.pack.Samples.Database;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One merged pack does what the packs it was merged from do one after the other. */
class PackComposerTest {
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void composingEqualsApplyingInOrder(long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < 25; round++) {
      int pageSize = 512 << random.nextInt(3);
      Database start = Samples.database(random, pageSize, 1 + random.nextInt(30));
      boolean fromSnapshot = random.nextInt(4) == 0;
      List<byte[]> packs = new ArrayList<>();
      if (fromSnapshot) {
        packs.add(Samples.snapshot(start, 5));
      }
      Database now = start;
      List<Database> states = new ArrayList<>();
      int steps = 1 + random.nextInt(6);
      for (int step = 0; step < steps; step++) {
        Database next = Samples.changed(random, now);
        packs.add(Samples.delta(now, next, 5 + step, 6 + step, random.nextInt(3) > 0));
        now = next;
        states.add(now);
      }
      if (fromSnapshot) {
        states.add(0, start);
      }
      PackReader composed = Samples.open(Samples.compose(packs, now));
      Database replica = fromSnapshot ? new Database(pageSize) : start.copy();
      Samples.apply(composed, replica);
      PackRoundTripTest.assertSame(replica, now);
      assertThat(composed.header().fromVersion()).isEqualTo(fromSnapshot ? 0 : 5);
      assertThat(composed.header().toVersion()).isEqualTo(5 + steps);
      assertThat(composed.header().kind())
          .isEqualTo(fromSnapshot ? PackType.SNAPSHOT : PackType.DELTA);

      int split = 1 + random.nextInt(packs.size());
      byte[] left = Samples.compose(packs.subList(0, split), states.get(split - 1));
      List<byte[]> regrouped = new ArrayList<>(List.of(left));
      regrouped.addAll(packs.subList(split, packs.size()));
      Database again = fromSnapshot ? new Database(pageSize) : start.copy();
      Samples.apply(Samples.open(Samples.compose(regrouped, now)), again);
      PackRoundTripTest.assertSame(again, now);
    }
  }

  @Test
  void differencesOfOnePageBecomeOneDifference() throws Exception {
    Database first = Samples.database(new Random(41), 4096, 3);
    Database second = first.copy();
    second.pages.get(2L)[5] ^= 1;
    Database third = second.copy();
    third.pages.get(2L)[6] ^= 2;
    PackReader composed =
        Samples.open(
            Samples.compose(
                List.of(
                    Samples.delta(first, second, 1, 2, true),
                    Samples.delta(second, third, 2, 3, true)),
                third));
    assertThat(composed.entries()).hasSize(1);
    assertThat(composed.entries().get(0).form()).isEqualTo(PageForm.DIFFERENCE);
    assertThat(composed.page(2, first.pages::get)).isEqualTo(third.pages.get(2L));
  }

  @Test
  void aPageCutOffAndGrownAgainIsZerosAndNotWhatItWasBefore() throws Exception {
    Database first = Samples.database(new Random(42), 512, 6);
    Database second = first.copy();
    second.resize(2);
    Database third = second.copy();
    third.resize(6);
    byte[] cut = Samples.delta(first, second, 1, 2, true);
    PackHeader header = new PackHeader(PackType.DELTA, 512, 6, 2, 3, true);
    ByteArrayOutputStream grown = new ByteArrayOutputStream();
    try (PackWriter writer = new PackWriter(header, Samples.OLD, grown)) {
      for (long page = 3; page <= 5; page++) {
        writer.add(page, third.pages.get(page), null);
      }
      writer.finish();
    }
    PackReader composed = Samples.open(Samples.compose(List.of(cut, grown.toByteArray()), third));
    Database replica = first.copy();
    Samples.apply(composed, replica);
    PackRoundTripTest.assertSame(replica, third);
  }

  /** A few bytes that name pages nobody has would cost gigabytes otherwise. */
  @Test
  void refusesToMakeUpPagesThatNoPackBrings() throws Exception {
    Database one = Samples.database(new Random(44), 512, 5);
    Database two = one.copy();
    two.pages.get(1L)[0] ^= 1;
    byte[] delta = Samples.delta(one, two, 1, 2, true);
    PackHeader header = new PackHeader(PackType.DELTA, 512, PackHeader.MAX_PAGES, 2, 3, false);
    ByteArrayOutputStream empty = new ByteArrayOutputStream();
    try (PackWriter writer = new PackWriter(header, Samples.OLD, empty)) {
      writer.finish();
    }
    assertThat(empty.size()).isEqualTo(73);
    List<byte[]> chain = List.of(delta, empty.toByteArray());

    assertThatThrownBy(() -> Samples.compose(chain, two))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("16777216");
    assertThat(Allocated.by(() -> Samples.compose(chain, two))).isLessThan(1 << 20);
  }

  @Test
  void aPageThatWasStoredByWhatItWasBecomesAWholePage() throws Exception {
    Database first = GoldenPackTest.version(5);
    Database second = GoldenPackTest.version(6);
    Database third = second.copy();
    third.pages.get(1L)[6] ^= 2;
    List<byte[]> chain =
        List.of(Samples.delta(first, second, 1, 2, true), Samples.delta(second, third, 2, 3, true));
    PackReader composed = Samples.open(Samples.compose(chain, third));
    assertThat(composed.entries())
        .extracting(PageEntry::form)
        .containsExactly(PageForm.WHOLE, PageForm.WHOLE, PageForm.WHOLE);
    Database replica = first.copy();
    Samples.apply(composed, replica);
    PackRoundTripTest.assertSame(replica, third);

    Database notThird = third.copy();
    notThird.pages.get(1L)[7] ^= 2;
    assertThatThrownBy(() -> Samples.compose(chain, notThird))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("page 1 is not what the packs lead to");
  }

  @Test
  void refusesPacksThatDoNotFollowEachOther() throws Exception {
    Random random = new Random(43);
    Database one = Samples.database(random, 512, 5);
    Database two = one.copy();
    two.pages.get(1L)[0] ^= 1;
    byte[] delta = Samples.delta(one, two, 1, 2, true);
    byte[] later = Samples.delta(one, two, 3, 4, true);
    byte[] snapshot = Samples.snapshot(two, 2);
    Database large = Samples.database(random, 1024, 5);
    byte[] otherSize = Samples.delta(large, Samples.changed(random, large), 2, 3, false);
    for (List<byte[]> chain :
        List.of(
            List.of(delta, later),
            List.of(delta, delta),
            List.of(delta, snapshot),
            List.of(delta, otherSize))) {
      assertThatThrownBy(() -> Samples.compose(chain, two))
          .isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void refusesADifferenceToAnotherPageThanTheOneBefore() throws Exception {
    Database one = Samples.database(new Random(44), 512, 2);
    Database two = one.copy();
    two.pages.get(1L)[0] ^= 1;
    Database notTwo = one.copy();
    notTwo.pages.get(1L)[9] ^= 1;
    Database three = one.copy();
    three.pages.get(1L)[0] ^= 3;
    for (boolean xor : new boolean[] {true, false}) {
      List<byte[]> chain =
          List.of(Samples.delta(one, two, 1, 2, xor), Samples.delta(notTwo, three, 2, 3, true));
      assertThatThrownBy(() -> Samples.compose(chain, three))
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("page 1");
    }
  }
}
