package io.inft.bytes;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** Thirty-two bytes that name something: a SHA-256, a Keccak-256, a Merkle root. Immutable. */
public final class Digest implements Comparable<Digest> {
  public static final int BYTES = 32;
  public static final Digest ZERO = new Digest(new byte[BYTES]);

  private final byte[] value;

  private Digest(byte[] value) {
    this.value = value;
  }

  /** Copies 32 bytes in. */
  public static Digest of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a digest has 32 bytes, not " + bytes.length);
    }
    return new Digest(Copies.of(bytes));
  }

  /** Reads 64 hex digits, with or without {@code 0x}. */
  public static Digest parse(String hex) {
    String digits = hex.startsWith("0x") || hex.startsWith("0X") ? hex.substring(2) : hex;
    if (digits.length() != 2 * BYTES) {
      throw new IllegalArgumentException("a digest has 64 hex digits: " + hex);
    }
    return new Digest(HexFormat.of().parseHex(digits));
  }

  /** SHA-256 over the parts, one after the other. */
  public static Digest sha256(byte[]... parts) {
    MessageDigest digest = sha256();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return new Digest(digest.digest());
  }

  /** A fresh SHA-256 to feed piece by piece; finish it with {@link #finish}. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** What was fed into {@code digest}, which is reset by this. */
  public static Digest finish(MessageDigest digest) {
    return of(digest.digest());
  }

  /** Keccak-256 (Ethereum's, not SHA3-256) over the parts, one after the other. */
  public static Digest keccak256(byte[]... parts) {
    Keccak256 digest = new Keccak256();
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] hash = new byte[BYTES];
    digest.finish(hash, 0);
    return new Digest(hash);
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return value.clone();
  }

  public boolean isZero() {
    return equals(ZERO);
  }

  /** 64 lower-case hex digits without a prefix. */
  public String hex() {
    return HexFormat.of().formatHex(value);
  }

  /** The first eight hex digits, for people. */
  public String abbreviated() {
    return hex().substring(0, 8);
  }

  @Override
  public int compareTo(Digest other) {
    return Arrays.compareUnsigned(value, other.value);
  }

  /** A digest is no secret: it need not be compared in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** {@code 0x} and 64 lower-case hex digits. */
  @Override
  public String toString() {
    return "0x" + hex();
  }
}
