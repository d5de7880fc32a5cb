package io.inft.commit;

import io.inft.bytes.ByteReader;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;

/** The format byte that every plaintext of this room begins with; its seal says what it is. */
final class Formats {
  private Formats() {}

  static void read(ByteReader reader, String what, int known)
      throws CorruptObjectException, FormatTooNewException {
    int format = reader.u8("format");
    if (format > known) {
      throw new FormatTooNewException(what, format, known);
    }
    if (format < known) {
      throw reader.corrupt("format " + format + " never existed");
    }
  }
}
