package io.inft.replica.partial;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.PackEnd;
import io.inft.replica.restore.EndRead;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndPlanTest {
  /** Of few packs segments come, which share what is kept of top pages; then parts. */
  @ParameterizedTest
  @CsvSource({
    "400000, 400000",
    "4000000, 524288",
    "300000 200000 0, 300000 200000 0",
    "9000000 1000000 1, 471859 52428 32768",
    "0 0 0 0, part part part part",
    "32768 32768 32768 32768, part part part part",
    "0 200000 0 0, part 200000 part part",
    "9000000 0 0 0, 524288 part part part",
    "9000000 40000 0 0, 524288 part part part",
    "200000 200000 200000 200000, 200000 200000 part part",
    "40000 50000 0 40000, 40000 50000 part 40000",
    "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0, part part part part part part part part part part part part"
        + " part part part part"
  })
  void theEndsOfManyPacksComeInParts(String topBytes, String reads) {
    assertThat(plan(topBytes, end -> true)).isEqualTo(reads);
  }

  /** What an earlier build or another account told is read as before. */
  @Test
  void anEndOfWhichNoPartIsToldComesInSegments() {
    assertThat(plan("100000 0 300000 0 0", end -> end.place() != 1 && end.place() != 2))
        .isEqualTo("100000 0 300000 part part");
    assertThat(plan("400000 400000 400000 400000", end -> false))
        .isEqualTo("131072 131072 131072 131072");
    assertThat(EndPlan.of(List.of())).isEmpty();
  }

  @Test
  void aLongDirectoryCountsToo() {
    List<PackEnd> ends = new ArrayList<>(Collections.nCopies(4, end(0, 100, 0)));
    for (int i = 0; i < 4; i++) {
      ends.set(i, end(i, i < 2 ? 900_000 : 100, i < 2 ? 500_000 : 0));
    }

    assertThat(EndPlan.of(ends).values()).containsOnly(EndRead.PART);
  }

  private static String plan(String topBytes, java.util.function.Predicate<PackEnd> isTold) {
    List<PackEnd> ends = new ArrayList<>();
    for (String top : topBytes.split(" ", -1)) {
      PackEnd end = end(ends.size(), 100, Long.parseLong(top));
      ends.add(isTold.test(end) ? end : end.withPart(Optional.empty()));
    }
    Map<Integer, EndRead> plan = EndPlan.of(ends);
    return Stream.iterate(0, place -> place + 1)
        .limit(ends.size())
        .map(plan::get)
        .map(read -> read.inPart() ? "part" : Long.toString(read.topBytes()))
        .collect(java.util.stream.Collectors.joining(" "));
  }

  private static PackEnd end(int place, long directoryBytes, long topBytes) {
    return new PackEnd(place, Blob.of(new byte[16]), 0, directoryBytes, topBytes)
        .withPart(Optional.of(Digest.ZERO));
  }
}
