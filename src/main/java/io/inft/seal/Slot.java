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

  boolean isPassword() {
    return type == KeyringFormat.PASSWORD_SLOT && flags == 0;
  }

  boolean isRawKey() {
    return type == KeyringFormat.RAW_KEY_SLOT && flags == 0;
  }

  boolean isKeyService() {
    return type == KeyringFormat.KEY_SERVICE_SLOT && flags == 0;
  }

  boolean isOpenable() {
    return isPassword() || isRawKey() || isKeyService();
  }

  /** Whether it is worth asking this secret to open it. */
  boolean isFor(Secret secret) {
    if (secret instanceof KeyServiceSecret service) {
      return isKeyService() && keyService().scheme().equals(service.wrapper().scheme());
    }
    return secret instanceof PasswordSecret ? isPassword() : isRawKey();
  }

  static Slot read(ByteReader reader) throws CorruptObjectException {
    int type = reader.u8("slot type");
    int flags = reader.u8("slot flags");
    Blob body = Blob.of(reader.bytes16("slot", KeyringFormat.MAX_BYTES));
    Slot slot = new Slot(type, flags, body);
    if (type == 0) {
      throw reader.corrupt("slot type 0 does not exist");
    }
    if (slot.isPassword()) {
      requireLength(reader, slot, KeyringFormat.PASSWORD_BODY_BYTES);
      slot.checkDerivation(reader);
    } else if (slot.isRawKey()) {
      requireLength(reader, slot, KeyringFormat.RAW_KEY_BODY_BYTES);
    } else if (slot.isKeyService()) {
      slot.checkKeyService(reader);
    }
    return slot;
  }

  private static void requireLength(ByteReader reader, Slot slot, int expected)
      throws CorruptObjectException {
    if (slot.body.sizeBytes() != expected) {
      throw reader.corrupt(
          "a "
              + slot.typeName()
              + " slot has "
              + slot.body.sizeBytes()
              + " bytes, not "
              + expected);
    }
  }

  /** Hostile costs are refused here, before anything is derived or allocated. */
  private void checkDerivation(ByteReader reader) throws CorruptObjectException {
    ByteReader body = behindSalt();
    long memoryKiB = body.u32("memory");
    int iterations = body.u8("iterations");
    int parallelism = body.u8("parallelism");
    if (!KeyDerivation.readable(memoryKiB, iterations, parallelism)) {
      throw reader.corrupt(
          "a password slot asks for m="
              + memoryKiB
              + " KiB, t="
              + iterations
              + ", p="
              + parallelism
              + ", which is out of bounds");
    }
  }

  private void checkKeyService(ByteReader reader) throws CorruptObjectException {
    if (body.sizeBytes() < KeyringFormat.MIN_KEY_SERVICE_BODY_BYTES) {
      throw reader.corrupt("a key service slot of " + body.sizeBytes() + " bytes");
    }
    ByteReader between = behindSalt();
    KeyServiceFields.read(between);
    if (between.remaining() != KeyringFormat.WRAPPED_BYTES) {
      throw reader.corrupt("a key service slot with bytes missing or left over");
    }
  }

  /** The fields of a key service's slot, which {@link #read} has checked. */
  KeyServiceFields keyService() {
    try {
      return KeyServiceFields.read(behindSalt());
    } catch (CorruptObjectException e) {
      throw new IllegalStateException("checked when it was read", e);
    }
  }

  /** A reader behind the salt. */
  private ByteReader behindSalt() {
    int salt = KeyringFormat.SLOT_SALT_BYTES;
    return new ByteReader(
        "keyring, " + typeName() + " slot", body.toBytes(), salt, body.sizeBytes() - salt);
  }

  /** The cost of a password slot, which {@link #read} has checked. */
  KeyDerivation derivation() {
    try {
      ByteReader body = behindSalt();
      return new KeyDerivation(
          body.u32("memory", KeyDerivation.MAX_MEMORY_KIB),
          body.u8("iterations"),
          body.u8("parallelism"));
    } catch (CorruptObjectException e) {
      throw new IllegalStateException("checked when it was read", e);
    }
  }

  void write(ByteWriter writer) {
    writer.u8(type).u8(flags).bytes16(body.toBytes());
  }

  String typeName() {
    if (isPassword()) {
      return "password";
    }
    if (isRawKey()) {
      return "raw key";
    }
    if (isKeyService()) {
      return "key service";
    }
    return flags == 0 ? "type " + type : "type " + type + " with flags " + flags;
  }

  SlotInfo info(int index) {
    return new SlotInfo(index, id(), typeName(), detail());
  }

  private String detail() {
    if (isPassword()) {
      return derivation().toString();
    }
    return isKeyService() ? keyService().describe() : "";
  }

  /** Tells slots of one keyring apart, and finds one again in the next keyring. */
  String id() {
    ByteWriter writer = new ByteWriter();
    write(writer);
    return Digest.sha256(writer.toBytes()).hex().substring(0, ID_DIGITS);
  }
}
