package io.inft.store.merkle;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.failure.StoreRefusedException;
import org.junit.jupiter.api.Test;

class HashProbeTest {
  @Test
  void twoImplementationsAgreeAlsoAfterTheCompilerHasHadItsTurn() {
    assertThatCode(
            () -> {
              for (int i = 0; i < 20_000; i++) {
                HashProbe.requireSound();
              }
            })
        .doesNotThrowAnyException();
  }

  @Test
  void anotherHashThanTheKnownOneIsRefused() {
    assertThatThrownBy(() -> HashProbe.requireSound(Digest.sha256(new byte[1])))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("restart the program");
  }
}
