package io.inft.seal;

import io.inft.bytes.Digest;
import io.inft.failure.SettingException;

/**
 * What a person or a program knows that opens a slot of a keyring. Immutable and safe for many
 * threads; never printed.
 */
public sealed interface Secret permits PasswordSecret, RawKeySecret {
  /**
   * A password. It is normalised (NFC) and encoded as UTF-8, so that the same characters typed on
   * another system give the same bytes.
   *
   * @param password is copied; an empty one is a bug of the caller
   */
  static Secret password(char[] password) {
    return PasswordSecret.of(password);
  }

  /** Thirty-two random bytes, copied in. */
  static Secret rawKey(byte[] key) {
    return RawKeySecret.of(key);
  }

  /**
   * Reads a raw key: 64 hex digits, with or without {@code 0x}, or 32 bytes in base64, either
   * alphabet, with or without padding.
   *
   * @throws SettingException if it is neither; the message does not repeat it
   */
  static Secret parseKey(String hexOrBase64) throws SettingException {
    return RawKeySecret.parse(hexOrBase64);
  }

  /** The kind, for messages: "password" or "raw key". */
  String describe();

  /**
   * Tells secrets apart inside this Java machine without keeping them. Fast, so it must never be
   * written anywhere.
   *
   * @param salt random, of this process, at least 16 bytes
   */
  Digest fingerprint(byte[] salt);
}
