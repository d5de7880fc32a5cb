package io.inft.store.merkle;

import io.inft.bytes.Digest;
import io.inft.failure.SubstitutedObjectException;
import java.util.List;

/**
 * Shows that a segment stands at its place in an object with a given root.
 *
 * @param lemma the leaf, its siblings from the leaf upwards, the root; only the root for a tree of
 *     one leaf
 * @param path for each level from the leaf upwards whether our node is the left child
 */
public record MerkleProof(List<Digest> lemma, List<Boolean> path) {
  public MerkleProof {
    lemma = List.copyOf(lemma);
    path = List.copyOf(path);
  }

  /**
   * Checks form, leaf, root, position and hash chain; a tree of one leaf is checked like any other.
   *
   * @param root what the caller asked for, never what a server said
   * @param leaf computed from the bytes received
   * @throws SubstitutedObjectException if any of them does not fit
   */
  public void verify(Digest root, Digest leaf, int index, int leaves)
      throws SubstitutedObjectException {
    String what = "segment " + index + " of object " + root;
    int expectedLemma = path.isEmpty() ? 1 : path.size() + 2;
    if (lemma.size() != expectedLemma) {
      throw refused(what, expectedLemma + " hashes in its proof", lemma.size() + "");
    }
    if (!lemma.get(0).equals(leaf)) {
      throw refused(what, "bytes hashing to " + lemma.get(0), leaf.toString());
    }
    Digest last = lemma.get(lemma.size() - 1);
    if (!last.equals(root)) {
      throw refused(what, root.toString(), "a proof for " + last);
    }
    int position = position(what, leaves);
    if (position != index) {
      throw refused(what, "position " + index, "position " + position);
    }
    Digest computed = leaf;
    for (int level = 0; level < path.size(); level++) {
      Digest sibling = lemma.get(level + 1);
      computed =
          path.get(level)
              ? Digest.keccak256(computed.toBytes(), sibling.toBytes())
              : Digest.keccak256(sibling.toBytes(), computed.toBytes());
    }
    if (!computed.equals(root)) {
      throw refused(what, root.toString(), "a hash chain to " + computed);
    }
  }

  /** Walks from the root down to the leaf the path leads to. */
  private int position(String what, int leaves) throws SubstitutedObjectException {
    int left = leaves;
    int position = 0;
    for (int level = path.size() - 1; level >= 0; level--) {
      if (left < 2) {
        throw refused(what, "a path within " + leaves + " leaves", "a longer one");
      }
      int half = (int) (ObjectLayout.powerOfTwoAtLeast(left) / 2);
      if (path.get(level)) {
        left = half;
      } else {
        position += half;
        left -= half;
      }
    }
    if (left != 1) {
      throw refused(what, "a path to one of " + leaves + " leaves", "a shorter one");
    }
    return position;
  }

  private static SubstitutedObjectException refused(String what, String expected, String found) {
    return new SubstitutedObjectException(what, expected, found);
  }
}
