package io.inft.subjects;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.seal.cipher.Aead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * A sealed value as a blob: {@code "ISV1" || tag16 || key id8 || nonce12 || AES-256-GCM(u8 storage
 * class || value)}. What stands before the nonce, and the database, is associated data. Nobody
 * changes its arrays.
 */
final class SealedValue {
  static final int OVERHEAD_BYTES = 57;
  private static final byte[] MAGIC = "ISV1".getBytes(StandardCharsets.US_ASCII);

  private final byte[] tag;
  private final byte[] id;
  private final byte[] nonce;
  private final byte[] body;

  private SealedValue(byte[] tag, byte[] id, byte[] nonce, byte[] body) {
    this.tag = tag;
    this.id = id;
    this.nonce = nonce;
    this.body = body;
  }

  /** Whether a key is here, and if not, why. */
  enum State {
    /** It can be opened here. */
    READABLE,
    /** Its key was destroyed on this machine. */
    FORGOTTEN,
    /** This machine does not have its key: another one has or had it. */
    NO_KEY,
    /** It is none, or not as it was sealed. */
    DAMAGED
  }

  /** Seals a value of SQLite's, whose storage class is the first byte. */
  static byte[] seal(SubjectKeys keys, String subject, byte[] plain) throws InftException {
    byte[] tag = keys.tag(subject);
    SubjectKeys.Found key = keys.keyOf(tag);
    byte[] nonce = keys.nonce();
    byte[] body =
        Aead.seal(
            key.key(), nonce, associated(tag, key.id(), keys.context()), plain, 0, plain.length);
    return new ByteWriter(OVERHEAD_BYTES + plain.length)
        .bytes(MAGIC)
        .bytes(tag)
        .bytes(key.id())
        .bytes(nonce)
        .bytes(body)
        .toBytes();
  }

  private static byte[] associated(byte[] tag, byte[] id, Digest context) {
    return new ByteWriter(MAGIC.length + tag.length + id.length + Digest.BYTES)
        .bytes(MAGIC)
        .bytes(tag)
        .bytes(id)
        .digest(context)
        .toBytes();
  }

  /** The parts of a blob. */
  static SealedValue parse(byte[] blob) throws CorruptObjectException {
    ByteReader in = new ByteReader("sealed value", blob);
    if (blob.length < OVERHEAD_BYTES || !Arrays.equals(in.bytes("magic", MAGIC.length), MAGIC)) {
      throw new CorruptObjectException(
          "sealed value", 0, "this blob of " + blob.length + " bytes is none");
    }
    return new SealedValue(
        in.bytes("tag", SubjectKeys.TAG_BYTES),
        in.bytes("key id", SubjectKeys.ID_BYTES),
        in.bytes("nonce", Aead.NONCE_BYTES),
        in.bytes("body", in.remaining()));
  }

  /** What was sealed; empty if there is no key for it here. */
  Optional<byte[]> open(SubjectKeys keys) throws InftException {
    Optional<SubjectKeys.Found> key = keys.find(tag);
    if (key.isEmpty() || !Arrays.equals(key.get().id(), id)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Aead.open(key.get().key(), nonce, associated(tag, id, keys.context()), body));
    } catch (AEADBadTagException e) {
      throw new CorruptObjectException(
          "sealed value", 0, "it is not as it was sealed, or of another database", e);
    }
  }

  State state(SubjectKeys keys) throws InftException {
    try {
      if (open(keys).isPresent()) {
        return State.READABLE;
      }
    } catch (CorruptObjectException e) {
      return State.DAMAGED;
    }
    return keys.isForgotten(tag, id) ? State.FORGOTTEN : State.NO_KEY;
  }
}
