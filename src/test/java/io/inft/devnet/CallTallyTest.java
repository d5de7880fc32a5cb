package io.inft.devnet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallTallyTest {
  @Test
  void countsTheCallsOfMethodsWhoseNameContainsSomething() {
    CallTally tally = new CallTally();
    tally.count("zgs_uploadSegments");
    tally.count("zgs_uploadSegments");
    tally.count("zgs_getStatus");

    assertThat(tally.of("upload")).isEqualTo(2);
    assertThat(tally.of("")).isEqualTo(3);
    assertThat(tally.of("download")).isZero();
  }
}
