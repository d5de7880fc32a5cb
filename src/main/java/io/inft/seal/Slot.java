package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;

/**
 * One slot as it stands in a keyring. A type that is not known, or a known one with flags that are
 * not, is kept as it is and opened by nobody here.
 *
 * @param type which kind
 * @param flags zero in every slot this release makes
 * @param body what the kind needs, the wrapped data key at its end
 */
record Slot(int type, int flags, Blob body) {
  private static final int ID_DIGITS = 8;

  SlotKind kind() {
    return SlotKind.of(type, flags);
  }

  /** Whether it is worth asking this secret to open it. */
  boolean isFor(Secret secret) {
    return kind().suits(secret, body);
  }

  /** What one try of it takes, in KiB hashed. */
  long cost() {
    return kind().cost(body);
  }

  static Slot read(ByteReader reader) throws CorruptObjectException {
    int type = reader.u8("slot type");
    int flags = reader.u8("slot flags");
    Blob body = Blob.of(reader.bytes16("slot", KeyringFormat.MAX_BYTES));
    if (type == 0) {
      throw reader.corrupt("slot type 0 does not exist");
    }
    Slot slot = new Slot(type, flags, body);
    slot.kind().check(body, reader);
    return slot;
  }

  void write(ByteWriter writer) {
    writer.u8(type).u8(flags).bytes16(body.toBytes());
  }

  SlotInfo info(int index) {
    return new SlotInfo(
        index, id(), kind().word(), kind().describe(body), kind().again(body).isPresent());
  }

  /** Tells slots of one keyring apart, and finds one again in the next keyring. */
  String id() {
    ByteWriter writer = new ByteWriter();
    write(writer);
    return Digest.sha256(writer.toBytes()).hex().substring(0, ID_DIGITS);
  }
}
