package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * One kind of slot: what stands in its body, which secrets open it, and how. A kind is one file,
 * which has its secret too, and one line of {@link Known}; what all kinds share (salt, wrapping
 * key, encryption) is {@link SlotWrapping}. Kinds have no state and are safe for many threads.
 */
abstract class SlotKind {
  /** The kinds that this release makes and opens. */
  private static final class Known {
    static final List<SlotKind> ALL =
        List.of(
            PasswordSlot.KIND, //
            RawKeySlot.KIND,
            WalletSlot.KIND,
            KeyServiceSlot.KIND,
            Pbkdf2Slot.KIND);
  }

  /** The kind of a slot: one that is not known here, or has flags, is carried along unopened. */
  static SlotKind of(int code, int flags) {
    for (SlotKind kind : Known.ALL) {
      if (kind.code() == code && flags == 0) {
        return kind;
      }
    }
    return new Unknown(code, flags);
  }

  /** Its type in the format, from 1. */
  abstract int code();

  /** What it is called where slots are listed. */
  abstract String word();

  /** Whether this release can open it. */
  boolean isKnown() {
    return true;
  }

  /** Whether one try takes seconds, so that a keyring may have only a few of them. */
  boolean isCostly() {
    return false;
  }

  /** What one try of a checked body takes, in KiB hashed; nothing worth counting for most kinds. */
  long cost(Blob body) {
    return 0;
  }

  /**
   * Checks a body that was read, before anything is derived or allocated.
   *
   * @param whole the keyring's reader, which words what is wrong
   */
  abstract void check(Blob body, ByteReader whole) throws CorruptObjectException;

  /** What anybody can see of a checked body: a cost, a name; or empty. */
  String describe(Blob body) {
    return "";
  }

  /** Whether it is worth asking this secret to open a checked body. */
  boolean suits(Secret secret, Blob body) {
    return secret.kind() == this;
  }

  /**
   * Stands for whoever opens a checked body, where a slot for the same one can be made from what
   * everybody sees of it; empty for most kinds, whose secrets must be given again.
   */
  Optional<Secret> again(Blob body) {
    return Optional.empty();
  }

  /** What wrapping keys of this kind are derived for; no two kinds have the same. */
  abstract String purpose();

  /**
   * Makes the fields that stand between the salt and the wrapped data key.
   *
   * @param request of a secret of this kind
   * @param fields takes them
   * @param boundTo 36 bytes that stand for database and epoch
   * @return 32 bytes that the wrapping key is made from; the caller clears them
   */
  abstract byte[] wrap(
      SlotRequest request, byte[] salt, byte[] boundTo, ByteWriter fields, SecureRandom random)
      throws InftException;

  /**
   * The 32 bytes that {@link #wrap} gave, by a secret that {@link #suits}; empty if it is certain
   * that another one is meant. The caller clears them.
   */
  abstract Optional<byte[]> unwrap(Secret secret, Blob body, byte[] salt, byte[] boundTo)
      throws InftException;

  /** A reader of what stands between a body's salt and its end. */
  final ByteReader behindSalt(Blob body) {
    int salt = KeyringFormat.SLOT_SALT_BYTES;
    return new ByteReader(
        "keyring, " + word() + " slot", body.toBytes(), salt, body.sizeBytes() - salt);
  }

  final void requireLength(Blob body, int expected, ByteReader whole)
      throws CorruptObjectException {
    if (body.sizeBytes() != expected) {
      throw whole.corrupt(
          "a " + word() + " slot has " + body.sizeBytes() + " bytes, not " + expected);
    }
  }

  /** A kind, or a use of one, that a later release made. */
  private static final class Unknown extends SlotKind {
    private final int code;
    private final int flags;

    private Unknown(int code, int flags) {
      this.code = code;
      this.flags = flags;
    }

    @Override
    int code() {
      return code;
    }

    @Override
    String word() {
      return flags == 0 ? "type " + code : "type " + code + " with flags " + flags;
    }

    @Override
    boolean isKnown() {
      return false;
    }

    @Override
    void check(Blob body, ByteReader whole) {
      // Nothing is known of it, so nothing of it is wrong.
    }

    @Override
    boolean suits(Secret secret, Blob body) {
      return false;
    }

    @Override
    String purpose() {
      throw new IllegalStateException("a slot of " + word() + " is never opened");
    }

    @Override
    byte[] wrap(
        SlotRequest request, byte[] salt, byte[] boundTo, ByteWriter fields, SecureRandom random) {
      throw new IllegalStateException("a slot of " + word() + " is never made");
    }

    @Override
    Optional<byte[]> unwrap(Secret secret, Blob body, byte[] salt, byte[] boundTo) {
      return Optional.empty();
    }
  }
}
