package io.inft.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Equal digests stay equal after the optimizing compiler has been at it. Compared by {@code
 * MessageDigest.isEqual} they did not, from some ten thousand comparisons on: sound pages were
 * taken for damaged ones.
 */
class CompiledDigestTest {
  @Test
  void equalDigestsAreEqual() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(List.of("-XX:TieredStopAtLevel=4"), ComparingProgram.class)) {
      assertThat(child.awaitLine("wrong")).isEqualTo("0");
      assertThat(child.exit()).isZero();
    }
  }
}
