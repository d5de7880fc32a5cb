package io.inft.seal;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/** The curve of SEC 2, section 2.4.1, in schoolbook arithmetic: a second opinion for tests. */
final class Secp256k1 {
  /** A point that is not the one at infinity. */
  record Point(BigInteger x, BigInteger y) {}

  private static final BigInteger PRIME =
      new BigInteger("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", 16);

  static final Point BASE =
      point(
          HexFormat.of()
              .parseHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));

  private Secp256k1() {}

  /** A compressed point: y is a square root of x^3 + 7. */
  static Point point(byte[] compressed) {
    BigInteger x = new BigInteger(1, Arrays.copyOfRange(compressed, 1, 33));
    BigInteger square = x.pow(3).add(BigInteger.valueOf(7)).mod(PRIME);
    BigInteger y = square.modPow(PRIME.add(BigInteger.ONE).shiftRight(2), PRIME);
    return new Point(x, y.testBit(0) == (compressed[0] == 3) ? y : PRIME.subtract(y));
  }

  static Point times(BigInteger factor, Point point) {
    Point sum = null;
    for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
      sum = sum == null ? null : plus(sum, sum);
      if (factor.testBit(bit)) {
        sum = sum == null ? point : plus(sum, point);
      }
    }
    return sum;
  }

  /** Of points that are not each other's opposites. */
  private static Point plus(Point a, Point b) {
    BigInteger slope =
        a.equals(b)
            ? a.x
                .pow(2)
                .multiply(BigInteger.valueOf(3))
                .multiply(a.y.shiftLeft(1).modInverse(PRIME))
            : b.y.subtract(a.y).multiply(b.x.subtract(a.x).modInverse(PRIME));
    BigInteger x = slope.pow(2).subtract(a.x).subtract(b.x).mod(PRIME);
    return new Point(x, slope.multiply(a.x.subtract(x)).subtract(a.y).mod(PRIME));
  }

  static byte[] x(Point point) {
    byte[] magnitude = point.x.toByteArray();
    byte[] fixed = new byte[32];
    int length = Math.min(32, magnitude.length);
    System.arraycopy(magnitude, magnitude.length - length, fixed, 32 - length, length);
    return fixed;
  }

  static byte[] compressed(Point point) {
    byte[] bytes = new byte[33];
    bytes[0] = (byte) (point.y.testBit(0) ? 3 : 2);
    System.arraycopy(x(point), 0, bytes, 1, 32);
    return bytes;
  }
}
