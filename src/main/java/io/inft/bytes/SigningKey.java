package io.inft.bytes;

import io.inft.failure.CorruptObjectException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.math.ec.custom.sec.SecP256K1Curve;

/**
 * A secp256k1 private key, its address, and Ethereum's recoverable signatures (r ‖ s ‖ v, 65 bytes,
 * s in the lower half, v 27 or 28; deterministic nonces as in RFC 6979). Immutable, safe for many
 * threads; never printed.
 */
public final class SigningKey {
  public static final int SIGNATURE_BYTES = 65;

  // Made directly: looking the curve up by its name loads the ASN.1 of all the others, and finds
  // one with the arithmetic of any field, which is three times as slow.
  static {
    BouncyCastleStart.now();
  }

  private static final ECCurve CURVE = new SecP256K1Curve();
  private static final BigInteger ORDER = CURVE.getOrder();
  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  /** SEC 2 version 2, section 2.4.1. */
  private static final ECPoint BASE =
      CURVE.decodePoint(
          HexFormat.of()
              .parseHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));

  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CURVE, BASE, ORDER, CURVE.getCofactor());

  private final BigInteger secret;
  private final PublicKey publicKey;
  private final Address address;

  private SigningKey(BigInteger secret) {
    if (secret.signum() <= 0 || secret.compareTo(ORDER) >= 0) {
      throw new IllegalArgumentException("not a secp256k1 private key: out of range");
    }
    this.secret = secret;
    this.publicKey = new PublicKey(new FixedPointCombMultiplier().multiply(BASE, secret));
    this.address = publicKey.address();
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
    return address;
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  /**
   * The point that only the two holders of these keys can make (ECDH), 65 bytes; its first
   * coordinate is the bytes 1 to 32. To be hashed before it is used, and cleared.
   */
  public byte[] agree(PublicKey other) {
    // Checked to be on the curve, whose order is prime, so the result is a point as well.
    return other.point().multiply(secret).normalize().getEncoded(false);
  }

  /** A point, held against the curve. */
  static ECPoint decode(byte[] encoded) {
    ECPoint point = CURVE.decodePoint(encoded);
    if (point.isInfinity()) {
      throw new IllegalArgumentException("the point at infinity is no public key");
    }
    return point;
  }

  /** The secret as 64 hex digits: the one way out, for key files and transaction signers. */
  public String revealHex() {
    return HexFormat.of().formatHex(fixed(secret));
  }

  /** Signs 32 bytes that are a hash already. */
  public byte[] sign(Digest hash) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
    BigInteger[] rs = signer.generateSignature(hash.toBytes());
    BigInteger r = rs[0];
    BigInteger s = rs[1].compareTo(HALF_ORDER) > 0 ? ORDER.subtract(rs[1]) : rs[1];
    for (int v = 27; v <= 28; v++) {
      byte[] signature = new byte[SIGNATURE_BYTES];
      System.arraycopy(fixed(r), 0, signature, 0, 32);
      System.arraycopy(fixed(s), 0, signature, 32, 32);
      signature[64] = (byte) v;
      ECPoint point = recoverPoint(hash, r, s, v);
      if (point != null && addressOf(point).equals(address)) {
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
    ECPoint point = inRange ? recoverPoint(hash, r, s, v) : null;
    if (point == null) {
      throw new CorruptObjectException("signature", 0, "recovers to no key");
    }
    return addressOf(point);
  }

  /** SEC 1 version 2, section 4.1.6, for the two cases whose x is below the field's order. */
  private static @org.jspecify.annotations.Nullable ECPoint recoverPoint(
      Digest hash, BigInteger r, BigInteger s, int v) {
    byte[] encoded = new byte[33];
    encoded[0] = (byte) (v - 25);
    System.arraycopy(fixed(r), 0, encoded, 1, 32);
    ECPoint point;
    try {
      point = CURVE.decodePoint(encoded);
    } catch (IllegalArgumentException notOnTheCurve) {
      return null;
    }
    BigInteger e = new BigInteger(1, hash.toBytes());
    BigInteger inverse = r.modInverse(ORDER);
    BigInteger u1 = e.negate().multiply(inverse).mod(ORDER);
    BigInteger u2 = s.multiply(inverse).mod(ORDER);
    ECPoint recovered = ECAlgorithms.sumOfTwoMultiplies(BASE, u1, point, u2).normalize();
    return recovered.isInfinity() ? null : recovered;
  }

  private static Address addressOf(ECPoint point) {
    return new PublicKey(point).address();
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
    return "SigningKey[" + address + "]";
  }
}
