package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteReader;
import io.inft.failure.CorruptObjectException;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictTextTest {
  private static String decoded(byte[] bytes) throws CorruptObjectException {
    return StrictText.decode(new ByteReader("text", bytes), "field", bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "é", "\u0000", "\uFEFFmark", "𝄞 clef"})
  void textComesBackAsItWas(String text) throws Exception {
    assertThat(decoded(StrictText.encode("field", text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {0xD800, 0xDC00, 0xDFFF})
  void halfOfASurrogatePairIsRefused(int half) {
    assertThatThrownBy(() -> StrictText.encode("field", "a" + (char) half))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("field");
  }

  /** Cut off, overlong, a surrogate, beyond Unicode, a lone continuation. */
  @ParameterizedTest
  @ValueSource(strings = {"c3", "c0af", "eda080", "f4908080", "80", "ff"})
  void bytesThatAreNotUtf8AreCorrupt(String hex) {
    assertThatThrownBy(() -> decoded(HexFormat.of().parseHex(hex)))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("field is not UTF-8");
  }
}
