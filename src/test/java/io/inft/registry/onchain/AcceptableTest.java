package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptableTest {
  private int checks;

  private List<Integer> among(int count, Set<Integer> refused, Set<Integer> starving)
      throws Exception {
    Acceptable.Check check =
        places -> {
          checks++;
          if (places.stream().anyMatch(starving::contains)) {
            return Optional.empty();
          }
          BitSet accepted = new BitSet();
          IntStream.range(0, places.size())
              .filter(i -> !refused.contains(places.get(i)))
              .forEach(accepted::set);
          return Optional.of(accepted);
        };
    return new Acceptable(check).among(IntStream.range(0, count).boxed().toList());
  }

  @Test
  void asksOnceWhereNothingStarves() throws Exception {
    assertThat(among(5, Set.of(1, 4), Set.of())).containsExactly(0, 2, 3);
    assertThat(checks).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 8, 9})
  void oneThatStarvesIsFoundAndTheOtherNineStayTogether(int starving) throws Exception {
    assertThat(among(10, Set.of(), Set.of(starving)))
        .containsExactlyElementsOf(
            IntStream.range(0, 10).filter(i -> i != starving).boxed().toList());
    assertThat(checks).isLessThanOrEqualTo(6);
  }

  @Test
  void severalAreFoundOneAfterTheOther() throws Exception {
    assertThat(among(8, Set.of(3), Set.of(0, 1, 7))).containsExactly(2, 4, 5, 6);
  }

  @Test
  void whereAllStarveItStopsAskingAndNamesNone() throws Exception {
    Set<Integer> all = Set.copyOf(IntStream.range(0, 256).boxed().toList());

    assertThat(among(256, Set.of(), all)).isEmpty();
    assertThat(checks).isEqualTo(Acceptable.MAX_CHECKS);
  }

  @Test
  void oneByItselfThatStarvesIsNotNamed() throws Exception {
    assertThat(among(1, Set.of(), Set.of(0))).isEmpty();
    assertThat(checks).isEqualTo(1);
  }
}
