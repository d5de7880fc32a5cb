package io.inft.store;

import io.inft.bytes.Digest;
import io.inft.failure.StoreRefusedException;
import java.util.Arrays;

/**
 * Asks this Java machine whether it still hashes right. Its compiler turns the hash into machine
 * code while the program runs, and once it was seen to make code that gave other hashes from then
 * on: a root that nobody else computes names an object that nobody can read. So after an object was
 * hashed, a known input is hashed by the same code and compared with what another implementation
 * says.
 */
final class HashProbe {
  private static final int CHUNKS = 3;
  private static final byte[] INPUT = input();
  private static final Digest EXPECTED = expected();

  private HashProbe() {}

  private static byte[] input() {
    byte[] input = new byte[CHUNKS * ObjectLayout.CHUNK_BYTES];
    for (int i = 0; i < input.length; i++) {
      input[i] = (byte) (i * 131 + 7);
    }
    return input;
  }

  private static Digest expected() {
    byte[][] leaves = new byte[CHUNKS][];
    for (int i = 0; i < CHUNKS; i++) {
      int from = i * ObjectLayout.CHUNK_BYTES;
      leaves[i] =
          Digest.keccak256(Arrays.copyOfRange(INPUT, from, from + ObjectLayout.CHUNK_BYTES))
              .toBytes();
    }
    return Digest.keccak256(Digest.keccak256(leaves[0], leaves[1]).toBytes(), leaves[2]);
  }

  /**
   * @throws StoreRefusedException what was hashed last cannot be relied on
   */
  static void requireSound() throws StoreRefusedException {
    requireSound(EXPECTED);
  }

  static void requireSound(Digest expected) throws StoreRefusedException {
    long[] root = new long[Keccak.LANES];
    SegmentHash.chunks(INPUT, 0, CHUNKS, root, 0);
    Digest found = Keccak.digest(root, 0);
    if (!found.equals(expected)) {
      throw new StoreRefusedException(
          "this Java machine",
          "hash an object",
          "it hashes a known input to "
              + found
              + " instead of "
              + expected
              + ", a fault of its compiler or of the computer's memory; nothing was stored, restart"
              + " the program, and if it happens again use another Java release");
    }
  }
}
