package io.inft.store;

import io.inft.bytes.Digest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Keccak-256 for the two inputs a 0G Merkle tree has: a chunk of 256 bytes and a pair of hashes. A
 * hash is four little-endian lanes in a {@code long} array, so that a whole tree is built without
 * copying bytes to and fro; that is what makes it faster than a general digest (see {@code
 * StorageBench}). Not thread-safe: one instance a thread.
 */
final class Keccak {
  /** Lanes in a hash. */
  static final int LANES = 4;

  private static final int RATE_LANES = 17;
  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LAST_BIT = 0x8000000000000000L;

  private static final long[] ROUND_CONSTANTS = {
    0x0000000000000001L, 0x0000000000008082L, 0x800000000000808aL, 0x8000000080008000L,
    0x000000000000808bL, 0x0000000080000001L, 0x8000000080008081L, 0x8000000000008009L,
    0x000000000000008aL, 0x0000000000000088L, 0x0000000080008009L, 0x000000008000000aL,
    0x000000008000808bL, 0x800000000000008bL, 0x8000000000008089L, 0x8000000000008003L,
    0x8000000000008002L, 0x8000000000000080L, 0x000000000000800aL, 0x800000008000000aL,
    0x8000000080008081L, 0x8000000000008080L, 0x0000000080000001L, 0x8000000080008008L,
  };

  private final long[] state = new long[25];

  /**
   * Hashes the 256 bytes at {@code offset} into {@code out[at … at + 3]}.
   *
   * <p>The lanes are read one by one, not in loops: the optimizing compiler of Java 17 turns loops
   * that read an array of bytes as longs into vectors that are wrong (seen with 17.0.15; right with
   * {@code -XX:-UseSuperWord}).
   */
  void chunk(byte[] bytes, int offset, long[] out, int at) {
    long[] a = state;
    a[0] = lane(bytes, offset, 0);
    a[1] = lane(bytes, offset, 1);
    a[2] = lane(bytes, offset, 2);
    a[3] = lane(bytes, offset, 3);
    a[4] = lane(bytes, offset, 4);
    a[5] = lane(bytes, offset, 5);
    a[6] = lane(bytes, offset, 6);
    a[7] = lane(bytes, offset, 7);
    a[8] = lane(bytes, offset, 8);
    a[9] = lane(bytes, offset, 9);
    a[10] = lane(bytes, offset, 10);
    a[11] = lane(bytes, offset, 11);
    a[12] = lane(bytes, offset, 12);
    a[13] = lane(bytes, offset, 13);
    a[14] = lane(bytes, offset, 14);
    a[15] = lane(bytes, offset, 15);
    a[16] = lane(bytes, offset, 16);
    Arrays.fill(a, RATE_LANES, a.length, 0);
    permute(a);
    a[0] ^= lane(bytes, offset, 17);
    a[1] ^= lane(bytes, offset, 18);
    a[2] ^= lane(bytes, offset, 19);
    a[3] ^= lane(bytes, offset, 20);
    a[4] ^= lane(bytes, offset, 21);
    a[5] ^= lane(bytes, offset, 22);
    a[6] ^= lane(bytes, offset, 23);
    a[7] ^= lane(bytes, offset, 24);
    a[8] ^= lane(bytes, offset, 25);
    a[9] ^= lane(bytes, offset, 26);
    a[10] ^= lane(bytes, offset, 27);
    a[11] ^= lane(bytes, offset, 28);
    a[12] ^= lane(bytes, offset, 29);
    a[13] ^= lane(bytes, offset, 30);
    a[14] ^= lane(bytes, offset, 31);
    a[15] ^= 1;
    a[RATE_LANES - 1] ^= LAST_BIT;
    permute(a);
    System.arraycopy(a, 0, out, at, LANES);
  }

  private static long lane(byte[] bytes, int offset, int lane) {
    return (long) LITTLE_ENDIAN.get(bytes, offset + 8 * lane);
  }

  /** Hashes the two hashes at {@code from[at … at + 7]} into {@code out[to … to + 3]}. */
  void pair(long[] from, int at, long[] out, int to) {
    long[] a = state;
    System.arraycopy(from, at, a, 0, 2 * LANES);
    a[8] = 1;
    Arrays.fill(a, 9, a.length, 0);
    a[RATE_LANES - 1] = LAST_BIT;
    permute(a);
    System.arraycopy(a, 0, out, to, LANES);
  }

  /** The 32 bytes of the hash at {@code lanes[at … at + 3]}. */
  static Digest digest(long[] lanes, int at) {
    byte[] bytes = new byte[Digest.BYTES];
    for (int i = 0; i < LANES; i++) {
      LITTLE_ENDIAN.set(bytes, 8 * i, lanes[at + i]);
    }
    return Digest.of(bytes);
  }

  /** Puts the four lanes of {@code digest} into {@code out[at … at + 3]}. */
  static void lanes(Digest digest, long[] out, int at) {
    byte[] bytes = digest.toBytes();
    for (int i = 0; i < LANES; i++) {
      out[at + i] = (long) LITTLE_ENDIAN.get(bytes, 8 * i);
    }
  }

  /** Keccak-f[1600]: FIPS 202, section 3.3, with the lanes in local variables. */
  private static void permute(long[] a) {
    long a0 = a[0];
    long a1 = a[1];
    long a2 = a[2];
    long a3 = a[3];
    long a4 = a[4];
    long a5 = a[5];
    long a6 = a[6];
    long a7 = a[7];
    long a8 = a[8];
    long a9 = a[9];
    long a10 = a[10];
    long a11 = a[11];
    long a12 = a[12];
    long a13 = a[13];
    long a14 = a[14];
    long a15 = a[15];
    long a16 = a[16];
    long a17 = a[17];
    long a18 = a[18];
    long a19 = a[19];
    long a20 = a[20];
    long a21 = a[21];
    long a22 = a[22];
    long a23 = a[23];
    long a24 = a[24];
    for (long constant : ROUND_CONSTANTS) {
      long c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
      long c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
      long c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
      long c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
      long c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
      long d0 = c4 ^ Long.rotateLeft(c1, 1);
      long d1 = c0 ^ Long.rotateLeft(c2, 1);
      long d2 = c1 ^ Long.rotateLeft(c3, 1);
      long d3 = c2 ^ Long.rotateLeft(c4, 1);
      long d4 = c3 ^ Long.rotateLeft(c0, 1);
      long b0 = a0 ^ d0;
      long b16 = Long.rotateLeft(a5 ^ d0, 36);
      long b7 = Long.rotateLeft(a10 ^ d0, 3);
      long b23 = Long.rotateLeft(a15 ^ d0, 41);
      long b14 = Long.rotateLeft(a20 ^ d0, 18);
      long b10 = Long.rotateLeft(a1 ^ d1, 1);
      long b1 = Long.rotateLeft(a6 ^ d1, 44);
      long b17 = Long.rotateLeft(a11 ^ d1, 10);
      long b8 = Long.rotateLeft(a16 ^ d1, 45);
      long b24 = Long.rotateLeft(a21 ^ d1, 2);
      long b20 = Long.rotateLeft(a2 ^ d2, 62);
      long b11 = Long.rotateLeft(a7 ^ d2, 6);
      long b2 = Long.rotateLeft(a12 ^ d2, 43);
      long b18 = Long.rotateLeft(a17 ^ d2, 15);
      long b9 = Long.rotateLeft(a22 ^ d2, 61);
      long b5 = Long.rotateLeft(a3 ^ d3, 28);
      long b21 = Long.rotateLeft(a8 ^ d3, 55);
      long b12 = Long.rotateLeft(a13 ^ d3, 25);
      long b3 = Long.rotateLeft(a18 ^ d3, 21);
      long b19 = Long.rotateLeft(a23 ^ d3, 56);
      long b15 = Long.rotateLeft(a4 ^ d4, 27);
      long b6 = Long.rotateLeft(a9 ^ d4, 20);
      long b22 = Long.rotateLeft(a14 ^ d4, 39);
      long b13 = Long.rotateLeft(a19 ^ d4, 8);
      long b4 = Long.rotateLeft(a24 ^ d4, 14);
      a0 = b0 ^ (~b1 & b2) ^ constant;
      a1 = b1 ^ (~b2 & b3);
      a2 = b2 ^ (~b3 & b4);
      a3 = b3 ^ (~b4 & b0);
      a4 = b4 ^ (~b0 & b1);
      a5 = b5 ^ (~b6 & b7);
      a6 = b6 ^ (~b7 & b8);
      a7 = b7 ^ (~b8 & b9);
      a8 = b8 ^ (~b9 & b5);
      a9 = b9 ^ (~b5 & b6);
      a10 = b10 ^ (~b11 & b12);
      a11 = b11 ^ (~b12 & b13);
      a12 = b12 ^ (~b13 & b14);
      a13 = b13 ^ (~b14 & b10);
      a14 = b14 ^ (~b10 & b11);
      a15 = b15 ^ (~b16 & b17);
      a16 = b16 ^ (~b17 & b18);
      a17 = b17 ^ (~b18 & b19);
      a18 = b18 ^ (~b19 & b15);
      a19 = b19 ^ (~b15 & b16);
      a20 = b20 ^ (~b21 & b22);
      a21 = b21 ^ (~b22 & b23);
      a22 = b22 ^ (~b23 & b24);
      a23 = b23 ^ (~b24 & b20);
      a24 = b24 ^ (~b20 & b21);
    }
    a[0] = a0;
    a[1] = a1;
    a[2] = a2;
    a[3] = a3;
    a[4] = a4;
    a[5] = a5;
    a[6] = a6;
    a[7] = a7;
    a[8] = a8;
    a[9] = a9;
    a[10] = a10;
    a[11] = a11;
    a[12] = a12;
    a[13] = a13;
    a[14] = a14;
    a[15] = a15;
    a[16] = a16;
    a[17] = a17;
    a[18] = a18;
    a[19] = a19;
    a[20] = a20;
    a[21] = a21;
    a[22] = a22;
    a[23] = a23;
    a[24] = a24;
  }
}
