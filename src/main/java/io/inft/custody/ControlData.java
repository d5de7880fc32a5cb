package io.inft.custody;

import io.inft.bytes.Address;
import io.inft.bytes.ByteReader;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.registry.Control;

/** The arguments of a control operation: words of 32 bytes, as Solidity encodes them. */
final class ControlData {
  private static final int WORD = 32;

  private final ByteReader words;

  ControlData(Control control) {
    words =
        new ByteReader("data of control operation " + control.sequence(), control.data().toBytes());
  }

  Address address() throws CorruptObjectException {
    zeros(WORD - Address.BYTES);
    return words.address("address");
  }

  /** A number of at most 63 bits. */
  long number() throws CorruptObjectException {
    zeros(WORD - 8);
    return words.u64("number");
  }

  Digest digest() throws CorruptObjectException {
    return words.digest("hash");
  }

  void end() throws CorruptObjectException {
    words.end();
  }

  private void zeros(int count) throws CorruptObjectException {
    for (byte padding : words.bytes("padding", count)) {
      if (padding != 0) {
        throw words.corrupt("a value does not fit its field");
      }
    }
  }
}
