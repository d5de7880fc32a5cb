package io.inft.proof.tables;

import static io.inft.proof.tables.ShownDatabase.corrupt;

import io.inft.failure.InftException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One tree of a database, searched for one key. Its pages are taken for it, and whatever key is
 * read must be where the order wants it.
 */
final class SortedTree {
  /** SQLite's own. */
  private static final int MOST_LEVELS = 20;

  private final ShownDatabase image;
  private final long root;
  private final boolean isIndex;
  private final KeyOrder order;

  private SortedTree(ShownDatabase image, long root, boolean isIndex, KeyOrder order) {
    this.image = image;
    this.root = root;
    this.isIndex = isIndex;
    this.order = order;
  }

  /** Of rows by their numbers. */
  static SortedTree ofRowids(ShownDatabase image, long root) {
    return new SortedTree(image, root, false, KeyOrder.ofRowids());
  }

  /** Of rows by themselves. */
  static SortedTree ofRows(ShownDatabase image, long root, KeyOrder order) {
    return new SortedTree(image, root, true, order);
  }

  /** A key, and what holds it as far as that was read. */
  private record Entry(List<StoredValue> key, Optional<StoredRecord> row) {}

  private Entry entry(TreePage page, int cell) throws InftException {
    if (!isIndex) {
      return new Entry(List.of(StoredValue.of(page.rowid(cell))), Optional.empty());
    }
    StoredRecord row = new StoredRecord(page.payload(cell));
    return new Entry(row.first(order.size()), Optional.of(row));
  }

  /** The row with a key; empty if the two keys between which it would be are neighbours. */
  Optional<StoredRecord> find(List<StoredValue> key, Turns turns) throws InftException {
    List<StoredValue> above = null;
    List<StoredValue> below = null;
    long number = root;
    for (int level = 0; level < MOST_LEVELS; level++) {
      TreePage page = new TreePage(image, number);
      if (page.isIndex() != isIndex) {
        throw corrupt("has a page " + number + " of another kind of tree");
      }
      TreePage look = page.unmarked();
      int turn = turns.next(page.cells(), cell -> order.compare(entry(look, cell).key(), key));
      if (turn < page.cells()) {
        Entry right = entry(page, turn);
        int compared = order.compare(right.key(), key);
        if (compared < 0 || !isBelow(right.key(), above)) {
          throw corrupt("has keys out of order on page " + number);
        }
        if (compared == 0 && (page.isLeaf() || isIndex)) {
          return right.row().isPresent()
              ? right.row()
              : Optional.of(new StoredRecord(page.payload(turn)));
        }
        above = right.key();
      }
      if (turn > 0) {
        Entry left = entry(page, turn - 1);
        if (order.compare(left.key(), key) >= 0 || !isAbove(left.key(), below)) {
          throw corrupt("has keys out of order on page " + number);
        }
        below = left.key();
      }
      if (page.isLeaf()) {
        return Optional.empty();
      }
      number = page.child(turn);
    }
    throw corrupt("has a tree of more than " + MOST_LEVELS + " levels");
  }

  /** Pages of a table's tree say the greatest number below them, which a page there has too. */
  private boolean isBelow(List<StoredValue> key, @Nullable List<StoredValue> above) {
    return above == null || order.compare(key, above) <= (isIndex ? -1 : 0);
  }

  private boolean isAbove(List<StoredValue> key, @Nullable List<StoredValue> below) {
    return below == null || order.compare(key, below) > 0;
  }
}
