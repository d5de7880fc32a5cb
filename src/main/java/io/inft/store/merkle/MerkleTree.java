package io.inft.store.merkle;

import io.inft.bytes.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * A complete binary Merkle tree over ready-made leaves: neighbours are paired level by level, an
 * odd last one moves up unchanged. Costs 64 bytes a leaf. Immutable, safe for many threads.
 */
public final class MerkleTree {
  /** Level 0 holds the leaves; one after the other. */
  private final List<byte[]> levels;

  private MerkleTree(List<byte[]> levels) {
    this.levels = levels;
  }

  /** Builds the tree over at least one leaf. */
  public static MerkleTree over(List<Digest> leaves) {
    byte[] hashes = new byte[leaves.size() * Digest.BYTES];
    for (int i = 0; i < leaves.size(); i++) {
      put(leaves.get(i), hashes, i);
    }
    return overHashes(hashes);
  }

  /** Puts a hash into its place among others. */
  static void put(Digest hash, byte[] hashes, int index) {
    System.arraycopy(hash.toBytes(), 0, hashes, index * Digest.BYTES, Digest.BYTES);
  }

  /** The array is not copied. */
  static MerkleTree overHashes(byte[] leaves) {
    if (leaves.length == 0) {
      throw new IllegalArgumentException("a Merkle tree has at least one leaf");
    }
    Keccak keccak = new Keccak();
    List<byte[]> levels = new ArrayList<>();
    byte[] level = leaves;
    levels.add(level);
    while (level.length > Digest.BYTES) {
      level = parents(level, keccak);
      levels.add(level);
    }
    return new MerkleTree(levels);
  }

  private static byte[] parents(byte[] level, Keccak keccak) {
    int count = level.length / Digest.BYTES;
    byte[] parents = new byte[(count + 1) / 2 * Digest.BYTES];
    keccak.pairs(level, 0, count / 2, parents, 0);
    if (count % 2 == 1) {
      System.arraycopy(
          level, level.length - Digest.BYTES, parents, parents.length - Digest.BYTES, Digest.BYTES);
    }
    return parents;
  }

  public Digest root() {
    return at(levels.size() - 1, 0);
  }

  public int leaves() {
    return width(0);
  }

  public Digest leaf(int index) {
    return at(0, index);
  }

  /** The root of the whole subtree of {@code 2^height} leaves that begins at {@code firstLeaf}. */
  Digest subtree(int firstLeaf, int height) {
    return at(height, firstLeaf >> height);
  }

  /** Proves that a leaf stands where it stands. */
  public MerkleProof proof(int index) {
    if (index < 0 || index >= leaves()) {
      throw new IllegalArgumentException("leaf " + index + " of " + leaves());
    }
    List<Digest> lemma = new ArrayList<>();
    List<Boolean> path = new ArrayList<>();
    lemma.add(leaf(index));
    int position = index;
    for (int level = 0; level < levels.size() - 1; level++) {
      int sibling = position ^ 1;
      if (sibling < width(level)) {
        lemma.add(at(level, sibling));
        path.add(position % 2 == 0);
      }
      position /= 2;
    }
    if (!path.isEmpty()) {
      lemma.add(root());
    }
    return new MerkleProof(lemma, path);
  }

  private int width(int level) {
    return levels.get(level).length / Digest.BYTES;
  }

  private Digest at(int level, int index) {
    return Keccak.digest(levels.get(level), index * Digest.BYTES);
  }
}
