package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.seal.cipher.Aead;
import io.inft.seal.cipher.Hkdf;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/**
 * Wraps a data key into slots and out of them, for one database and epoch. The salt of a slot is
 * drawn when it is made and its wrapping key is used once, so the nonce can be zero. Immutable.
 *
 * @param context digest of chain, registry and id
 * @param epoch the epoch of the data key
 */
record SlotWrapping(Digest context, int epoch) {
  private static final byte[] NONCE = new byte[Aead.NONCE_BYTES];

  /** Makes a slot of the kind that suits the request's secret. */
  Slot wrap(SlotRequest request, DataKey key, SecureRandom random) throws InftException {
    SlotKind kind = request.kind();
    byte[] salt = new byte[KeyringFormat.SLOT_SALT_BYTES];
    random.nextBytes(salt);
    ByteWriter fields = new ByteWriter(128).bytes(salt);
    byte[] secret = kind.wrap(request, salt, boundTo(), fields, random);
    SecretKey wrapping = wrappingKey(secret, salt, kind.purpose());
    byte[] associated = associated(kind.code(), 0, fields.toBytes());
    byte[] plain = key.reveal();
    byte[] wrapped = Aead.seal(wrapping, NONCE, associated, plain, 0, plain.length);
    Arrays.fill(plain, (byte) 0);
    return new Slot(kind.code(), 0, Blob.of(fields.bytes(wrapped).toBytes()));
  }

  /** The data key, or nothing if this secret is not the slot's. */
  Optional<DataKey> unwrap(Slot slot, Secret secret) throws InftException {
    if (!slot.isFor(secret)) {
      return Optional.empty();
    }
    byte[] body = slot.body().toBytes();
    int fields = body.length - KeyringFormat.WRAPPED_BYTES;
    byte[] salt = Arrays.copyOf(body, KeyringFormat.SLOT_SALT_BYTES);
    Optional<byte[]> unwrapped = slot.kind().unwrap(secret, slot.body(), salt, boundTo());
    if (unwrapped.isEmpty()) {
      return Optional.empty();
    }
    SecretKey wrapping = wrappingKey(unwrapped.get(), salt, slot.kind().purpose());
    byte[] associated = associated(slot.type(), slot.flags(), Arrays.copyOf(body, fields));
    try {
      byte[] plain =
          Aead.open(wrapping, NONCE, associated, Arrays.copyOfRange(body, fields, body.length));
      DataKey key = DataKey.of(plain);
      Arrays.fill(plain, (byte) 0);
      return Optional.of(key);
    } catch (AEADBadTagException anotherSecret) {
      return Optional.empty();
    }
  }

  private SecretKey wrappingKey(byte[] secret, byte[] salt, String purpose) {
    byte[] bytes = Hkdf.derive(secret, salt, Hkdf.info(purpose, boundTo()), Aead.KEY_BYTES);
    Arrays.fill(secret, (byte) 0);
    SecretKey key = Aead.key(bytes);
    Arrays.fill(bytes, (byte) 0);
    return key;
  }

  /** What the wrapped key is bound to: the slot before it, the database and the epoch. */
  private byte[] associated(int type, int flags, byte[] fields) {
    return new ByteWriter(128)
        .u8(type)
        .u8(flags)
        .u16(fields.length + KeyringFormat.WRAPPED_BYTES)
        .bytes(fields)
        .bytes(boundTo())
        .toBytes();
  }

  byte[] boundTo() {
    return new ByteWriter(36).digest(context).u32(epoch).toBytes();
  }
}
