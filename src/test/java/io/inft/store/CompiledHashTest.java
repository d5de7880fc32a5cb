package io.inft.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The hash stays right after the optimizing compiler has been at it. Loops over a byte array's view
 * as longs did not: in a small machine (serial collector) roots were wrong from some hundred
 * objects on, and whoever wrote them read them back happily.
 */
class CompiledHashTest {
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = 1)
  void namesObjectsAsBefore(long seed) throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            List.of("-XX:TieredStopAtLevel=4"),
            HashingProgram.class,
            Long.toString(seed),
            "4000")) {
      assertThat(child.awaitLine("wrong")).isEqualTo("0 of 4000");
      assertThat(child.exit()).isZero();
    }
  }
}
