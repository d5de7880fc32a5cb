package io.inft.store.merkle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Keccak-256 of many messages of one length at once. The states lie side by side: all first lanes,
 * then all second lanes, and so on. Every step of the permutation is then a short loop over lanes
 * that do not depend on each other, which Java's compiler turns into vector instructions; that
 * makes it two to three times as fast as one message after the other (see {@code StorageBench}).
 *
 * <p>The compiler does so only for small loops with constant indices, one to a method, and no
 * longer when it has put these methods into each other. So a round is a list of steps behind an
 * interface: there are too many of them to be inlined, and each is compiled quickly.
 *
 * <p>The arithmetic touches arrays of longs only, and bytes become longs by bulk copies: loops that
 * read an array of bytes as longs were compiled wrong by Java 17.0.15. {@code HashProbe} asks again
 * after every object whether the machine can still be believed.
 *
 * <p>Not thread-safe.
 */
final class KeccakLanes {
  /** States side by side: enough to fill vectors, few enough for the processor's nearest cache. */
  static final int WIDTH = 80;

  private static final int STATE_LANES = 25;
  private static final int RATE_LANES = 17;
  private static final int HASH_LANES = 4;
  private static final int MAX_MESSAGE_LANES = ObjectLayout.CHUNK_BYTES / Long.BYTES;
  private static final long LAST_BIT = 0x8000000000000000L;

  private static final long[] ROUND_CONSTANTS = {
    0x0000000000000001L, 0x0000000000008082L, 0x800000000000808aL, 0x8000000080008000L,
    0x000000000000808bL, 0x0000000080000001L, 0x8000000080008081L, 0x8000000000008009L,
    0x000000000000008aL, 0x0000000000000088L, 0x0000000080008009L, 0x000000008000000aL,
    0x000000008000808bL, 0x800000000000008bL, 0x8000000000008089L, 0x8000000000008003L,
    0x8000000000008002L, 0x8000000000000080L, 0x000000000000800aL, 0x800000008000000aL,
    0x8000000080008081L, 0x8000000000008080L, 0x0000000080000001L, 0x8000000080008008L,
  };

  /** A part of a round, in which nothing depends on what another part of its kind writes. */
  @FunctionalInterface
  private interface Step {
    void apply(long[] states, long[] parities, long[] moved);
  }

  private static final Step[] ROUND = {
    KeccakLanes::parity0,
    KeccakLanes::parity1,
    KeccakLanes::parity2,
    KeccakLanes::parity3,
    KeccakLanes::parity4,
    KeccakLanes::column0,
    KeccakLanes::column1,
    KeccakLanes::column2,
    KeccakLanes::column3,
    KeccakLanes::column4,
    KeccakLanes::row0,
    KeccakLanes::row1,
    KeccakLanes::row2,
    KeccakLanes::row3,
    KeccakLanes::row4,
  };

  private final long[] states = new long[STATE_LANES * WIDTH];
  private final long[] moved = new long[STATE_LANES * WIDTH];
  private final long[] parities = new long[5 * WIDTH];
  private final long[] messages = new long[MAX_MESSAGE_LANES * WIDTH];
  private final long[] hashes = new long[HASH_LANES * WIDTH];

  /**
   * Hashes messages that lie one after the other; all are read before a hash is written.
   *
   * @param length of a message in bytes, a multiple of 8, at most a chunk's
   * @param count of messages, at most {@link #WIDTH}
   */
  void hash(byte[] from, int at, int length, int count, byte[] to, int toAt) {
    int lanes = length / Long.BYTES;
    longs(from, at, count * length).get(messages, 0, count * lanes);
    Arrays.fill(states, 0);
    int absorbed = 0;
    while (lanes - absorbed >= RATE_LANES) {
      absorb(lanes, absorbed, RATE_LANES, count);
      permute();
      absorbed += RATE_LANES;
    }
    absorb(lanes, absorbed, lanes - absorbed, count);
    pad(lanes - absorbed, count);
    permute();
    for (int lane = 0; lane < HASH_LANES; lane++) {
      for (int i = 0; i < count; i++) {
        hashes[i * HASH_LANES + lane] = states[lane * WIDTH + i];
      }
    }
    longs(to, toAt, count * HASH_LANES * Long.BYTES).put(hashes, 0, count * HASH_LANES);
  }

  private static LongBuffer longs(byte[] bytes, int at, int length) {
    return ByteBuffer.wrap(bytes, at, length).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
  }

  private void absorb(int messageLanes, int first, int lanes, int count) {
    for (int lane = 0; lane < lanes; lane++) {
      for (int i = 0; i < count; i++) {
        states[lane * WIDTH + i] ^= messages[i * messageLanes + first + lane];
      }
    }
  }

  /** Keccak's own padding; SHA-3's is another one. */
  private void pad(int lane, int count) {
    for (int i = 0; i < count; i++) {
      states[lane * WIDTH + i] ^= 1;
      states[(RATE_LANES - 1) * WIDTH + i] ^= LAST_BIT;
    }
  }

  /** Keccak-f[1600]: FIPS 202, section 3.3. */
  private void permute() {
    for (long constant : ROUND_CONSTANTS) {
      for (Step step : ROUND) {
        step.apply(states, parities, moved);
      }
      for (int i = 0; i < WIDTH; i++) {
        states[i] ^= constant;
      }
    }
  }

  // Theta, first half: the parity of a column.

  private static void parity0(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      c[i] = a[i] ^ a[5 * WIDTH + i] ^ a[10 * WIDTH + i] ^ a[15 * WIDTH + i] ^ a[20 * WIDTH + i];
    }
  }

  private static void parity1(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      c[WIDTH + i] =
          a[WIDTH + i]
              ^ a[6 * WIDTH + i]
              ^ a[11 * WIDTH + i]
              ^ a[16 * WIDTH + i]
              ^ a[21 * WIDTH + i];
    }
  }

  private static void parity2(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      c[2 * WIDTH + i] =
          a[2 * WIDTH + i]
              ^ a[7 * WIDTH + i]
              ^ a[12 * WIDTH + i]
              ^ a[17 * WIDTH + i]
              ^ a[22 * WIDTH + i];
    }
  }

  private static void parity3(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      c[3 * WIDTH + i] =
          a[3 * WIDTH + i]
              ^ a[8 * WIDTH + i]
              ^ a[13 * WIDTH + i]
              ^ a[18 * WIDTH + i]
              ^ a[23 * WIDTH + i];
    }
  }

  private static void parity4(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      c[4 * WIDTH + i] =
          a[4 * WIDTH + i]
              ^ a[9 * WIDTH + i]
              ^ a[14 * WIDTH + i]
              ^ a[19 * WIDTH + i]
              ^ a[24 * WIDTH + i];
    }
  }

  // Theta, second half, and rho and pi: a column's lanes are turned and put where they go.

  private static void column0(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      long d = c[4 * WIDTH + i] ^ Long.rotateLeft(c[WIDTH + i], 1);
      b[i] = a[i] ^ d;
      b[16 * WIDTH + i] = Long.rotateLeft(a[5 * WIDTH + i] ^ d, 36);
      b[7 * WIDTH + i] = Long.rotateLeft(a[10 * WIDTH + i] ^ d, 3);
      b[23 * WIDTH + i] = Long.rotateLeft(a[15 * WIDTH + i] ^ d, 41);
      b[14 * WIDTH + i] = Long.rotateLeft(a[20 * WIDTH + i] ^ d, 18);
    }
  }

  private static void column1(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      long d = c[i] ^ Long.rotateLeft(c[2 * WIDTH + i], 1);
      b[10 * WIDTH + i] = Long.rotateLeft(a[WIDTH + i] ^ d, 1);
      b[WIDTH + i] = Long.rotateLeft(a[6 * WIDTH + i] ^ d, 44);
      b[17 * WIDTH + i] = Long.rotateLeft(a[11 * WIDTH + i] ^ d, 10);
      b[8 * WIDTH + i] = Long.rotateLeft(a[16 * WIDTH + i] ^ d, 45);
      b[24 * WIDTH + i] = Long.rotateLeft(a[21 * WIDTH + i] ^ d, 2);
    }
  }

  private static void column2(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      long d = c[WIDTH + i] ^ Long.rotateLeft(c[3 * WIDTH + i], 1);
      b[20 * WIDTH + i] = Long.rotateLeft(a[2 * WIDTH + i] ^ d, 62);
      b[11 * WIDTH + i] = Long.rotateLeft(a[7 * WIDTH + i] ^ d, 6);
      b[2 * WIDTH + i] = Long.rotateLeft(a[12 * WIDTH + i] ^ d, 43);
      b[18 * WIDTH + i] = Long.rotateLeft(a[17 * WIDTH + i] ^ d, 15);
      b[9 * WIDTH + i] = Long.rotateLeft(a[22 * WIDTH + i] ^ d, 61);
    }
  }

  private static void column3(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      long d = c[2 * WIDTH + i] ^ Long.rotateLeft(c[4 * WIDTH + i], 1);
      b[5 * WIDTH + i] = Long.rotateLeft(a[3 * WIDTH + i] ^ d, 28);
      b[21 * WIDTH + i] = Long.rotateLeft(a[8 * WIDTH + i] ^ d, 55);
      b[12 * WIDTH + i] = Long.rotateLeft(a[13 * WIDTH + i] ^ d, 25);
      b[3 * WIDTH + i] = Long.rotateLeft(a[18 * WIDTH + i] ^ d, 21);
      b[19 * WIDTH + i] = Long.rotateLeft(a[23 * WIDTH + i] ^ d, 56);
    }
  }

  private static void column4(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      long d = c[3 * WIDTH + i] ^ Long.rotateLeft(c[i], 1);
      b[15 * WIDTH + i] = Long.rotateLeft(a[4 * WIDTH + i] ^ d, 27);
      b[6 * WIDTH + i] = Long.rotateLeft(a[9 * WIDTH + i] ^ d, 20);
      b[22 * WIDTH + i] = Long.rotateLeft(a[14 * WIDTH + i] ^ d, 39);
      b[13 * WIDTH + i] = Long.rotateLeft(a[19 * WIDTH + i] ^ d, 8);
      b[4 * WIDTH + i] = Long.rotateLeft(a[24 * WIDTH + i] ^ d, 14);
    }
  }

  // Chi: a row.

  private static void row0(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      long b0 = b[i];
      long b1 = b[WIDTH + i];
      long b2 = b[2 * WIDTH + i];
      long b3 = b[3 * WIDTH + i];
      long b4 = b[4 * WIDTH + i];
      a[i] = b0 ^ (~b1 & b2);
      a[WIDTH + i] = b1 ^ (~b2 & b3);
      a[2 * WIDTH + i] = b2 ^ (~b3 & b4);
      a[3 * WIDTH + i] = b3 ^ (~b4 & b0);
      a[4 * WIDTH + i] = b4 ^ (~b0 & b1);
    }
  }

  private static void row1(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      long b0 = b[5 * WIDTH + i];
      long b1 = b[6 * WIDTH + i];
      long b2 = b[7 * WIDTH + i];
      long b3 = b[8 * WIDTH + i];
      long b4 = b[9 * WIDTH + i];
      a[5 * WIDTH + i] = b0 ^ (~b1 & b2);
      a[6 * WIDTH + i] = b1 ^ (~b2 & b3);
      a[7 * WIDTH + i] = b2 ^ (~b3 & b4);
      a[8 * WIDTH + i] = b3 ^ (~b4 & b0);
      a[9 * WIDTH + i] = b4 ^ (~b0 & b1);
    }
  }

  private static void row2(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      long b0 = b[10 * WIDTH + i];
      long b1 = b[11 * WIDTH + i];
      long b2 = b[12 * WIDTH + i];
      long b3 = b[13 * WIDTH + i];
      long b4 = b[14 * WIDTH + i];
      a[10 * WIDTH + i] = b0 ^ (~b1 & b2);
      a[11 * WIDTH + i] = b1 ^ (~b2 & b3);
      a[12 * WIDTH + i] = b2 ^ (~b3 & b4);
      a[13 * WIDTH + i] = b3 ^ (~b4 & b0);
      a[14 * WIDTH + i] = b4 ^ (~b0 & b1);
    }
  }

  private static void row3(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      long b0 = b[15 * WIDTH + i];
      long b1 = b[16 * WIDTH + i];
      long b2 = b[17 * WIDTH + i];
      long b3 = b[18 * WIDTH + i];
      long b4 = b[19 * WIDTH + i];
      a[15 * WIDTH + i] = b0 ^ (~b1 & b2);
      a[16 * WIDTH + i] = b1 ^ (~b2 & b3);
      a[17 * WIDTH + i] = b2 ^ (~b3 & b4);
      a[18 * WIDTH + i] = b3 ^ (~b4 & b0);
      a[19 * WIDTH + i] = b4 ^ (~b0 & b1);
    }
  }

  private static void row4(long[] a, long[] c, long[] b) {
    for (int i = 0; i < WIDTH; i++) {
      long b0 = b[20 * WIDTH + i];
      long b1 = b[21 * WIDTH + i];
      long b2 = b[22 * WIDTH + i];
      long b3 = b[23 * WIDTH + i];
      long b4 = b[24 * WIDTH + i];
      a[20 * WIDTH + i] = b0 ^ (~b1 & b2);
      a[21 * WIDTH + i] = b1 ^ (~b2 & b3);
      a[22 * WIDTH + i] = b2 ^ (~b3 & b4);
      a[23 * WIDTH + i] = b3 ^ (~b4 & b0);
      a[24 * WIDTH + i] = b4 ^ (~b0 & b1);
    }
  }
}
