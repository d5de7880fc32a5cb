package io.inft.store;

import io.inft.bytes.Digest;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.MerkleProof;
import io.inft.store.merkle.MerkleTree;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.SegmentHash;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks a segment that came without a proof by the proof of the one beside it, in which the hash
 * of ours is a sibling. Stateless, safe for many threads.
 */
public final class SegmentBeside {
  private SegmentBeside() {}

  /** The segment whose proof is needed; the same segment where it is the only one. */
  public static int of(ObjectLayout layout, int index) {
    int pair = index ^ 1;
    return pair < layout.segments() ? pair : Math.max(0, index - 1);
  }

  /**
   * Checks bytes against a proof of the segment that {@link #of} names.
   *
   * @param bytes of the segment without a proof
   * @param proof of the other one, verified already; of no use where the segment is the only one
   * @throws SubstitutedObjectException they are not the object's
   */
  public static void verify(
      ObjectLayout layout, Digest root, int index, byte[] bytes, MerkleProof proof)
      throws SubstitutedObjectException {
    String what = "segment " + index + " of object " + root;
    Digest leaf = SegmentHash.root(layout, index, bytes);
    int leaves = layout.paddedSegments();
    if (leaves == 1) {
      require(what, root, leaf);
      return;
    }
    int left = leaves;
    int first = 0;
    for (int level = proof.path().size() - 1; level >= 0; level--) {
      int half = (int) (ObjectLayout.powerOfTwoAtLeast(left) / 2);
      boolean isLeft = proof.path().get(level);
      int siblingFirst = isLeft ? first + half : first;
      int siblingLeaves = isLeft ? left - half : half;
      if (index >= siblingFirst && index < siblingFirst + siblingLeaves) {
        Digest expected = proof.lemma().get(level + 1);
        require(what, expected, subtree(layout, siblingFirst, siblingLeaves, index, leaf));
        return;
      }
      first = isLeft ? first : first + half;
      left = isLeft ? half : left - half;
    }
    throw new SubstitutedObjectException(what, "a proof of the segment beside it", "another one");
  }

  /** The segment and padding, nothing else: otherwise its hash does not follow. */
  private static Digest subtree(ObjectLayout layout, int first, int count, int index, Digest leaf) {
    List<Digest> hashes = new ArrayList<>(count);
    for (int i = first; i < first + count; i++) {
      if (i != index && i < layout.segments()) {
        throw new IllegalArgumentException("segment " + i + " is between the two");
      }
      hashes.add(i == index ? leaf : padding(layout, i));
    }
    return MerkleTree.over(hashes).root();
  }

  private static Digest padding(ObjectLayout layout, int index) {
    byte[] root = new byte[Digest.BYTES];
    SegmentHash.chunks(new byte[0], 0, layout.leafChunks(index), root, 0);
    return Digest.of(root);
  }

  private static void require(String what, Digest expected, Digest found)
      throws SubstitutedObjectException {
    if (!expected.equals(found)) {
      throw new SubstitutedObjectException(what, "bytes hashing to " + expected, found.toString());
    }
  }
}
