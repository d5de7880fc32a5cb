package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.KeyDerivationMemoryException;
import io.inft.failure.KeyServiceException;
import io.inft.failure.WrongKeyException;
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

  Slot wrap(SlotRequest request, DataKey key, SecureRandom random) throws InftException {
    byte[] salt = new byte[KeyringFormat.SLOT_SALT_BYTES];
    random.nextBytes(salt);
    ByteWriter fields = new ByteWriter(128).bytes(salt);
    int type;
    SecretKey wrapping;
    if (request instanceof SlotRequest.Password password) {
      KeyDerivation cost = password.derivation();
      fields.u32(cost.memoryKiB()).u8(cost.iterations()).u8(cost.parallelism());
      type = KeyringFormat.PASSWORD_SLOT;
      wrapping = fromPassword((PasswordSecret) password.secret(), cost, salt);
    } else if (request instanceof SlotRequest.KeyService service) {
      byte[] fresh = new byte[KeyringFormat.SERVICE_SECRET_BYTES];
      random.nextBytes(fresh);
      askToWrap((KeyServiceSecret) service.secret(), fresh).write(fields);
      type = KeyringFormat.KEY_SERVICE_SLOT;
      wrapping = fromService(fresh, salt);
    } else {
      type = KeyringFormat.RAW_KEY_SLOT;
      wrapping = fromRawKey((RawKeySecret) ((SlotRequest.RawKey) request).secret(), salt);
    }
    byte[] associated = associated(type, 0, fields.toBytes());
    byte[] plain = key.reveal();
    byte[] wrapped = Aead.seal(wrapping, NONCE, associated, plain, 0, plain.length);
    Arrays.fill(plain, (byte) 0);
    return new Slot(type, 0, Blob.of(fields.bytes(wrapped).toBytes()));
  }

  /** The data key, or nothing if this secret is not the slot's. */
  Optional<DataKey> unwrap(Slot slot, Secret secret) throws InftException {
    byte[] body = slot.body().toBytes();
    int fields = body.length - KeyringFormat.WRAPPED_BYTES;
    byte[] salt = Arrays.copyOf(body, KeyringFormat.SLOT_SALT_BYTES);
    SecretKey wrapping;
    if (secret instanceof PasswordSecret password && slot.isPassword()) {
      wrapping = fromPassword(password, slot.derivation(), salt);
    } else if (secret instanceof RawKeySecret rawKey && slot.isRawKey()) {
      wrapping = fromRawKey(rawKey, salt);
    } else if (secret instanceof KeyServiceSecret service && slot.isKeyService()) {
      Optional<byte[]> unwrapped = askToUnwrap(service, slot.keyService());
      if (unwrapped.isEmpty()) {
        return Optional.empty();
      }
      wrapping = fromService(unwrapped.get(), salt);
    } else {
      return Optional.empty();
    }
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

  private SecretKey fromPassword(PasswordSecret password, KeyDerivation cost, byte[] salt)
      throws KeyDerivationMemoryException {
    byte[] utf8 = password.reveal();
    byte[] derived = cost.derive(utf8, salt);
    Arrays.fill(utf8, (byte) 0);
    return wrappingKey(derived, salt, "inft/v1/slot/password");
  }

  private SecretKey fromRawKey(RawKeySecret rawKey, byte[] salt) {
    return wrappingKey(rawKey.reveal(), salt, "inft/v1/slot/raw-key");
  }

  private SecretKey fromService(byte[] secret, byte[] salt) {
    return wrappingKey(secret, salt, "inft/v1/slot/key-service");
  }

  private KeyServiceFields askToWrap(KeyServiceSecret service, byte[] fresh) throws InftException {
    KeyWrapper wrapper = service.wrapper();
    byte[] wrapped = wrapper.wrap(fresh.clone(), service.key(), boundTo());
    try {
      return new KeyServiceFields(wrapper.scheme(), wrapper.name(service.key()), Blob.of(wrapped));
    } catch (IllegalArgumentException e) {
      throw new KeyServiceException(wrapper.scheme(), "wrap", String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Asks only for a slot of the key's own name: a service may log and charge for every question.
   */
  private Optional<byte[]> askToUnwrap(KeyServiceSecret service, KeyServiceFields fields)
      throws InftException {
    KeyWrapper wrapper = service.wrapper();
    if (!fields.scheme().equals(wrapper.scheme())
        || !fields.name().equals(wrapper.name(service.key()))) {
      return Optional.empty();
    }
    byte[] secret;
    try {
      secret = wrapper.unwrap(fields.wrapped().toBytes(), service.key(), boundTo());
    } catch (WrongKeyException anotherKey) {
      return Optional.empty();
    }
    if (secret.length != KeyringFormat.SERVICE_SECRET_BYTES) {
      throw new KeyServiceException(
          wrapper.scheme(), "unwrap", "it answered with " + secret.length + " bytes, not 32", null);
    }
    return Optional.of(secret);
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
