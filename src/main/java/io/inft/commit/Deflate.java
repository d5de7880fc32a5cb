package io.inft.commit;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Raw deflate (RFC 1951) whose result has a length known beforehand. */
final class Deflate {
  private Deflate() {}

  static byte[] deflate(byte[] plain) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    try {
      deflater.setInput(plain);
      deflater.finish();
      ByteArrayOutputStream result = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      while (!deflater.finished()) {
        result.write(buffer, 0, deflater.deflate(buffer));
      }
      return result.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /**
   * Inflates to exactly {@code plainLength} bytes, or to nothing: never to more, however the input
   * was made, and not if input is left over. Memory grows with what really comes out.
   */
  static Optional<byte[]> inflate(byte[] deflated, int plainLength) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(deflated);
      ByteArrayOutputStream result = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      while (!inflater.finished() && result.size() <= plainLength) {
        int count = inflater.inflate(buffer);
        if (count == 0 && !inflater.finished()) {
          return Optional.empty();
        }
        result.write(buffer, 0, count);
      }
      boolean exact =
          inflater.finished() && inflater.getRemaining() == 0 && result.size() == plainLength;
      return exact ? Optional.of(result.toByteArray()) : Optional.empty();
    } catch (DataFormatException e) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }
}
