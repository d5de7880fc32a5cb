package io.inft.store.zerog;

import io.inft.bytes.BouncyCastleStart;
import io.inft.bytes.SigningKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.math.ec.ECPoint;

/** An AES-256 key of the 0G clients' own encryption. Never printed. */
public final class PeerKey {
  public static final int BYTES = 32;

  private static final int COMPRESSED_BYTES = 33;

  static {
    BouncyCastleStart.now();
  }

  private static final X9ECParameters CURVE = SECNamedCurves.getByName("secp256k1");
  private static final byte[] INFO =
      "0g-storage-client/ecies/v1/aes-256".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private final SecretKeySpec key;

  private PeerKey(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a key has 32 bytes");
    }
    key = new SecretKeySpec(bytes, "AES");
  }

  /** Copies 32 bytes in. */
  public static PeerKey of(byte[] bytes) {
    return new PeerKey(bytes);
  }

  /** What a private and somebody else's public key have in common, stretched by HKDF-SHA256. */
  static PeerKey agreed(SigningKey own, byte[] publicKey) {
    BigInteger secret = new BigInteger(own.revealHex(), 16);
    ECPoint shared = point(publicKey).multiply(secret).normalize();
    byte[] prk = hmac(new byte[BYTES], shared.getAffineXCoord().getEncoded());
    byte[] last = Arrays.copyOf(INFO, INFO.length + 1);
    last[INFO.length] = 1;
    return new PeerKey(hmac(prk, last));
  }

  /** The compressed public key of a private one. */
  public static byte[] publicKey(SigningKey key) {
    return CURVE.getG().multiply(new BigInteger(key.revealHex(), 16)).normalize().getEncoded(true);
  }

  /**
   * Accepts 33, 65 or 64 bytes.
   *
   * @throws IllegalArgumentException if it is no point of the curve
   */
  private static ECPoint point(byte[] publicKey) {
    byte[] encoded = publicKey;
    if (publicKey.length == 2 * BYTES) {
      encoded = new byte[2 * BYTES + 1];
      encoded[0] = 4;
      System.arraycopy(publicKey, 0, encoded, 1, 2 * BYTES);
    }
    if (encoded.length != COMPRESSED_BYTES && encoded.length != 2 * BYTES + 1) {
      throw new IllegalArgumentException("a public key has 33, 64 or 65 bytes");
    }
    ECPoint point = CURVE.getCurve().decodePoint(encoded);
    if (point.isInfinity()) {
      throw new IllegalArgumentException("the point at infinity is no public key");
    }
    return point;
  }

  /**
   * The short form of a public key.
   *
   * @throws IllegalArgumentException if it is none
   */
  static byte[] compressed(byte[] publicKey) {
    return point(publicKey).getEncoded(true);
  }

  static byte[] hmac(byte[] key, byte[]... message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : message) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
    }
  }

  SecretKey secret() {
    return key;
  }

  /** From 64 hex digits, with or without {@code 0x}; a failure does not repeat them. */
  public static PeerKey parse(String hex) {
    String digits = hex.startsWith("0x") ? hex.substring(2) : hex;
    if (digits.length() != 2 * BYTES || !digits.chars().allMatch(HexFormat::isHexDigit)) {
      throw new IllegalArgumentException("a key has 64 hex digits");
    }
    return new PeerKey(HexFormat.of().parseHex(digits));
  }

  @Override
  public String toString() {
    return "PeerKey";
  }
}
