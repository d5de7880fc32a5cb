package io.inft.seal;

import io.inft.bytes.BouncyCastleStart;
import io.inft.failure.KeyDerivationMemoryException;
import io.inft.failure.SettingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What it costs to turn a password into a key: Argon2id, version 0x13 (RFC 9106). The bounds here
 * are those of reading; new slots must also be {@link #strongEnough}.
 *
 * @param memoryKiB memory in KiB, at least 8 a lane, at most 1 GiB
 * @param iterations passes over the memory, 1 to 16
 * @param parallelism lanes, 1 to 16
 */
public record KeyDerivation(int memoryKiB, int iterations, int parallelism) {
  public static final int MAX_MEMORY_KIB = 1 << 20;
  public static final int MAX_ITERATIONS = 16;
  public static final int MAX_PARALLELISM = 16;

  /** The least that new slots may cost: OWASP's recommendation for Argon2id. */
  public static final int MIN_NEW_MEMORY_KIB = 19 * 1024;

  public static final int MIN_NEW_ITERATIONS = 2;

  /** 64 MiB, three passes, one lane. */
  public static final KeyDerivation DEFAULT = new KeyDerivation(64 * 1024, 3, 1);

  private static final KeyDerivation WEAK = new KeyDerivation(64, 1, 1);

  private static final Pattern TEXT =
      Pattern.compile("argon2id:m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,9})");

  public KeyDerivation {
    if (!readable(memoryKiB, iterations, parallelism)) {
      throw new IllegalArgumentException(
          "out of bounds: m=" + memoryKiB + ",t=" + iterations + ",p=" + parallelism);
    }
  }

  /** Whether a slot may ask for this at all. To be asked before deriving, and before allocating. */
  static boolean readable(long memoryKiB, int iterations, int parallelism) {
    return parallelism >= 1
        && parallelism <= MAX_PARALLELISM
        && iterations >= 1
        && iterations <= MAX_ITERATIONS
        && memoryKiB >= 8L * parallelism
        && memoryKiB <= MAX_MEMORY_KIB;
  }

  /**
   * Next to no cost, for tests that open many keyrings. No setting reaches it: {@link #parse}
   * refuses its text.
   */
  public static KeyDerivation weakForTests() {
    return WEAK;
  }

  /**
   * Reads {@code argon2id:m=65536,t=3,p=1}, memory in KiB.
   *
   * @throws SettingException if it is spelt otherwise, too cheap for a new slot, or too expensive
   *     for a reader
   */
  public static KeyDerivation parse(String text) throws SettingException {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new SettingException(
          "kdf", "'" + text + "' is not of the form argon2id:m=65536,t=3,p=1 (memory in KiB)");
    }
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
    return new KeyDerivation(memoryKiB, iterations, parallelism);
  }

  /** Whether a new slot may be made with this cost. */
  public boolean strongEnough() {
    return meetsFloor(memoryKiB, iterations);
  }

  private static boolean meetsFloor(int memoryKiB, int iterations) {
    return memoryKiB >= MIN_NEW_MEMORY_KIB && iterations >= MIN_NEW_ITERATIONS;
  }

  /** Derives 32 bytes; takes seconds and {@code memoryKiB} of heap. */
  byte[] derive(byte[] password, byte[] salt) throws KeyDerivationMemoryException {
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
    byte[] derived = new byte[32];
    generator.generateBytes(password, derived);
    return derived;
  }

  /** A typed failure with a way out is better than an {@link OutOfMemoryError}. */
  void requireMemory(long heapBytes) throws KeyDerivationMemoryException {
    long neededBytes = memoryKiB * 1024L;
    if (neededBytes > heapBytes - heapBytes / 8) {
      throw new KeyDerivationMemoryException(neededBytes, heapBytes);
    }
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return "argon2id:m=" + memoryKiB + ",t=" + iterations + ",p=" + parallelism;
  }
}
