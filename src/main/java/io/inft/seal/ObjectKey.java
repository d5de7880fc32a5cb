package io.inft.seal;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.seal.cipher.Aead;
import io.inft.seal.cipher.Hkdf;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/**
 * What encrypts one sealed object: key and nonce prefix, derived from data key, salt and label, and
 * with them the commitment and the hints that its header shows. Immutable, safe for many threads.
 */
final class ObjectKey {
  private static final int NONCE_PREFIX_BYTES = 7;

  private final SecretKey key;
  private final byte[] noncePrefix;
  private final byte[] header;

  private ObjectKey(SecretKey key, byte[] noncePrefix, byte[] header) {
    this.key = key;
    this.noncePrefix = noncePrefix;
    this.header = header;
  }

  static ObjectKey derive(DataKey dataKey, ObjectLabel label, int format, byte[] salt) {
    byte[] secret = dataKey.reveal();
    byte[] kind =
        new ByteWriter(8)
            .bytes(SealFormat.MAGIC.toBytes())
            .u8(format)
            .u8(SealFormat.SUITE)
            .toBytes();
    byte[] derived =
        Hkdf.derive(
            secret,
            salt,
            Hkdf.info("inft/v1/sealed-object", kind, label.toBytes()),
            Aead.KEY_BYTES + NONCE_PREFIX_BYTES + SealFormat.COMMITMENT_BYTES);
    byte[] keyHint =
        Hkdf.derive(secret, Hkdf.NO_SALT, Hkdf.info("inft/v1/key-hint"), SealFormat.HINT_BYTES);
    Arrays.fill(secret, (byte) 0);
    byte[] labelHint = Digest.sha256(Hkdf.info("inft/v1/label-hint", label.toBytes())).toBytes();
    byte[] header =
        new ByteWriter(SealFormat.HEADER_BYTES)
            .bytes(kind)
            .bytes(keyHint)
            .bytes(labelHint, 0, SealFormat.HINT_BYTES)
            .bytes(salt)
            .bytes(derived, Aead.KEY_BYTES + NONCE_PREFIX_BYTES, SealFormat.COMMITMENT_BYTES)
            .toBytes();
    ObjectKey result =
        new ObjectKey(
            Aead.key(Arrays.copyOf(derived, Aead.KEY_BYTES)),
            Arrays.copyOfRange(derived, Aead.KEY_BYTES, Aead.KEY_BYTES + NONCE_PREFIX_BYTES),
            header);
    Arrays.fill(derived, (byte) 0);
    return result;
  }

  /** Whether the plaintext ends in padding and the padding's length. */
  boolean isPadded() {
    return header[SealFormat.FORMAT_OFFSET] == SealFormat.PADDED;
  }

  /** The header that an object under this key begins with. */
  byte[] header() {
    return header.clone();
  }

  byte[] seal(long chunk, boolean last, byte[] plain, int offset, int length) {
    return Aead.seal(key, nonce(chunk, last), header, plain, offset, length);
  }

  byte[] open(long chunk, boolean last, byte[] sealed) throws AEADBadTagException {
    return Aead.open(key, nonce(chunk, last), header, sealed);
  }

  /** The plaintext takes the place of the ciphertext, which begins the array. */
  void openInPlace(long chunk, boolean last, byte[] bytes, int length) throws AEADBadTagException {
    Aead.openInPlace(key, nonce(chunk, last), header, bytes, length);
  }

  /** Decrypts a part of a chunk, from {@code offset} of it on, and verifies nothing. */
  void openPart(
      long chunk,
      boolean last,
      int offset,
      byte[] sealed,
      int from,
      int length,
      byte[] target,
      int at) {
    Aead.openPart(key, nonce(chunk, last), offset, sealed, from, length, target, at);
  }

  private byte[] nonce(long chunk, boolean last) {
    return new ByteWriter(Aead.NONCE_BYTES)
        .bytes(noncePrefix)
        .u32(chunk)
        .u8(last ? 1 : 0)
        .toBytes();
  }
}
