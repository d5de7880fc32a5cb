package io.inft.seal;

import io.inft.bytes.Digest;
import io.inft.failure.SettingException;
import java.util.Base64;
import java.util.HexFormat;

/** Thirty-two bytes of full strength, from a key file or a secret service. */
final class RawKeySecret implements Secret {
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
