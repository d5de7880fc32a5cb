package io.inft.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Keccak-256 as Ethereum has it: Keccak-f[1600] of FIPS 202, section 3.3, a rate of 136 bytes, and
 * the padding from before FIPS 202, a single bit. Every process hashes something before its first
 * row, and BouncyCastle, whose jar is signed, costs a fresh one two tenths of a second until its
 * first class is there. Not thread-safe.
 */
public final class Keccak256 {
  private static final int RATE_BYTES = 136;
  private static final int LANES = 25;
  private static final VarHandle LANE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long[] ROUND_CONSTANTS = {
    0x0000000000000001L, 0x0000000000008082L, 0x800000000000808aL, 0x8000000080008000L,
    0x000000000000808bL, 0x0000000080000001L, 0x8000000080008081L, 0x8000000000008009L,
    0x000000000000008aL, 0x0000000000000088L, 0x0000000080008009L, 0x000000008000000aL,
    0x000000008000808bL, 0x800000000000008bL, 0x8000000000008089L, 0x8000000000008003L,
    0x8000000000008002L, 0x8000000000000080L, 0x000000000000800aL, 0x800000008000000aL,
    0x8000000080008081L, 0x8000000000008080L, 0x0000000080000001L, 0x8000000080008008L,
  };

  private final long[] state = new long[LANES];
  private final long[] next = new long[LANES];

  /** What does not fill a block yet. */
  private final byte[] rest = new byte[RATE_BYTES];

  private int inRest;

  public void update(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    if (inRest > 0) {
      int taken = Math.min(RATE_BYTES - inRest, length);
      System.arraycopy(bytes, at, rest, inRest, taken);
      at += taken;
      inRest += taken;
      if (inRest < RATE_BYTES) {
        return;
      }
      absorb(rest, 0);
    }
    for (; end - at >= RATE_BYTES; at += RATE_BYTES) {
      absorb(bytes, at);
    }
    inRest = end - at;
    System.arraycopy(bytes, at, rest, 0, inRest);
  }

  /** Writes the 32 bytes of the hash, and is as new. */
  public void finish(byte[] out, int at) {
    Arrays.fill(rest, inRest, RATE_BYTES, (byte) 0);
    rest[inRest] = 1;
    rest[RATE_BYTES - 1] |= (byte) 0x80;
    absorb(rest, 0);
    LANE.set(out, at, state[0]);
    LANE.set(out, at + 8, state[1]);
    LANE.set(out, at + 16, state[2]);
    LANE.set(out, at + 24, state[3]);
    Arrays.fill(state, 0);
    inRest = 0;
  }

  /** Lane by lane: loops that read bytes as longs were compiled wrong by Java 17.0.15. */
  private void absorb(byte[] bytes, int at) {
    state[0] ^= (long) LANE.get(bytes, at + 0);
    state[1] ^= (long) LANE.get(bytes, at + 8);
    state[2] ^= (long) LANE.get(bytes, at + 16);
    state[3] ^= (long) LANE.get(bytes, at + 24);
    state[4] ^= (long) LANE.get(bytes, at + 32);
    state[5] ^= (long) LANE.get(bytes, at + 40);
    state[6] ^= (long) LANE.get(bytes, at + 48);
    state[7] ^= (long) LANE.get(bytes, at + 56);
    state[8] ^= (long) LANE.get(bytes, at + 64);
    state[9] ^= (long) LANE.get(bytes, at + 72);
    state[10] ^= (long) LANE.get(bytes, at + 80);
    state[11] ^= (long) LANE.get(bytes, at + 88);
    state[12] ^= (long) LANE.get(bytes, at + 96);
    state[13] ^= (long) LANE.get(bytes, at + 104);
    state[14] ^= (long) LANE.get(bytes, at + 112);
    state[15] ^= (long) LANE.get(bytes, at + 120);
    state[16] ^= (long) LANE.get(bytes, at + 128);
    for (int round = 0; round < ROUND_CONSTANTS.length; round += 2) {
      round(state, next, ROUND_CONSTANTS[round]);
      round(next, state, ROUND_CONSTANTS[round + 1]);
    }
  }

  /** Theta, then rho, pi and chi row by row, then iota. */
  private static void round(long[] a, long[] to, long constant) {
    long c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
    long c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
    long c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
    long c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
    long c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
    long d0 = c4 ^ Long.rotateLeft(c1, 1);
    long d1 = c0 ^ Long.rotateLeft(c2, 1);
    long d2 = c1 ^ Long.rotateLeft(c3, 1);
    long d3 = c2 ^ Long.rotateLeft(c4, 1);
    long d4 = c3 ^ Long.rotateLeft(c0, 1);
    row(
        to,
        0,
        a[0] ^ d0,
        Long.rotateLeft(a[6] ^ d1, 44),
        Long.rotateLeft(a[12] ^ d2, 43),
        Long.rotateLeft(a[18] ^ d3, 21),
        Long.rotateLeft(a[24] ^ d4, 14));
    row(
        to,
        5,
        Long.rotateLeft(a[3] ^ d3, 28),
        Long.rotateLeft(a[9] ^ d4, 20),
        Long.rotateLeft(a[10] ^ d0, 3),
        Long.rotateLeft(a[16] ^ d1, 45),
        Long.rotateLeft(a[22] ^ d2, 61));
    row(
        to,
        10,
        Long.rotateLeft(a[1] ^ d1, 1),
        Long.rotateLeft(a[7] ^ d2, 6),
        Long.rotateLeft(a[13] ^ d3, 25),
        Long.rotateLeft(a[19] ^ d4, 8),
        Long.rotateLeft(a[20] ^ d0, 18));
    row(
        to,
        15,
        Long.rotateLeft(a[4] ^ d4, 27),
        Long.rotateLeft(a[5] ^ d0, 36),
        Long.rotateLeft(a[11] ^ d1, 10),
        Long.rotateLeft(a[17] ^ d2, 15),
        Long.rotateLeft(a[23] ^ d3, 56));
    row(
        to,
        20,
        Long.rotateLeft(a[2] ^ d2, 62),
        Long.rotateLeft(a[8] ^ d3, 55),
        Long.rotateLeft(a[14] ^ d4, 39),
        Long.rotateLeft(a[15] ^ d0, 41),
        Long.rotateLeft(a[21] ^ d1, 2));
    to[0] ^= constant;
  }

  private static void row(long[] to, int at, long b0, long b1, long b2, long b3, long b4) {
    to[at] = b0 ^ (~b1 & b2);
    to[at + 1] = b1 ^ (~b2 & b3);
    to[at + 2] = b2 ^ (~b3 & b4);
    to[at + 3] = b3 ^ (~b4 & b0);
    to[at + 4] = b4 ^ (~b0 & b1);
  }
}
