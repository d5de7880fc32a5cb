package io.inft.bytes;

import java.math.BigInteger;

/**
 * Numbers modulo p = 2^256 - 2^32 - 977, the field of secp256k1, as eight words of 32 bits, the
 * lowest first. What is added above 256 bits comes back below, times 2^32 + 977. Results lie below
 * 2^256 and may be p or more; {@link #number} says which they are. Never changes what it is given.
 */
final class Field256 {
  static final BigInteger PRIME =
      BigInteger.ONE.shiftLeft(256).subtract(BigInteger.valueOf(0x1000003d1L));

  static final int[] ZERO = new int[8];
  static final int[] ONE = {1, 0, 0, 0, 0, 0, 0, 0};

  private static final int WORDS = 8;
  private static final long MASK = 0xffffffffL;
  private static final long FOLD = 977;

  private Field256() {}

  /** A number from 0 up to the prime, which it is not. */
  static int[] of(BigInteger value) {
    int[] words = new int[WORDS];
    for (int i = 0; i < WORDS; i++) {
      words[i] = value.shiftRight(32 * i).intValue();
    }
    return words;
  }

  static BigInteger number(int[] value) {
    byte[] bytes = new byte[4 * WORDS];
    for (int i = 0; i < WORDS; i++) {
      for (int b = 0; b < 4; b++) {
        bytes[bytes.length - 1 - 4 * i - b] = (byte) (value[i] >>> (8 * b));
      }
    }
    BigInteger number = new BigInteger(1, bytes);
    return number.compareTo(PRIME) < 0 ? number : number.subtract(PRIME);
  }

  /** Puts 32 bytes there, the highest first. */
  static void write(int[] value, byte[] to, int at) {
    byte[] magnitude = number(value).toByteArray();
    int length = Math.min(32, magnitude.length);
    System.arraycopy(magnitude, magnitude.length - length, to, at + 32 - length, length);
  }

  static boolean isZero(int[] value) {
    int any = 0;
    int all = value[0] ^ 0xfffffc2f;
    for (int i = 0; i < WORDS; i++) {
      any |= value[i];
    }
    all |= value[1] ^ 0xfffffffe;
    for (int i = 2; i < WORDS; i++) {
      all |= ~value[i];
    }
    return any == 0 || all == 0;
  }

  static int[] doubled(int[] a) {
    return plus(a, a);
  }

  static int[] plus(int[] a, int[] b) {
    int[] sum = new int[WORDS];
    long carry = 0;
    for (int i = 0; i < WORDS; i++) {
      carry += (a[i] & MASK) + (b[i] & MASK);
      sum[i] = (int) carry;
      carry >>>= 32;
    }
    return folded(sum, carry);
  }

  static int[] minus(int[] a, int[] b) {
    int[] difference = new int[WORDS];
    long borrow = 0;
    for (int i = 0; i < WORDS; i++) {
      borrow += (a[i] & MASK) - (b[i] & MASK);
      difference[i] = (int) borrow;
      borrow >>= 32;
    }
    return folded(difference, borrow);
  }

  static int[] times(int[] a, int[] b) {
    int[] product = new int[2 * WORDS];
    for (int i = 0; i < WORDS; i++) {
      long factor = a[i] & MASK;
      long carry = 0;
      for (int j = 0; j < WORDS; j++) {
        carry += factor * (b[j] & MASK) + (product[i + j] & MASK);
        product[i + j] = (int) carry;
        carry >>>= 32;
      }
      product[i + WORDS] = (int) carry;
    }
    int[] low = new int[WORDS];
    long carry = 0;
    long below = 0;
    for (int i = 0; i < WORDS; i++) {
      long high = product[i + WORDS] & MASK;
      carry += (product[i] & MASK) + high * FOLD + below;
      low[i] = (int) carry;
      carry >>>= 32;
      below = high;
    }
    return folded(low, carry + below);
  }

  /** Adds what lies above 256 bits, a number below 2^34 or -1, as often as there is any. */
  private static int[] folded(int[] value, long above) {
    long left = above;
    while (left != 0) {
      long carry = (value[0] & MASK) + left * FOLD;
      value[0] = (int) carry;
      carry = (carry >> 32) + (value[1] & MASK) + left;
      value[1] = (int) carry;
      carry >>= 32;
      for (int i = 2; i < WORDS && carry != 0; i++) {
        carry += value[i] & MASK;
        value[i] = (int) carry;
        carry >>= 32;
      }
      left = carry;
    }
    return value;
  }
}
