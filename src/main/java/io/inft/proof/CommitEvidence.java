package io.inft.proof;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.MerkleTree;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.SegmentHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What of a commit object a proof shows: its first sector with the way up to its 0G root, or all of
 * it.
 *
 * @param bytes the first 256 bytes, filled with zeros if there are fewer, or the whole object
 * @param path the nodes beside the way up from the first sector, from its neighbour to the one
 *     below the root; empty for a whole object
 */
public record CommitEvidence(Blob bytes, List<Digest> path, boolean isWhole) {
  /** A commit object has no more than 4096 sectors. */
  static final int MAX_NODES = 12;

  public CommitEvidence {
    path = List.copyOf(path);
  }

  /**
   * @param whole whether to show all of it, so that its signature can be checked
   */
  static CommitEvidence of(byte[] object, boolean whole) {
    return whole ? whole(object) : firstSector(object);
  }

  static CommitEvidence whole(byte[] object) {
    return new CommitEvidence(Blob.of(object), List.of(), true);
  }

  static CommitEvidence firstSector(byte[] object) {
    int sectors = Math.toIntExact(new ObjectLayout(object.length).paddedChunks());
    byte[] hash = new byte[Digest.BYTES];
    List<Digest> leaves = new ArrayList<>(sectors);
    for (int i = 0; i < sectors; i++) {
      SegmentHash.chunks(object, i, 1, hash, 0);
      leaves.add(Digest.of(hash));
    }
    // The tree over segments is that over sectors: a segment has a power of two of them.
    List<Digest> lemma = MerkleTree.over(leaves).proof(0).lemma();
    List<Digest> path = sectors == 1 ? List.of() : lemma.subList(1, lemma.size() - 1);
    byte[] first = Arrays.copyOf(object, ObjectLayout.CHUNK_BYTES);
    return new CommitEvidence(Blob.of(first), path, false);
  }

  /** The 0G root that follows from what is shown. */
  Digest root() throws InftException {
    if (isWhole) {
      return MerkleRoot.of(ByteSource.of(bytes.toBytes()));
    }
    Digest node = Digest.keccak256(bytes.toBytes());
    for (Digest beside : path) {
      node = Digest.keccak256(node.toBytes(), beside.toBytes());
    }
    return node;
  }
}
