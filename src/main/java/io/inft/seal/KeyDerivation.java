package io.inft.seal;

import io.inft.bytes.BouncyCastleStart;
import io.inft.failure.KeyDerivationMemoryException;
import io.inft.failure.SettingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * How a password becomes a key, and what that costs. The bounds here are those of reading; new
 * slots must also be {@link #strongEnough}. Immutable, safe for many threads.
 */
public sealed interface KeyDerivation {
  int DERIVED_BYTES = 32;

  /** Argon2id, 64 MiB, three passes, one lane. */
  KeyDerivation DEFAULT = new Argon2id(64 * 1024, 3, 1);

  /**
   * Next to no cost, for tests that open many keyrings. No setting reaches it: {@link #parse}
   * refuses its text.
   */
  static KeyDerivation weakForTests() {
    return Argon2id.WEAK;
  }

  /**
   * Reads {@code argon2id:m=65536,t=3,p=1}, memory in KiB, or {@code pbkdf2-sha256:i=600000}.
   *
   * @throws SettingException if it is spelt otherwise, too cheap for a new slot, or too expensive
   *     for a reader
   */
  static KeyDerivation parse(String text) throws SettingException {
    Matcher argon2id = Argon2id.TEXT.matcher(text.strip());
    if (argon2id.matches()) {
      return Argon2id.parse(text, argon2id);
    }
    Matcher pbkdf2 = Pbkdf2.TEXT.matcher(text.strip());
    if (pbkdf2.matches()) {
      return Pbkdf2.parse(text, Integer.parseInt(pbkdf2.group(1)));
    }
    throw new SettingException(
        "kdf",
        "'"
            + text
            + "' is not of the form argon2id:m=65536,t=3,p=1 (memory in KiB) or"
            + " pbkdf2-sha256:i=600000");
  }

  /** Whether a new slot may be made with this cost. */
  boolean strongEnough();

  /** What one derivation hashes, in KiB: about as long as it takes. */
  long work();

  /** The heap that one derivation takes, in bytes; 0 for next to nothing. */
  long memoryBytes();

  /**
   * Derives 32 bytes; takes seconds.
   *
   * @param password UTF-8
   * @throws KeyDerivationMemoryException it does not fit this Java machine
   */
  byte[] derive(byte[] password, byte[] salt) throws KeyDerivationMemoryException;

  /**
   * Argon2id, version 0x13 (RFC 9106).
   *
   * @param memoryKiB memory in KiB, at least 8 a lane, at most 1 GiB
   * @param iterations passes over the memory, 1 to 16
   * @param parallelism lanes, 1 to 16
   */
  record Argon2id(int memoryKiB, int iterations, int parallelism) implements KeyDerivation {
    public static final int MAX_MEMORY_KIB = 1 << 20;
    public static final int MAX_ITERATIONS = 16;
    public static final int MAX_PARALLELISM = 16;

    /** The least that new slots may cost: OWASP's recommendation for Argon2id. */
    public static final int MIN_NEW_MEMORY_KIB = 19 * 1024;

    public static final int MIN_NEW_ITERATIONS = 2;

    private static final Argon2id WEAK = new Argon2id(64, 1, 1);

    private static final Pattern TEXT =
        Pattern.compile("argon2id:m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,9})");

    public Argon2id {
      if (!readable(memoryKiB, iterations, parallelism)) {
        throw new IllegalArgumentException(
            "out of bounds: m=" + memoryKiB + ",t=" + iterations + ",p=" + parallelism);
      }
    }

    /** Whether a slot may ask for this at all. To be asked before deriving, and allocating. */
    static boolean readable(long memoryKiB, int iterations, int parallelism) {
      return parallelism >= 1
          && parallelism <= MAX_PARALLELISM
          && iterations >= 1
          && iterations <= MAX_ITERATIONS
          && memoryKiB >= 8L * parallelism
          && memoryKiB <= MAX_MEMORY_KIB;
    }

    private static KeyDerivation parse(String text, Matcher matcher) throws SettingException {
      int memoryKiB = Integer.parseInt(matcher.group(1));
      int iterations = Integer.parseInt(matcher.group(2));
      int parallelism = Integer.parseInt(matcher.group(3));
      if (!readable(memoryKiB, iterations, parallelism) || !meetsFloor(memoryKiB, iterations)) {
        throw new SettingException(
            "kdf",
            "'"
                + text
                + "' is out of bounds: m "
                + MIN_NEW_MEMORY_KIB
                + " to "
                + MAX_MEMORY_KIB
                + " (and 8 for each of p), t "
                + MIN_NEW_ITERATIONS
                + " to "
                + MAX_ITERATIONS
                + ", p 1 to "
                + MAX_PARALLELISM);
      }
      return new Argon2id(memoryKiB, iterations, parallelism);
    }

    @Override
    public boolean strongEnough() {
      return meetsFloor(memoryKiB, iterations);
    }

    private static boolean meetsFloor(int memoryKiB, int iterations) {
      return memoryKiB >= MIN_NEW_MEMORY_KIB && iterations >= MIN_NEW_ITERATIONS;
    }

    @Override
    public long work() {
      return (long) memoryKiB * iterations;
    }

    @Override
    public long memoryBytes() {
      return memoryKiB * 1024L;
    }

    @Override
    public byte[] derive(byte[] password, byte[] salt) throws KeyDerivationMemoryException {
      requireMemory(Runtime.getRuntime().maxMemory());
      BouncyCastleStart.now();
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(memoryKiB)
              .withIterations(iterations)
              .withParallelism(parallelism)
              .withSalt(salt)
              .build());
      byte[] derived = new byte[DERIVED_BYTES];
      generator.generateBytes(password, derived);
      return derived;
    }

    /** A typed failure with a way out is better than an {@link OutOfMemoryError}. */
    void requireMemory(long heapBytes) throws KeyDerivationMemoryException {
      if (memoryBytes() > heapBytes - heapBytes / 8) {
        throw new KeyDerivationMemoryException(memoryBytes(), heapBytes);
      }
    }

    /** As {@link KeyDerivation#parse} reads it. */
    @Override
    public String toString() {
      return "argon2id:m=" + memoryKiB + ",t=" + iterations + ",p=" + parallelism;
    }
  }

  /**
   * PBKDF2 with HMAC-SHA-256 (RFC 8018): takes no memory, so it fits any machine, and a graphics
   * card guesses passwords under it far faster than under Argon2id.
   *
   * @param iterations 1 to 10 million
   */
  record Pbkdf2(int iterations) implements KeyDerivation {
    public static final int MAX_ITERATIONS = 10_000_000;

    /** The least that new slots may cost: OWASP's recommendation for PBKDF2-HMAC-SHA256. */
    public static final int MIN_NEW_ITERATIONS = 600_000;

    private static final Pbkdf2 WEAK = new Pbkdf2(1000);

    private static final Pattern TEXT = Pattern.compile("pbkdf2-sha256:i=(\\d{1,9})");

    public Pbkdf2 {
      if (!readable(iterations)) {
        throw new IllegalArgumentException("out of bounds: i=" + iterations);
      }
    }

    /** Whether a slot may ask for this at all. */
    static boolean readable(long iterations) {
      return iterations >= 1 && iterations <= MAX_ITERATIONS;
    }

    /** As {@link KeyDerivation#weakForTests}. */
    static KeyDerivation weakForTests() {
      return WEAK;
    }

    private static KeyDerivation parse(String text, int iterations) throws SettingException {
      if (iterations < MIN_NEW_ITERATIONS || iterations > MAX_ITERATIONS) {
        throw new SettingException(
            "kdf",
            "'" + text + "' is out of bounds: i " + MIN_NEW_ITERATIONS + " to " + MAX_ITERATIONS);
      }
      return new Pbkdf2(iterations);
    }

    @Override
    public boolean strongEnough() {
      return iterations >= MIN_NEW_ITERATIONS;
    }

    /** Two blocks of SHA-256, 64 bytes each, an iteration. */
    @Override
    public long work() {
      return iterations / 8;
    }

    @Override
    public long memoryBytes() {
      return 0;
    }

    @Override
    public byte[] derive(byte[] password, byte[] salt) {
      char[] characters = new String(password, StandardCharsets.UTF_8).toCharArray();
      PBEKeySpec spec = new PBEKeySpec(characters, salt, iterations, 8 * DERIVED_BYTES);
      Arrays.fill(characters, '\0');
      try {
        // The JDK's encodes the characters as UTF-8 again.
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(spec)
            .getEncoded();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has PBKDF2WithHmacSHA256", e);
      } finally {
        spec.clearPassword();
      }
    }

    /** As {@link KeyDerivation#parse} reads it. */
    @Override
    public String toString() {
      return "pbkdf2-sha256:i=" + iterations;
    }
  }
}
