package io.inft.replica.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import io.inft.registry.Block;
import io.inft.registry.Kind;
import io.inft.sqlite.WalPosition;
import io.inft.store.merkle.ObjectRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a state says of inlined versions. A story is one letter a version, from version 1: S stored,
 * I inlined, both anchored; s and i the same on their way.
 */
class InlinedTailTest {
  private static WriterState.Outgoing outgoing(long version, boolean inlined) {
    Digest root = WorkingCopySamples.digest("root " + version);
    return new WriterState.Outgoing(
        version,
        WorkingCopySamples.digest("root " + (version - 1)),
        new ObjectRef(root, 100 + version),
        root,
        1,
        root,
        false,
        Kind.DELTA,
        List.of(),
        inlined);
  }

  private static Block block(long version, String chain) {
    return new Block(900 + version, WorkingCopySamples.digest(chain + version), 1000 + version);
  }

  private static WriterState after(String story, List<UnfinalizedVersions.Entry> unfinalized) {
    WriterState state = WriterState.empty();
    for (int i = 0; i < story.length(); i++) {
      long version = i + 1L;
      char one = story.charAt(i);
      WriterState.Outgoing next = outgoing(version, Character.toLowerCase(one) == 'i');
      Backlog.Ride ride = new Backlog.Ride(version, 1, 1, 1);
      state = state.withStaged(next, WalPosition.START, 0, false, ride);
      if (Character.isUpperCase(one)) {
        Block block = block(version, "a");
        state =
            state
                .withAnchored(version, next.commit(), block.number(), block.timeSeconds())
                .settled(unfinalized);
      }
    }
    return state;
  }

  private static List<UnfinalizedVersions.Entry> from(long oldest, String story, String chain) {
    List<UnfinalizedVersions.Entry> entries = new ArrayList<>();
    for (long version = oldest; oldest != 0 && version <= story.length(); version++) {
      boolean inlined = story.charAt((int) version - 1) == 'I';
      entries.add(new UnfinalizedVersions.Entry(outgoing(version, inlined), block(version, chain)));
    }
    return entries;
  }

  private static List<Long> numbers(String list) {
    return list.isEmpty() ? List.of() : Arrays.stream(list.split(" ")).map(Long::valueOf).toList();
  }

  @ParameterizedTest(name = "{0}, not final from {1}: carried next {2}, kept {3}")
  @CsvSource({
    "'', 0, '', ''",
    "S, 0, '', ''",
    "SI, 0, '2', '2'",
    "SIi, 0, '2 3', '2'",
    "Sii, 0, '2 3', ''",
    "SIIs, 0, '', '2 3'",
    "SIIsi, 0, '5', '2 3'",
    "SIIS, 0, '', ''",
    "SIIS, 4, '', '2 3'",
    "SIIS, 2, '', '2 3'",
    "SIISI, 0, '5', '5'",
    "SIISI, 5, '5', '5'",
    "SIISI, 4, '5', '2 3 5'",
    "SISISI, 5, '6', '4 6'",
  })
  void theTailIsWhatNoStoredVersionCarries(
      String story, long notFinal, String carriedNext, String kept) {
    WriterState state = after(story, from(notFinal, story, "a"));
    assertThat(state.tail().stream().map(WriterState.Inlined::version))
        .containsExactlyElementsOf(numbers(carriedNext));
    assertThat(state.inlined().stream().map(WriterState.Inlined::version))
        .containsExactlyElementsOf(numbers(kept));
  }

  @ParameterizedTest
  @CsvSource({"SII, 2", "SII, 3"})
  void aVersionThatAReorganisationMovedIsInItsNewBlock(String story, long movedFrom) {
    WriterState moved = after(story, List.of()).settled(from(movedFrom, story, "b"));
    for (WriterState.Inlined one : moved.inlined()) {
      assertThat(one.block()).isEqualTo(900 + one.version());
    }
    List<UnfinalizedVersions.Entry> later =
        List.of(new UnfinalizedVersions.Entry(outgoing(3, true), new Block(950, Digest.ZERO, 7)));
    assertThat(moved.settled(later).inlined().get(1).block()).isEqualTo(950);
    assertThat(moved.settled(later).inlined().get(0).block()).isEqualTo(902);
  }
}
