package io.inft.diff;

import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Which rows of two states can differ, told by their pages: a row on a leaf that both trees have
 * and whose bytes are the same, down to what overflows from it, is the same row. All others are
 * suspects. Reads both files once and the interior of the trees; no value is looked at.
 */
final class Suspects implements AutoCloseable {
  /** Where more of a table is suspect than one in so many pages, all of it is. */
  private static final int WORTH = 2;

  private final PageFile left;
  private final PageFile right;
  private final BitSet differing;
  private final boolean alike;

  private Suspects(PageFile left, PageFile right, BitSet differing, boolean alike) {
    this.left = left;
    this.right = right;
    this.differing = differing;
    this.alike = alike;
  }

  static Suspects of(PageFile left, PageFile right) throws InftException {
    boolean alike = left.pageSize() == right.pageSize() && left.usable() == right.usable();
    return new Suspects(left, right, alike ? left.differing(right) : new BitSet(), alike);
  }

  /** Whether the files are the same, byte for byte. */
  boolean none() {
    return alike && differing.isEmpty();
  }

  /**
   * Rowids of suspects.
   *
   * @param left ranges, both ends included, ascending and apart
   * @param right those of the right state
   */
  record Rows(List<long[]> left, List<long[]> right) {}

  /** The suspects of a table; empty if every row is one. */
  Optional<Rows> of(TablePair pair) throws InftException {
    boolean rowids = pair.left().hasRowid() && pair.right().hasRowid();
    if (!alike || !rowids || !pair.left().sql().equals(pair.right().sql())) {
      return Optional.empty();
    }
    Optional<BitSet> mine = TableTree.leaves(left, pair.left().rootPage());
    Optional<BitSet> theirs = TableTree.leaves(right, pair.right().rootPage());
    if (mine.isEmpty() || theirs.isEmpty()) {
      return Optional.empty();
    }
    BitSet shared = (BitSet) mine.get().clone();
    shared.and(theirs.get());
    shared.andNot(differing);
    int most = Math.max(mine.get().cardinality(), theirs.get().cardinality());
    if (shared.cardinality() < most / WORTH) {
      return Optional.empty();
    }
    Optional<List<long[]>> ofLeft = ranges(left, mine.get(), shared);
    Optional<List<long[]>> ofRight = ranges(right, theirs.get(), shared);
    return ofLeft.isEmpty() || ofRight.isEmpty()
        ? Optional.empty()
        : Optional.of(new Rows(ofLeft.get(), ofRight.get()));
  }

  private Optional<List<long[]>> ranges(PageFile file, BitSet leaves, BitSet shared)
      throws InftException {
    List<long[]> ranges = new ArrayList<>();
    for (int leaf = leaves.nextSetBit(0); leaf >= 0; leaf = leaves.nextSetBit(leaf + 1)) {
      boolean isShared = shared.get(leaf);
      Leaf rows = new Leaf(file);
      if (!TableTree.rows(file, leaf, isShared ? rows::shared : rows::own)) {
        return Optional.empty();
      }
      ranges.addAll(rows.ranges);
    }
    ranges.sort((one, other) -> Long.compare(one[0], other[0]));
    return Optional.of(ranges);
  }

  /** Gathers the suspects of one leaf. */
  private final class Leaf {
    private final PageFile file;
    private final List<long[]> ranges = new ArrayList<>();

    Leaf(PageFile file) {
      this.file = file;
    }

    void own(long rowid, long overflow, long overflowBytes) {
      if (ranges.isEmpty()) {
        ranges.add(new long[] {rowid, rowid});
      }
      ranges.get(0)[1] = rowid;
    }

    void shared(long rowid, long overflow, long overflowBytes) throws InftException {
      long page = overflow;
      for (long rest = overflowBytes; rest > 0; rest -= file.usable() - 4) {
        if (page < 2 || page > file.pages() || differing.get((int) page)) {
          ranges.add(new long[] {rowid, rowid});
          return;
        }
        page = TableTree.u32(file.page((int) page), 0);
      }
    }
  }

  @Override
  public void close() throws InftException {
    try (left) {
      right.close();
    }
  }
}
