package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8191, 8192, 8193, 100_000})
  void bytesComeBackWithTheirOwnLengthOnly(int length) {
    byte[] plain = new byte[length];
    new Random(7).nextBytes(plain);
    byte[] deflated = Deflate.deflate(plain);

    assertThat(Deflate.inflate(deflated, length)).contains(plain);
    assertThat(Deflate.inflate(deflated, length + 1)).isEmpty();
    if (length > 0) {
      assertThat(Deflate.inflate(deflated, length - 1)).isEmpty();
    }
  }

  @Test
  void neitherACutNorWhatIsLeftOverNorNoiseIsTaken() {
    byte[] deflated =
        Deflate.deflate("the same words the same words".getBytes(StandardCharsets.US_ASCII));
    for (int cut = 0; cut < deflated.length; cut++) {
      assertThat(Deflate.inflate(Arrays.copyOf(deflated, cut), 29)).as("cut at %s", cut).isEmpty();
    }
    assertThat(Deflate.inflate(Arrays.copyOf(deflated, deflated.length + 1), 29)).isEmpty();
    assertThat(Deflate.inflate(new byte[] {7, 7, 7}, 29)).isEmpty();
  }

  /** A gigabyte of zeros deflates to a megabyte; what is asked for bounds what is made. */
  @Test
  void aBombGoesNoFurtherThanTheLengthThatWasNamed() {
    byte[] bomb = Deflate.deflate(new byte[64 << 20]);

    assertThat(bomb).hasSizeLessThan(100_000);
    assertThat(Deflate.inflate(bomb, 1000)).isEmpty();
  }
}
