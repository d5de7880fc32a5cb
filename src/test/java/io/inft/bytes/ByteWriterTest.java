package io.inft.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.CorruptObjectException;
import org.junit.jupiter.api.Test;

/** Growing must not lose the value that made it necessary. */
class ByteWriterTest {
  @Test
  void growsInTheMiddleOfAnyValue() {
    for (int before = 0; before <= 40; before++) {
      byte[] written =
          new ByteWriter(16)
              .bytes(new byte[before])
              .u8(0x11)
              .u16(0x2222)
              .bytes(new byte[] {3, 4, 5})
              .u64(0x6666666666666666L)
              .toBytes();

      assertThat(written)
          .as("after %d bytes", before)
          .hasSize(before + 14)
          .endsWith(0x11, 0x22, 0x22, 3, 4, 5, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66);
    }
  }

  @Test
  void signedNumbersAreShortOnBothSidesAndFitUpToTheLast() throws Exception {
    for (long value :
        new long[] {0, -1, 1, -64, 64, 1L << 61, -(1L << 62), Long.MAX_VALUE, Long.MIN_VALUE}) {
      byte[] written = new ByteWriter().zigzag(value).toBytes();
      ByteReader reader = new ByteReader("number", written);

      assertThat(reader.zigzag("it")).isEqualTo(value);
      assertThat(reader.remaining()).isZero();
    }
    assertThat(new ByteWriter().zigzag(-64).toBytes()).containsExactly(0x7f);
    assertThat(new ByteWriter().zigzag(63).toBytes()).containsExactly(0x7e);
    assertThat(new ByteWriter().zigzag(Long.MIN_VALUE).toBytes()).hasSize(10);
    for (int last : new int[] {0, 2, 0x81}) {
      byte[] odd = new byte[11];
      java.util.Arrays.fill(odd, 0, 9, (byte) 0xff);
      odd[9] = (byte) last;
      assertThatThrownBy(() -> new ByteReader("number", odd).zigzag("it"))
          .isInstanceOf(CorruptObjectException.class);
    }
    byte[] nine = new ByteWriter().varint(Long.MAX_VALUE).toBytes();
    assertThat(new ByteReader("number", nine).varint("it")).isEqualTo(Long.MAX_VALUE);
    nine[8] = (byte) 0xff;
    byte[] longer = java.util.Arrays.copyOf(nine, 10);
    longer[9] = 1;
    assertThatThrownBy(() -> new ByteReader("number", longer).varint("it"))
        .isInstanceOf(CorruptObjectException.class);
  }
}
