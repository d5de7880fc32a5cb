package io.inft.store;

import io.inft.bytes.Digest;

/** Roots of subtrees over zero chunks only, by height. */
public final class ZeroSubtrees {
  private static final int HEIGHTS = 64;
  private static final long[][] LANES = compute();

  private ZeroSubtrees() {}

  private static long[][] compute() {
    Keccak keccak = new Keccak();
    long[][] lanes = new long[HEIGHTS][Keccak.LANES];
    keccak.chunk(new byte[ObjectLayout.CHUNK_BYTES], 0, lanes[0], 0);
    for (int height = 1; height < HEIGHTS; height++) {
      long[] pair = new long[2 * Keccak.LANES];
      System.arraycopy(lanes[height - 1], 0, pair, 0, Keccak.LANES);
      System.arraycopy(lanes[height - 1], 0, pair, Keccak.LANES, Keccak.LANES);
      keccak.pair(pair, 0, lanes[height], 0);
    }
    return lanes;
  }

  /** The root over {@code 2^height} zero chunks. */
  public static Digest root(int height) {
    return Keccak.digest(LANES[height], 0);
  }

  /** Must not be written to. */
  static long[] lanes(int height) {
    return LANES[height];
  }
}
