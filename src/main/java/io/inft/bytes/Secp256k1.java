package io.inft.bytes;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of secp256k1 (SEC 2 version 2, section 2.4.1) that tells whose a key or a
 * signature is: points of y² = x³ + 7 in Jacobian coordinates, which need one division at the end.
 * Every process needs an address before its first row; what signs is BouncyCastle's, whose jar
 * takes a fresh process long to open. Its time tells something of a number that is multiplied with:
 * a secret is, once, when its address is asked for. Stateless.
 */
final class Secp256k1 {
  static final BigInteger ORDER =
      number("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

  static final Point BASE =
      Point.affine(
          number("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
          number("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"));

  private static final BigInteger SEVEN = BigInteger.valueOf(7);
  private static final Point INFINITY = new Point(Field256.ONE, Field256.ONE, Field256.ZERO);

  private Secp256k1() {}

  private static BigInteger number(String hex) {
    return new BigInteger(hex, 16);
  }

  /** The point (x / z², y / z³); at infinity where z is zero. */
  static final class Point {
    private final int[] x;
    private final int[] y;
    private final int[] z;

    private Point(int[] x, int[] y, int[] z) {
      this.x = x;
      this.y = y;
      this.z = z;
    }

    private static Point affine(BigInteger x, BigInteger y) {
      return new Point(Field256.of(x), Field256.of(y), Field256.ONE);
    }

    boolean isInfinity() {
      return Field256.isZero(z);
    }

    /** x and y, 32 bytes each; not for the point at infinity. */
    byte[] toBytes() {
      int[] inverse = Field256.of(Field256.number(z).modInverse(Field256.PRIME));
      int[] square = Field256.times(inverse, inverse);
      byte[] bytes = new byte[64];
      Field256.write(Field256.times(x, square), bytes, 0);
      Field256.write(Field256.times(y, Field256.times(square, inverse)), bytes, 32);
      return bytes;
    }
  }

  /** The point with this x whose y is odd or even; null if there is none. */
  static @Nullable Point withX(BigInteger x, boolean odd) {
    BigInteger prime = Field256.PRIME;
    if (x.compareTo(prime) >= 0) {
      return null;
    }
    BigInteger square = x.multiply(x).multiply(x).add(SEVEN).mod(prime);
    // p = 3 modulo 4, so this power is a root if there is one.
    BigInteger root = square.modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);
    if (!root.multiply(root).mod(prime).equals(square)) {
      return null;
    }
    return Point.affine(x, root.testBit(0) == odd ? root : prime.subtract(root));
  }

  static Point multiply(BigInteger factor, Point point) {
    return sum(factor, point, BigInteger.ZERO, INFINITY);
  }

  /** u·a + v·b, bit by bit, both at once. */
  static Point sum(BigInteger u, Point a, BigInteger v, Point b) {
    Point both = add(a, b);
    Point sum = INFINITY;
    for (int bit = Math.max(u.bitLength(), v.bitLength()) - 1; bit >= 0; bit--) {
      sum = doubled(sum);
      if (u.testBit(bit)) {
        sum = add(sum, v.testBit(bit) ? both : a);
      } else if (v.testBit(bit)) {
        sum = add(sum, b);
      }
    }
    return sum;
  }

  private static Point doubled(Point point) {
    int[] squareY = Field256.times(point.y, point.y);
    int[] between = Field256.doubled(Field256.doubled(Field256.times(point.x, squareY)));
    int[] squareX = Field256.times(point.x, point.x);
    int[] slope = Field256.plus(Field256.doubled(squareX), squareX);
    int[] x = Field256.minus(Field256.times(slope, slope), Field256.doubled(between));
    int[] fourth = Field256.doubled(Field256.times(squareY, squareY));
    int[] y =
        Field256.minus(
            Field256.times(slope, Field256.minus(between, x)),
            Field256.doubled(Field256.doubled(fourth)));
    return new Point(x, y, Field256.doubled(Field256.times(point.y, point.z)));
  }

  private static Point add(Point a, Point b) {
    if (a.isInfinity() || b.isInfinity()) {
      return a.isInfinity() ? b : a;
    }
    int[] squareA = Field256.times(a.z, a.z);
    int[] squareB = Field256.times(b.z, b.z);
    int[] xOfA = Field256.times(a.x, squareB);
    int[] yOfA = Field256.times(a.y, Field256.times(squareB, b.z));
    int[] run = Field256.minus(Field256.times(b.x, squareA), xOfA);
    int[] rise = Field256.minus(Field256.times(b.y, Field256.times(squareA, a.z)), yOfA);
    if (Field256.isZero(run)) {
      return Field256.isZero(rise) ? doubled(a) : INFINITY;
    }
    int[] squareRun = Field256.times(run, run);
    int[] cubeRun = Field256.times(squareRun, run);
    int[] moved = Field256.times(xOfA, squareRun);
    int[] x =
        Field256.minus(
            Field256.minus(Field256.times(rise, rise), cubeRun), Field256.doubled(moved));
    int[] y =
        Field256.minus(
            Field256.times(rise, Field256.minus(moved, x)), Field256.times(yOfA, cubeRun));
    return new Point(x, y, Field256.times(run, Field256.times(a.z, b.z)));
  }
}
