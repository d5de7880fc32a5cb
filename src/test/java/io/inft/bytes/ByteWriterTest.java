package io.inft.bytes;

import static org.assertj.core.api.Assertions.assertThat;

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
}
