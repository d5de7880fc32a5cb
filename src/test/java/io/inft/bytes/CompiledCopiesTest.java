package io.inft.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Values read out of a larger array stay what they are after the optimizing compiler has been at
 * them. Cloned from a copied range they did not, from some ten thousand on: sound pages were taken
 * for damaged ones.
 */
class CompiledCopiesTest {
  @Test
  void whatIsReadFromACopyIsWhatWasCopied() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(List.of("-XX:TieredStopAtLevel=4"), CopyingProgram.class)) {
      assertThat(child.awaitLine("wrong")).isEqualTo("0 equal, 0 hashed, 0 read");
      assertThat(child.exit()).isZero();
    }
  }
}
