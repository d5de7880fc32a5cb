package io.inft.store.merkle;

import io.inft.bytes.Digest;
import io.inft.failure.StoreRefusedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Asks this Java machine whether it still hashes right. Its compiler turns the hash into machine
 * code while the program runs, and once it was seen to make code that gave other hashes from then
 * on: a root that nobody else computes names an object that nobody can read. So after an object was
 * hashed, a known input is hashed by the same code and compared with what another implementation
 * says.
 */
final class HashProbe {
  /** All ways to hash take part: many side by side, the few that remain, an odd last one. */
  private static final int CHUNKS = KeccakLanes.WIDTH + 3;

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
    List<Digest> level = new ArrayList<>();
    for (int from = 0; from < INPUT.length; from += ObjectLayout.CHUNK_BYTES) {
      level.add(Digest.keccak256(Arrays.copyOfRange(INPUT, from, from + ObjectLayout.CHUNK_BYTES)));
    }
    while (level.size() > 1) {
      List<Digest> parents = new ArrayList<>();
      for (int i = 0; i + 1 < level.size(); i += 2) {
        parents.add(Digest.keccak256(level.get(i).toBytes(), level.get(i + 1).toBytes()));
      }
      if (level.size() % 2 == 1) {
        parents.add(level.get(level.size() - 1));
      }
      level = parents;
    }
    return level.get(0);
  }

  /** Whether an object of so many chunks is hashed by code that has to be asked about. */
  static boolean concerns(long chunks) {
    return chunks >= Keccak.MANY;
  }

  /**
   * @throws StoreRefusedException what was hashed last cannot be relied on
   */
  static void requireSound() throws StoreRefusedException {
    requireSound(EXPECTED);
  }

  static void requireSound(Digest expected) throws StoreRefusedException {
    byte[] root = new byte[Digest.BYTES];
    SegmentHash.chunks(INPUT, 0, CHUNKS, root, 0);
    Digest found = Digest.of(root);
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
