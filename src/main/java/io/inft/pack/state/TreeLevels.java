package io.inft.pack.state;

import io.inft.bytes.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The nodes of a binary Merkle tree, level by level in flat arrays: a pair of nodes has a parent, a
 * last node without a neighbour is its own parent. Nodes above changed leaves are hashed when the
 * top is asked for. Not thread-safe.
 */
final class TreeLevels {
  private static final int NODE = Digest.BYTES;
  private static final byte INNER = 0x01;

  private final MessageDigest sha256 = Digest.sha256();

  // Level 0 are the leaves; changed ones are not in the levels above yet.
  private final List<byte[]> levels = new ArrayList<>();
  private BitSet changed = new BitSet();
  private int leaves;

  TreeLevels() {
    levels.add(new byte[0]);
  }

  /** Takes over an array of leaves. */
  static TreeLevels of(byte[] leaves) {
    TreeLevels levels = new TreeLevels();
    levels.levels.set(0, leaves);
    levels.leaves = leaves.length / NODE;
    levels.changed.set(0, levels.leaves);
    return levels;
  }

  int leaves() {
    return leaves;
  }

  byte[] leaf(int index) {
    return Arrays.copyOfRange(levels.get(0), index * NODE, (index + 1) * NODE);
  }

  void setLeaf(int index, byte[] from, int at) {
    System.arraycopy(from, at, levels.get(0), index * NODE, NODE);
    changed.set(index);
  }

  /** New leaves are not set; the caller sets each of them before it asks for the top. */
  void resize(int count) {
    int kept = Math.min(leaves, count);
    makeRoom(0, count);
    changed.clear(kept, Math.max(kept, leaves));
    changed.set(Math.max(0, kept - 1), count);
    leaves = count;
  }

  /** The one node of the highest level; 32 zero bytes without leaves. */
  byte[] top() {
    if (leaves == 0) {
      return new byte[NODE];
    }
    BitSet below = changed;
    int level = 0;
    for (int nodes = leaves; nodes > 1; nodes = parents(nodes)) {
      makeRoom(level + 1, parents(nodes));
      below = hashParents(level, nodes, below);
      level++;
    }
    changed = new BitSet();
    return Arrays.copyOf(levels.get(level), NODE);
  }

  /**
   * The nodes that are needed beside some leaves to compute the top: level by level from below,
   * each from left to right.
   */
  List<Digest> beside(SortedSet<Integer> shown) {
    top(); // hashes what changed
    List<Digest> beside = new ArrayList<>();
    SortedSet<Integer> known = shown;
    int level = 0;
    for (int nodes = leaves; nodes > 1; nodes = parents(nodes)) {
      SortedSet<Integer> above = new TreeSet<>();
      for (int index : known) {
        int neighbour = index ^ 1;
        if (neighbour < nodes && !known.contains(neighbour)) {
          int from = neighbour * NODE;
          beside.add(Digest.of(Arrays.copyOfRange(levels.get(level), from, from + NODE)));
        }
        above.add(index / 2);
      }
      known = above;
      level++;
    }
    return beside;
  }

  TreeLevels copy() {
    TreeLevels copy = new TreeLevels();
    copy.levels.clear();
    levels.forEach(level -> copy.levels.add(level.clone()));
    copy.changed = (BitSet) changed.clone();
    copy.leaves = leaves;
    return copy;
  }

  void writeLeaves(OutputStream to) throws IOException {
    to.write(levels.get(0), 0, leaves * NODE);
  }

  private BitSet hashParents(int level, int nodes, BitSet changedBelow) {
    byte[] below = levels.get(level);
    byte[] above = levels.get(level + 1);
    BitSet changedAbove = new BitSet();
    for (int i = changedBelow.nextSetBit(0); i >= 0; i = changedBelow.nextSetBit((i | 1) + 1)) {
      int left = i & ~1;
      if (left + 1 < nodes) {
        hashPair(below, left * NODE, above, left / 2 * NODE);
      } else {
        System.arraycopy(below, left * NODE, above, left / 2 * NODE, NODE);
      }
      changedAbove.set(left / 2);
    }
    return changedAbove;
  }

  private void hashPair(byte[] below, int from, byte[] above, int to) {
    sha256.update(INNER);
    sha256.update(below, from, 2 * NODE);
    try {
      sha256.digest(above, to, NODE);
    } catch (DigestException e) {
      throw new IllegalStateException("there is room for 32 bytes", e);
    }
  }

  /** Grows a level by at least an eighth, so that growing page by page stays cheap. */
  private void makeRoom(int level, int nodes) {
    if (levels.size() == level) {
      levels.add(new byte[0]);
    }
    byte[] present = levels.get(level);
    if (present.length < nodes * NODE) {
      int held = present.length / NODE;
      int room = held == 0 ? nodes : Math.max(nodes, held + held / 8 + 1);
      levels.set(level, Arrays.copyOf(present, room * NODE));
    }
  }

  private static int parents(int nodes) {
    return (nodes + 1) / 2;
  }
}
