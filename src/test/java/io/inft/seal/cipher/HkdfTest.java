package io.inft.seal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HkdfTest {
  private static byte[] hex(String text) {
    return text == null ? new byte[0] : HexFormat.of().parseHex(text);
  }

  /** RFC 5869, appendices A.1 and A.3. */
  @ParameterizedTest
  @CsvSource({
    "000102030405060708090a0b0c, f0f1f2f3f4f5f6f7f8f9, "
        + "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ", , 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
  })
  void derivesWhatTheRfcSays(String salt, String info, String expected) {
    byte[] key = hex("0b".repeat(22));

    assertThat(Hkdf.derive(key, hex(salt), hex(info), 42)).isEqualTo(hex(expected));
  }

  @Test
  void thePurposeIsSetApartFromWhatItIsBoundTo() {
    assertThat(Hkdf.info("ab", new byte[] {1}, new byte[] {2, 3}))
        .isEqualTo(new byte[] {'a', 'b', 0, 1, 2, 3});
    assertThat(Hkdf.info("a", "b".getBytes(StandardCharsets.US_ASCII)))
        .isNotEqualTo(Hkdf.info("ab"));
  }
}
