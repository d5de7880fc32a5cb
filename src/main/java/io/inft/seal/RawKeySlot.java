package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.SettingException;
import io.inft.seal.cipher.Hkdf;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** A slot that a key of 32 random bytes opens. */
final class RawKeySlot extends SlotKind {
  static final SlotKind KIND = new RawKeySlot();

  static final int CODE = 2;
  static final int BODY_BYTES = KeyringFormat.SLOT_SALT_BYTES + KeyringFormat.WRAPPED_BYTES;

  private RawKeySlot() {}

  @Override
  int code() {
    return CODE;
  }

  @Override
  String word() {
    return "raw key";
  }

  @Override
  String purpose() {
    return "inft/v1/slot/raw-key";
  }

  @Override
  void check(Blob body, ByteReader whole) throws CorruptObjectException {
    requireLength(body, BODY_BYTES, whole);
  }

  @Override
  byte[] wrap(
      SlotRequest request, byte[] salt, byte[] boundTo, ByteWriter fields, SecureRandom random) {
    return ((RawKeySecret) request.secret()).reveal();
  }

  @Override
  Optional<byte[]> unwrap(Secret secret, Blob body, byte[] salt, byte[] boundTo) {
    return Optional.of(((RawKeySecret) secret).reveal());
  }

  /** Thirty-two bytes of full strength, from a key file or a secret service. */
  static final class RawKeySecret extends Secret {
    static final int BYTES = 32;

    private final byte[] key;

    private RawKeySecret(byte[] key) {
      this.key = key;
    }

    static RawKeySecret of(byte[] key) {
      if (key.length != BYTES) {
        throw new IllegalArgumentException("a raw key has 32 bytes, not " + key.length);
      }
      return new RawKeySecret(key.clone());
    }

    static RawKeySecret parse(String hexOrBase64) throws SettingException {
      byte[] key = decode(hexOrBase64.strip());
      if (key.length != BYTES) {
        throw new SettingException(
            "encryptionKey", "a key is 32 bytes, written as 64 hex digits or in base64");
      }
      return new RawKeySecret(key);
    }

    /** The bytes, or none if the text is in neither spelling. */
    private static byte[] decode(String text) {
      String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
      if (digits.length() == 2 * BYTES && digits.chars().allMatch(HexFormat::isHexDigit)) {
        return HexFormat.of().parseHex(digits);
      }
      try {
        return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
      } catch (IllegalArgumentException notBase64) {
        return new byte[0];
      }
    }

    /** A copy; clear it after use. */
    byte[] reveal() {
      return key.clone();
    }

    @Override
    SlotKind kind() {
      return KIND;
    }

    @Override
    public String describe() {
      return "raw key";
    }

    @Override
    public Digest fingerprint(byte[] salt) {
      return Digest.of(Hkdf.derive(key, salt, Hkdf.info("inft/v1/fingerprint/raw-key"), 32));
    }

    @Override
    public String toString() {
      return "Secret[raw key]";
    }
  }
}
