package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.SeededRandom;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SealFuzzTest {
  @Test
  void failsOnlyInTypedWaysOnRandomBytesSeed41() {
    SeededRandom random = new SeededRandom(41);
    Random fuzz = new Random(41);
    DataKey key = DataKey.generate(random);
    ObjectLabel label = new ObjectLabel(Digest.sha256(new byte[] {1}), 7, 1, SealedType.LOG, 3);
    byte[] valid = Seal.seal(key, label, SealTest.content(300), Padding.NONE, random);
    int delivered = 0;

    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[fuzz.nextInt(600)];
      fuzz.nextBytes(bytes);
      int kept = fuzz.nextInt(Math.min(bytes.length, valid.length) + 1);
      System.arraycopy(valid, 0, bytes, 0, kept);
      if (Arrays.equals(bytes, valid)) {
        continue;
      }
      try {
        Seal.open(key, label, ByteSource.of(bytes)).readAll(1000);
        delivered++;
      } catch (InftException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }

    assertThat(delivered).isZero();
  }
}
