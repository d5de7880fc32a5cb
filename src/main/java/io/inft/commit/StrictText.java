package io.inft.commit;

import io.inft.bytes.ByteReader;
import io.inft.failure.CorruptObjectException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** UTF-8 without replacement characters, so that text and bytes have one form each. */
final class StrictText {
  private StrictText() {}

  static byte[] encode(String field, String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(field + " has half of a surrogate pair", e);
    }
  }

  static String decode(ByteReader reader, String field, byte[] bytes)
      throws CorruptObjectException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw reader.corrupt(field + " is not UTF-8");
    }
  }
}
