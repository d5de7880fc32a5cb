package io.inft.store.merkle;

import io.inft.bytes.Digest;

/** Roots of subtrees over zero chunks only, by height. */
public final class ZeroSubtrees {
  private static final int HEIGHTS = 64;
  private static final byte[][] ROOTS = compute();

  private ZeroSubtrees() {}

  private static byte[][] compute() {
    byte[][] roots = new byte[HEIGHTS][];
    roots[0] = Digest.keccak256(new byte[ObjectLayout.CHUNK_BYTES]).toBytes();
    for (int height = 1; height < HEIGHTS; height++) {
      roots[height] = Digest.keccak256(roots[height - 1], roots[height - 1]).toBytes();
    }
    return roots;
  }

  /** The root over {@code 2^height} zero chunks. */
  public static Digest root(int height) {
    return Digest.of(ROOTS[height]);
  }

  /** Must not be written to. */
  static byte[] bytes(int height) {
    return ROOTS[height];
  }
}
