package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.SubstitutedObjectException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What stands in a keyring before its MAC, and its one encoding.
 *
 * @param check tells the data key from others, see {@link KeyringProof}
 * @param backLink the key of the epoch before, wrapped; empty if it is not linked to
 */
record KeyringFields(
    Digest context, int epoch, long createdVersion, Blob check, Blob backLink, List<Slot> slots) {
  static final String WHAT = "keyring";

  KeyringFields {
    slots = List.copyOf(slots);
  }

  KeyringFields withSlots(List<Slot> changed) {
    return new KeyringFields(context, epoch, createdVersion, check, backLink, changed);
  }

  long costlySlots() {
    return slots.stream().filter(slot -> slot.kind().isCostly()).count();
  }

  byte[] toBytes() {
    ByteWriter writer =
        new ByteWriter(256)
            .bytes(KeyringFormat.MAGIC.toBytes())
            .u8(KeyringFormat.FORMAT)
            .digest(context)
            .u32(epoch)
            .u64(createdVersion)
            .bytes(check.toBytes())
            .u8(backLink.sizeBytes())
            .bytes(backLink.toBytes())
            .u8(slots.size());
    slots.forEach(slot -> slot.write(writer));
    return writer.toBytes();
  }

  /** Reads all fields; the reader then stands at the MAC. */
  static KeyringFields read(ByteReader reader, byte[] bytes, Digest expectedContext)
      throws InftException {
    readPreamble(reader, bytes);
    Digest context = reader.digest("context");
    if (!context.equals(expectedContext)) {
      throw new SubstitutedObjectException(
          "the keyring", "one for context " + expectedContext, "one for context " + context);
    }
    int epoch = reader.u32("epoch", KeyringFormat.MAX_EPOCH);
    long createdVersion = reader.u64("created version");
    if (epoch < 1 || createdVersion < 1) {
      throw reader.corrupt(
          "epoch " + epoch + " of version " + createdVersion + ": both begin at 1");
    }
    Blob check = Blob.of(reader.bytes("check", KeyringFormat.CHECK_BYTES));
    int linkBytes = reader.u8("back-link length");
    if (linkBytes != 0 && (linkBytes != KeyringFormat.BACK_LINK_BYTES || epoch == 1)) {
      throw reader.corrupt("a back-link of " + linkBytes + " bytes in epoch " + epoch);
    }
    Blob backLink = Blob.of(reader.bytes("back-link", linkBytes));
    return new KeyringFields(context, epoch, createdVersion, check, backLink, readSlots(reader));
  }

  private static void readPreamble(ByteReader reader, byte[] bytes) throws InftException {
    byte[] magic = KeyringFormat.MAGIC.toBytes();
    int comparable = Math.min(magic.length, bytes.length);
    if (!Arrays.equals(bytes, 0, comparable, magic, 0, comparable)) {
      throw new NotOurObjectException(
          "a keyring", "0x" + HexFormat.of().formatHex(bytes, 0, comparable));
    }
    reader.bytes("magic", magic.length);
    int format = reader.u8("format");
    if (format > KeyringFormat.FORMAT) {
      throw new FormatTooNewException("the keyring", format, KeyringFormat.FORMAT);
    }
    if (format < KeyringFormat.FORMAT) {
      throw reader.corrupt("format " + format + " never existed");
    }
  }

  private static List<Slot> readSlots(ByteReader reader) throws CorruptObjectException {
    int count = reader.u8("slot count");
    if (count < 1 || count > KeyringFormat.MAX_SLOTS) {
      throw reader.corrupt(count + " slots, 1 to " + KeyringFormat.MAX_SLOTS + " allowed");
    }
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slots.add(Slot.read(reader));
    }
    if (slots.stream().filter(slot -> slot.kind().isCostly()).count()
        > KeyringFormat.MAX_PASSWORD_SLOTS) {
      throw reader.corrupt("more than " + KeyringFormat.MAX_PASSWORD_SLOTS + " password slots");
    }
    return slots;
  }
}
