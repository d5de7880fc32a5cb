package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.inft.SeededRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DataKeyTest {
  private static final byte[] BYTES = SealTest.content(32);

  @Test
  void copiesInAndOut() {
    byte[] bytes = BYTES.clone();
    DataKey key = DataKey.of(bytes);
    Arrays.fill(bytes, (byte) 0);

    Arrays.fill(key.reveal(), (byte) 0);

    assertThat(key.reveal()).isEqualTo(BYTES);
  }

  @Test
  void refusesAnotherLength() {
    assertThatIllegalArgumentException().isThrownBy(() -> DataKey.of(new byte[31]));
    assertThatIllegalArgumentException().isThrownBy(() -> DataKey.of(new byte[33]));
  }

  @Test
  void isEqualToAKeyOfTheSameBytesOnly() {
    DataKey key = DataKey.of(BYTES);

    assertThat(key).isEqualTo(DataKey.of(BYTES)).hasSameHashCodeAs(DataKey.of(BYTES));
    assertThat(key).isNotEqualTo(DataKey.generate(new SeededRandom(1)));
    assertThat(key.hashCode()).isNotEqualTo(Arrays.hashCode(BYTES));
  }

  @Test
  void forgetsItsBytesWhenClosed() {
    DataKey key = DataKey.of(BYTES);

    key.close();
    key.close();

    assertThatIllegalStateException().isThrownBy(key::reveal);
    assertThat(key).isNotEqualTo(DataKey.of(new byte[32])).isNotEqualTo(DataKey.of(BYTES));
  }

  @Test
  void isNeverPrinted() {
    DataKey key = DataKey.of(BYTES);

    assertThat(key.toString()).doesNotContain(HexFormat.of().formatHex(BYTES, 0, 2));
    assertThat(key.toString()).isEqualTo("DataKey[32 bytes]");
  }
}
