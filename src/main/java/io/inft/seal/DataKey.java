package io.inft.seal;

import io.inft.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The secret of one key epoch: thirty-two bytes from which the key of every sealed object is
 * derived. Never printed; compared in constant time; zeroed by {@link #close}. Safe for many
 * threads until it is closed.
 */
public final class DataKey implements AutoCloseable {
  public static final int BYTES = 32;

  private static final byte[] HASH_DOMAIN =
      "inft/v1/data-key-hash-code".getBytes(StandardCharsets.US_ASCII);

  private final byte[] value;
  private volatile boolean closed;

  private DataKey(byte[] value) {
    this.value = value;
  }

  /** Copies 32 bytes in; the caller's array may be cleared afterwards. */
  public static DataKey of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a data key has 32 bytes, not " + bytes.length);
    }
    return new DataKey(bytes.clone());
  }

  public static DataKey generate(SecureRandom random) {
    byte[] value = new byte[BYTES];
    random.nextBytes(value);
    return new DataKey(value);
  }

  /**
   * A copy of the bytes: the one way out. Clear it after use.
   *
   * @throws IllegalStateException if the key was closed
   */
  public byte[] reveal() {
    if (closed) {
      throw new IllegalStateException("the data key was closed");
    }
    return value.clone();
  }

  /** Overwrites the bytes. Closing twice is harmless. */
  @Override
  public void close() {
    closed = true;
    Arrays.fill(value, (byte) 0);
  }

  /** Constant time. A closed key equals only itself. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof DataKey that
            && !closed
            && !that.closed
            && MessageDigest.isEqual(value, that.value));
  }

  @Override
  public int hashCode() {
    return Digest.sha256(HASH_DOMAIN, value).hashCode();
  }

  @Override
  public String toString() {
    return closed ? "DataKey[closed]" : "DataKey[32 bytes]";
  }
}
