package io.inft.bytes;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.ECPoint;

/**
 * The public half of a {@link SigningKey}: a point on secp256k1, whose address is an account's.
 * Immutable, safe for many threads.
 */
public final class PublicKey {
  /** Compressed, as SEC 1 version 2, section 2.3.3, has it. */
  public static final int BYTES = 33;

  /** Uncompressed, with the byte 4 before both coordinates. */
  public static final int UNCOMPRESSED_BYTES = 65;

  static {
    BouncyCastleStart.now();
  }

  private final ECPoint point;
  private final byte[] compressed;

  PublicKey(ECPoint point) {
    this.point = point.normalize();
    this.compressed = this.point.getEncoded(true);
  }

  /**
   * Reads a point: 33 bytes compressed, 65 uncompressed, or 64 without the byte before them.
   *
   * @throws IllegalArgumentException if it has another length, is not on the curve, or is the point
   *     at infinity
   */
  public static PublicKey of(byte[] bytes) {
    byte[] encoded = bytes;
    if (bytes.length == UNCOMPRESSED_BYTES - 1) {
      encoded = new byte[UNCOMPRESSED_BYTES];
      encoded[0] = 4;
      System.arraycopy(bytes, 0, encoded, 1, bytes.length);
    }
    boolean compact = encoded.length == BYTES && (encoded[0] == 2 || encoded[0] == 3);
    if (!compact && !(encoded.length == UNCOMPRESSED_BYTES && encoded[0] == 4)) {
      throw new IllegalArgumentException(
          "a public key has 33 bytes that begin with 2 or 3, or 65 that begin with 4");
    }
    return new PublicKey(BouncyCurve.decode(encoded)); // which holds it against the curve
  }

  /**
   * Reads hex digits, with or without {@code 0x}.
   *
   * @throws IllegalArgumentException as {@link #of}, or if it is no hex
   */
  public static PublicKey parse(String hex) {
    boolean prefixed = hex.startsWith("0x") || hex.startsWith("0X");
    return of(HexFormat.of().parseHex(prefixed ? hex.substring(2) : hex));
  }

  /** The 33 bytes. */
  public byte[] toBytes() {
    return Copies.of(compressed);
  }

  /** The 65 bytes. */
  public byte[] uncompressed() {
    return point.getEncoded(false);
  }

  public Address address() {
    byte[] coordinates = new byte[UNCOMPRESSED_BYTES - 1];
    System.arraycopy(uncompressed(), 1, coordinates, 0, coordinates.length);
    byte[] last = new byte[Address.BYTES];
    System.arraycopy(Digest.keccak256(coordinates).toBytes(), 12, last, 0, last.length);
    return Address.of(last);
  }

  ECPoint point() {
    return point;
  }

  /** {@code 0x} and 66 hex digits. */
  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(compressed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && Arrays.equals(compressed, that.compressed);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(compressed);
  }
}
