package io.inft.seal;

import io.inft.bytes.Digest;
import io.inft.failure.WeakSecretException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** A password as the bytes that Argon2id is fed with: UTF-8 of its NFC form. */
final class PasswordSecret implements Secret {
  /** The ciphertext is public for ever and guessing it costs nothing but time. */
  static final int MIN_CHARACTERS = 12;

  private final byte[] utf8;
  private final int characters;

  private PasswordSecret(byte[] utf8, int characters) {
    this.utf8 = utf8;
    this.characters = characters;
  }

  static PasswordSecret of(char[] password) {
    if (password.length == 0) {
      throw new IllegalArgumentException("a password has at least one character");
    }
    String normalised = Normalizer.normalize(CharBuffer.wrap(password), Normalizer.Form.NFC);
    return new PasswordSecret(
        normalised.getBytes(StandardCharsets.UTF_8),
        normalised.codePointCount(0, normalised.length()));
  }

  /** A copy; clear it after use. */
  byte[] reveal() {
    return utf8.clone();
  }

  void requireStrong() throws WeakSecretException {
    if (characters < MIN_CHARACTERS) {
      throw new WeakSecretException(
          "it has fewer than " + MIN_CHARACTERS + " characters",
          "take a phrase of six or more random words: what it protects is public for ever, "
              + "and guessing it costs nothing but time");
    }
  }

  @Override
  public String describe() {
    return "password";
  }

  @Override
  public Digest fingerprint(byte[] salt) {
    return Digest.of(Hkdf.derive(utf8, salt, Hkdf.info("inft/v1/fingerprint/password"), 32));
  }

  @Override
  public String toString() {
    return "Secret[password]";
  }
}
