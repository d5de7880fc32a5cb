package io.inft.replica.publish.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FinalityLooksTest {
  @Test
  void looksEverMoreRarelyUpToEveryThirtySeconds() {
    FinalityLooks looks = FinalityLooks.afterAnchoring(0);
    List<Long> seconds = new ArrayList<>();
    for (int look = 0; look < 8; look++) {
      assertThat(looks.isDue(looks.atNanos() - 1)).isFalse();
      assertThat(looks.isDue(looks.atNanos())).isTrue();
      seconds.add(looks.atNanos() / 1_000_000_000);
      looks = looks.looking(looks.atNanos());
    }
    assertThat(seconds).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 62L, 92L);
  }

  @Test
  void whatAProcessBeforeLeftIsLookedAfterAtOnce() {
    assertThat(FinalityLooks.atOnce(5).isDue(5)).isTrue();
  }
}
