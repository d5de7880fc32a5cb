package io.inft.bytes;

import java.math.BigInteger;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.math.ec.custom.sec.SecP256K1Curve;

/**
 * What is done with secrets on secp256k1, by BouncyCastle, in a class of its own: what only reads
 * never loads it. Stateless, safe for many threads.
 */
final class BouncyCurve {
  // Made directly: looking the curve up by its name loads the ASN.1 of all the others, and finds
  // one with the arithmetic of any field, which is three times as slow.
  static {
    BouncyCastleStart.now();
  }

  private static final ECCurve CURVE = new SecP256K1Curve();

  /** SEC 2 version 2, section 2.4.1. */
  private static final ECPoint BASE =
      CURVE.decodePoint(
          HexFormat.of()
              .parseHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));

  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CURVE, BASE, CURVE.getOrder(), CURVE.getCofactor());

  private BouncyCurve() {}

  /** r and s over 32 bytes that are a hash already; deterministic nonces as in RFC 6979. */
  static BigInteger[] sign(BigInteger secret, Digest hash) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
    return signer.generateSignature(hash.toBytes());
  }

  static PublicKey publicKey(BigInteger secret) {
    return new PublicKey(new FixedPointCombMultiplier().multiply(BASE, secret));
  }

  /** The point that only the two holders of these keys can make, 65 bytes. */
  static byte[] agree(BigInteger secret, PublicKey other) {
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
}
