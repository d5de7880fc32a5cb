package io.inft.bytes;

import io.inft.failure.CorruptObjectException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A secp256k1 private key, its address, and Ethereum's recoverable signatures (r ‖ s ‖ v, 65 bytes,
 * s in the lower half, v 27 or 28; deterministic nonces as in RFC 6979). Immutable, safe for many
 * threads; never printed.
 */
public final class SigningKey {
  public static final int SIGNATURE_BYTES = 65;

  private static final BigInteger ORDER = Secp256k1.ORDER;
  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  private static final byte[] SALT = new byte[32];

  static {
    new SecureRandom().nextBytes(SALT);
  }

  private final BigInteger secret;

  /** Found when it is asked for first. */
  private volatile @Nullable Address address;

  private SigningKey(BigInteger secret) {
    if (secret.signum() <= 0 || secret.compareTo(ORDER) >= 0) {
      throw new IllegalArgumentException("not a secp256k1 private key: out of range");
    }
    this.secret = secret;
  }

  /**
   * From 64 hex digits, with or without {@code 0x}. The message of a failure never repeats them.
   */
  public static SigningKey parse(String hex) {
    String digits = hex.startsWith("0x") || hex.startsWith("0X") ? hex.substring(2) : hex;
    if (digits.length() != 64 || !digits.chars().allMatch(HexFormat::isHexDigit)) {
      throw new IllegalArgumentException("a private key has 64 hex digits");
    }
    return new SigningKey(new BigInteger(digits, 16));
  }

  public static SigningKey generate(SecureRandom random) {
    while (true) {
      BigInteger candidate = new BigInteger(256, random);
      if (candidate.signum() > 0 && candidate.compareTo(ORDER) < 0) {
        return new SigningKey(candidate);
      }
    }
  }

  public Address address() {
    Address known = address;
    if (known == null) {
      known = addressOf(Secp256k1.multiply(secret, Secp256k1.BASE));
      address = known;
    }
    return known;
  }

  public PublicKey publicKey() {
    return BouncyCurve.publicKey(secret);
  }

  /**
   * The point that only the two holders of these keys can make (ECDH), 65 bytes; its first
   * coordinate is the bytes 1 to 32. To be hashed before it is used, and cleared.
   */
  public byte[] agree(PublicKey other) {
    return BouncyCurve.agree(secret, other);
  }

  /** The secret as 64 hex digits: the one way out, for key files and transaction signers. */
  public String revealHex() {
    return HexFormat.of().formatHex(fixed(secret));
  }

  /** Signs 32 bytes that are a hash already. */
  public byte[] sign(Digest hash) {
    BigInteger[] rs = BouncyCurve.sign(secret, hash);
    BigInteger r = rs[0];
    BigInteger s = rs[1].compareTo(HALF_ORDER) > 0 ? ORDER.subtract(rs[1]) : rs[1];
    for (int v = 27; v <= 28; v++) {
      byte[] signature = new byte[SIGNATURE_BYTES];
      System.arraycopy(fixed(r), 0, signature, 0, 32);
      System.arraycopy(fixed(s), 0, signature, 32, 32);
      signature[64] = (byte) v;
      Secp256k1.Point point = recoverPoint(hash, r, s, v);
      if (point != null && addressOf(point).equals(address())) {
        return signature;
      }
    }
    throw new IllegalStateException("a fresh signature must recover to its key");
  }

  /**
   * Who signed {@code hash}.
   *
   * @throws CorruptObjectException if the signature has another length, a high s, an unknown v or
   *     recovers to no point
   */
  public static Address recover(Digest hash, byte[] signature) throws CorruptObjectException {
    if (signature.length != SIGNATURE_BYTES) {
      throw new CorruptObjectException(
          "signature", 0, "has " + signature.length + " bytes, 65 expected");
    }
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, 32));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
    int v = signature[64] & 0xff;
    boolean inRange =
        r.signum() > 0
            && r.compareTo(ORDER) < 0
            && s.signum() > 0
            && s.compareTo(HALF_ORDER) <= 0
            && (v == 27 || v == 28);
    Secp256k1.Point point = inRange ? recoverPoint(hash, r, s, v) : null;
    if (point == null) {
      throw new CorruptObjectException("signature", 0, "recovers to no key");
    }
    return addressOf(point);
  }

  /** SEC 1 version 2, section 4.1.6, for the two cases whose x is below the field's order. */
  private static Secp256k1.@Nullable Point recoverPoint(
      Digest hash, BigInteger r, BigInteger s, int v) {
    Secp256k1.Point point = Secp256k1.withX(r, v == 28);
    if (point == null) {
      return null;
    }
    BigInteger e = new BigInteger(1, hash.toBytes());
    BigInteger inverse = r.modInverse(ORDER);
    BigInteger u1 = e.negate().multiply(inverse).mod(ORDER);
    BigInteger u2 = s.multiply(inverse).mod(ORDER);
    Secp256k1.Point recovered = Secp256k1.sum(u1, Secp256k1.BASE, u2, point);
    return recovered.isInfinity() ? null : recovered;
  }

  private static Address addressOf(Secp256k1.Point point) {
    byte[] hash = Digest.keccak256(point.toBytes()).toBytes();
    return Address.of(Arrays.copyOfRange(hash, 12, 32));
  }

  /** Whether it is the same secret, in a time that tells nothing of it. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SigningKey that
        && MessageDigest.isEqual(fixed(secret), fixed(that.secret));
  }

  /** Another one in every process. */
  @Override
  public int hashCode() {
    return Digest.sha256(SALT, fixed(secret)).hashCode();
  }

  private static byte[] fixed(BigInteger value) {
    byte[] magnitude = value.toByteArray();
    byte[] result = new byte[32];
    int length = Math.min(32, magnitude.length);
    System.arraycopy(magnitude, magnitude.length - length, result, 32 - length, length);
    return result;
  }

  @Override
  public String toString() {
    return "SigningKey[" + address() + "]";
  }
}
