package io.inft.store;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Hashes objects of random lengths until their hash has been compiled, and compares each with what
 * BouncyCastle's digest makes of it. Prints how many differ. A program, because a compiler's fault
 * shows only in a Java machine that warms up with this and nothing else.
 */
final class HashingProgram {
  private HashingProgram() {}

  public static void main(String[] arguments) throws InftException {
    Random random = new Random(Long.parseLong(arguments[0]));
    int rounds = Integer.parseInt(arguments[1]);
    int wrong = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] bytes = new byte[1 + random.nextInt(round % 7 == 0 ? 200_000 : 30_000)];
      random.nextBytes(bytes);
      ObjectTree tree = ObjectTree.of(ByteSource.of(bytes));
      if (!tree.root().equals(expected(tree.layout(), bytes))) {
        wrong++;
      }
    }
    System.out.println("wrong " + wrong + " of " + rounds);
  }

  private static Digest expected(ObjectLayout layout, byte[] bytes) {
    byte[] padded = Arrays.copyOf(bytes, layout.leafChunks(0) * ObjectLayout.CHUNK_BYTES);
    List<Digest> level = new ArrayList<>();
    for (int from = 0; from < padded.length; from += ObjectLayout.CHUNK_BYTES) {
      level.add(
          Digest.keccak256(Arrays.copyOfRange(padded, from, from + ObjectLayout.CHUNK_BYTES)));
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
}
