package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.KeyServiceException;
import io.inft.failure.WrongKeyException;
import io.inft.seal.cipher.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * A slot that a key opens which a keystore, an HSM or a key service keeps. The service wraps a
 * fresh secret of the slot, never the data key.
 */
final class KeyServiceSlot extends SlotKind {
  static final SlotKind KIND = new KeyServiceSlot();

  static final int CODE = 4;

  /** What the key service wraps. */
  static final int SECRET_BYTES = 32;

  private static final int FIXED_BYTES =
      KeyringFormat.SLOT_SALT_BYTES + 1 + 1 + 2 + KeyringFormat.WRAPPED_BYTES;

  /** With a scheme of one letter, no name and one wrapped byte. */
  static final int MIN_BODY_BYTES = FIXED_BYTES + 1 + 1;

  static final int MAX_BODY_BYTES =
      FIXED_BYTES
          + KeyWrapper.MAX_SCHEME_BYTES
          + KeyWrapper.MAX_NAME_BYTES
          + KeyWrapper.MAX_WRAPPED_BYTES;

  private KeyServiceSlot() {}

  @Override
  int code() {
    return CODE;
  }

  @Override
  String word() {
    return "key service";
  }

  @Override
  String purpose() {
    return "inft/v1/slot/key-service";
  }

  @Override
  void check(Blob body, ByteReader whole) throws CorruptObjectException {
    if (body.sizeBytes() < MIN_BODY_BYTES) {
      throw whole.corrupt("a key service slot of " + body.sizeBytes() + " bytes");
    }
    ByteReader between = behindSalt(body);
    Fields.read(between);
    if (between.remaining() != KeyringFormat.WRAPPED_BYTES) {
      throw whole.corrupt("a key service slot with bytes missing or left over");
    }
  }

  private Fields fields(Blob body) {
    try {
      return Fields.read(behindSalt(body));
    } catch (CorruptObjectException e) {
      throw new IllegalStateException("checked when it was read", e);
    }
  }

  @Override
  String describe(Blob body) {
    Fields fields = fields(body);
    return fields.scheme() + ": " + fields.name();
  }

  @Override
  boolean suits(Secret secret, Blob body) {
    return secret instanceof KeyServiceSecret service
        && fields(body).scheme().equals(service.wrapper().scheme());
  }

  @Override
  byte[] wrap(
      SlotRequest request, byte[] salt, byte[] boundTo, ByteWriter fields, SecureRandom random)
      throws InftException {
    KeyServiceSecret service = (KeyServiceSecret) request.secret();
    KeyWrapper wrapper = service.wrapper();
    byte[] fresh = new byte[SECRET_BYTES];
    random.nextBytes(fresh);
    byte[] wrapped = wrapper.wrap(fresh.clone(), service.key(), boundTo);
    try {
      new Fields(wrapper.scheme(), wrapper.name(service.key()), Blob.of(wrapped)).write(fields);
    } catch (IllegalArgumentException e) {
      throw new KeyServiceException(wrapper.scheme(), "wrap", String.valueOf(e.getMessage()), e);
    }
    return fresh;
  }

  /**
   * Asks only for a slot of the key's own name: a service may log and charge for every question.
   */
  @Override
  Optional<byte[]> unwrap(Secret secret, Blob body, byte[] salt, byte[] boundTo)
      throws InftException {
    KeyServiceSecret service = (KeyServiceSecret) secret;
    KeyWrapper wrapper = service.wrapper();
    Fields fields = fields(body);
    if (!fields.scheme().equals(wrapper.scheme())
        || !fields.name().equals(wrapper.name(service.key()))) {
      return Optional.empty();
    }
    byte[] unwrapped;
    try {
      unwrapped = wrapper.unwrap(fields.wrapped().toBytes(), service.key(), boundTo);
    } catch (WrongKeyException anotherKey) {
      return Optional.empty();
    }
    if (unwrapped.length != SECRET_BYTES) {
      throw new KeyServiceException(
          wrapper.scheme(),
          "unwrap",
          "it answered with " + unwrapped.length + " bytes, not 32",
          null);
    }
    return Optional.of(unwrapped);
  }

  /**
   * What stands in the body of a key service's slot between the salt and the wrapped data key.
   *
   * @param scheme which kind of service
   * @param name which key, as the service calls it in public
   * @param wrapped the slot's secret, wrapped by the service
   */
  record Fields(String scheme, String name, Blob wrapped) {
    Fields {
      require(scheme.matches("[a-z0-9-]{1," + KeyWrapper.MAX_SCHEME_BYTES + "}"), "a scheme");
      int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
      require(nameBytes <= KeyWrapper.MAX_NAME_BYTES, "a name of " + nameBytes + " bytes");
      require(name.chars().noneMatch(Character::isISOControl), "a name with control characters");
      int bytes = wrapped.sizeBytes();
      require(bytes >= 1 && bytes <= KeyWrapper.MAX_WRAPPED_BYTES, bytes + " wrapped bytes");
    }

    private static void require(boolean holds, String found) {
      if (!holds) {
        throw new IllegalArgumentException("not allowed in a key service's slot: " + found);
      }
    }

    void write(ByteWriter to) {
      byte[] schemeBytes = scheme.getBytes(StandardCharsets.US_ASCII);
      byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
      to.u8(schemeBytes.length).bytes(schemeBytes).u8(nameBytes.length).bytes(nameBytes);
      to.bytes16(wrapped.toBytes());
    }

    static Fields read(ByteReader reader) throws CorruptObjectException {
      byte[] scheme = reader.bytes("scheme", reader.u8("scheme length"));
      byte[] name = reader.bytes("name", reader.u8("name length"));
      Blob wrapped = Blob.of(reader.bytes16("wrapped secret", KeyWrapper.MAX_WRAPPED_BYTES));
      try {
        return new Fields(
            new String(scheme, StandardCharsets.US_ASCII),
            new String(name, StandardCharsets.UTF_8),
            wrapped);
      } catch (IllegalArgumentException e) {
        throw reader.corrupt(String.valueOf(e.getMessage()));
      }
    }
  }

  /** The use of a key that somebody else keeps. */
  static final class KeyServiceSecret extends Secret {
    private final KeyWrapper wrapper;
    private final KeyWrapper.Key key;

    KeyServiceSecret(KeyWrapper wrapper, KeyWrapper.Key key) {
      String scheme = wrapper.scheme();
      if (scheme.length() > KeyWrapper.MAX_SCHEME_BYTES || !scheme.matches("[a-z0-9-]+")) {
        throw new IllegalArgumentException("no scheme of a key service: '" + scheme + "'");
      }
      this.wrapper = wrapper;
      this.key = key;
    }

    KeyWrapper wrapper() {
      return wrapper;
    }

    KeyWrapper.Key key() {
      return key;
    }

    @Override
    SlotKind kind() {
      return KIND;
    }

    @Override
    public String describe() {
      return "key service " + wrapper.scheme();
    }

    @Override
    public Digest fingerprint(byte[] salt) {
      byte[] all =
          new ByteWriter()
              .bytes16(text(wrapper.scheme()))
              .bytes16(text(key.reference()))
              .bytes16(text(key.password().orElse("")))
              .toBytes();
      return Digest.of(Hkdf.derive(all, salt, Hkdf.info("inft/v1/fingerprint/key-service"), 32));
    }

    private static byte[] text(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return "Secret[" + describe() + "]";
    }
  }
}
