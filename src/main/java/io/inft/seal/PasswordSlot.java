package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.KeyDerivationMemoryException;
import io.inft.failure.WeakSecretException;
import io.inft.seal.cipher.Hkdf;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Optional;

/** A slot that a password opens, after Argon2id made it expensive to guess. */
final class PasswordSlot extends SlotKind {
  static final SlotKind KIND = new PasswordSlot();

  static final int CODE = 1;
  static final int BODY_BYTES =
      KeyringFormat.SLOT_SALT_BYTES + 4 + 1 + 1 + KeyringFormat.WRAPPED_BYTES;

  private PasswordSlot() {}

  @Override
  int code() {
    return CODE;
  }

  @Override
  String word() {
    return "password";
  }

  @Override
  boolean isCostly() {
    return true;
  }

  @Override
  String purpose() {
    return "inft/v1/slot/password";
  }

  /** Hostile costs are refused here. */
  @Override
  void check(Blob body, ByteReader whole) throws CorruptObjectException {
    requireLength(body, BODY_BYTES, whole);
    ByteReader cost = behindSalt(body);
    long memoryKiB = cost.u32("memory");
    int iterations = cost.u8("iterations");
    int parallelism = cost.u8("parallelism");
    if (!KeyDerivation.Argon2id.readable(memoryKiB, iterations, parallelism)) {
      throw whole.corrupt(
          "a password slot asks for m="
              + memoryKiB
              + " KiB, t="
              + iterations
              + ", p="
              + parallelism
              + ", which is out of bounds");
    }
  }

  @Override
  String describe(Blob body) {
    return derivation(body).toString();
  }

  @Override
  long cost(Blob body) {
    return derivation(body).work();
  }

  private KeyDerivation derivation(Blob body) {
    try {
      ByteReader cost = behindSalt(body);
      return new KeyDerivation.Argon2id(
          cost.u32("memory", KeyDerivation.Argon2id.MAX_MEMORY_KIB),
          cost.u8("iterations"),
          cost.u8("parallelism"));
    } catch (CorruptObjectException e) {
      throw new IllegalStateException("checked when it was read", e);
    }
  }

  @Override
  byte[] wrap(
      SlotRequest request, byte[] salt, byte[] boundTo, ByteWriter fields, SecureRandom random)
      throws KeyDerivationMemoryException {
    KeyDerivation.Argon2id cost = (KeyDerivation.Argon2id) request.derivation();
    fields.u32(cost.memoryKiB()).u8(cost.iterations()).u8(cost.parallelism());
    return derive(request.secret(), cost, salt);
  }

  @Override
  Optional<byte[]> unwrap(Secret secret, Blob body, byte[] salt, byte[] boundTo)
      throws KeyDerivationMemoryException {
    return Optional.of(derive(secret, derivation(body), salt));
  }

  static byte[] derive(Secret secret, KeyDerivation cost, byte[] salt)
      throws KeyDerivationMemoryException {
    byte[] utf8 = ((PasswordSecret) secret).reveal();
    byte[] derived = cost.derive(utf8, salt);
    Arrays.fill(utf8, (byte) 0);
    return derived;
  }

  /** A password as the bytes that Argon2id is fed with: UTF-8 of its NFC form. */
  static final class PasswordSecret extends Secret {
    /** The ciphertext is public for ever and guessing it costs nothing but time. */
    static final int MIN_CHARACTERS = 12;

    static final int MIN_DISTINCT = 6;

    /** A number needs more characters to be as hard to guess. */
    static final int MIN_DIGITS = 20;

    static final String ADVICE =
        "take a phrase of six or more random words: what it protects is public for ever, and"
            + " guessing it costs nothing but time";

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
      Optional<String> weakness = weakness();
      if (weakness.isPresent()) {
        throw new WeakSecretException(weakness.get(), ADVICE);
      }
    }

    @Override
    Optional<String> weakness() {
      if (characters < MIN_CHARACTERS) {
        return Optional.of("it has fewer than " + MIN_CHARACTERS + " characters");
      }
      int[] points = new String(utf8, StandardCharsets.UTF_8).codePoints().toArray();
      if (Arrays.stream(points).distinct().count() < MIN_DISTINCT) {
        return Optional.of("it has fewer than " + MIN_DISTINCT + " different characters");
      }
      if (isPeriodic(points)) {
        return Optional.of("it repeats a shorter one");
      }
      int steps = 0;
      for (int i = 1; i < points.length; i++) {
        int step = points[i] - points[i - 1];
        steps += step >= -1 && step <= 1 ? 1 : 0;
      }
      if (steps * 2 >= points.length) {
        return Optional.of("most of its characters follow one another in the alphabet");
      }
      return points.length < MIN_DIGITS && Arrays.stream(points).allMatch(Character::isDigit)
          ? Optional.of("it is a number of fewer than " + MIN_DIGITS + " digits")
          : Optional.empty();
    }

    /** Whether the whole is one half or less of it, again and again. */
    private static boolean isPeriodic(int[] points) {
      for (int period = 1; period <= points.length / 2; period++) {
        boolean repeats = true;
        for (int i = period; i < points.length && repeats; i++) {
          repeats = points[i] == points[i - period];
        }
        if (repeats) {
          return true;
        }
      }
      return false;
    }

    @Override
    SlotKind kind() {
      return KIND;
    }

    @Override
    public boolean isDerived() {
      return true;
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
}
