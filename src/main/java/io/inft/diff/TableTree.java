package io.inft.diff;

import io.inft.failure.InftException;
import java.util.BitSet;
import java.util.Optional;

/**
 * The b-tree of a table with rowids, by section 1.6 of <a
 * href="https://www.sqlite.org/fileformat2.html">SQLite's file format</a>: which pages its rows are
 * on. All leaves of such a tree are equally deep, so the leaves themselves need not be read to be
 * found.
 */
final class TableTree {
  private static final int LEAF = 0x0d;
  private static final int INTERIOR = 0x05;
  private static final int LEAF_HEADER = 8;
  private static final int INTERIOR_HEADER = 12;
  private static final int DEEPEST = 20;

  private final PageFile file;
  private final BitSet leaves = new BitSet();
  private int visited;

  private TableTree(PageFile file) {
    this.file = file;
  }

  /** Numbers of the leaf pages below a root; empty if there is no sound tree. */
  static Optional<BitSet> leaves(PageFile file, long root) throws InftException {
    TableTree tree = new TableTree(file);
    return root > 1 && root <= file.pages() && tree.walk((int) root, 0)
        ? Optional.of(tree.leaves)
        : Optional.empty();
  }

  /** Adds the leaves below a page; false if this is no tree. */
  private boolean walk(int number, int depth) throws InftException {
    byte[] page = file.page(number);
    if (page[0] == LEAF) {
      return add(number);
    }
    if (page[0] != INTERIOR || depth > DEEPEST || ++visited > file.pages()) {
      return false;
    }
    int cells = u16(page, 3);
    boolean aboveLeaves = false;
    for (int i = 0; i <= cells; i++) {
      int at = i == cells ? LEAF_HEADER : cell(page, INTERIOR_HEADER, i);
      long child = at < 0 || at + 4 > page.length ? 0 : u32(page, at);
      if (child < 2 || child > file.pages()) {
        return false;
      }
      aboveLeaves = i == 0 ? file.page((int) child)[0] == LEAF : aboveLeaves;
      if (aboveLeaves ? !add((int) child) : !walk((int) child, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private boolean add(int leaf) {
    boolean isNew = !leaves.get(leaf);
    leaves.set(leaf);
    return isNew;
  }

  /** Looks at the rows of one leaf. */
  interface RowVisitor {
    /**
     * @param overflow the first page of what did not fit, 0 if all did
     * @param overflowBytes how much that is
     */
    void row(long rowid, long overflow, long overflowBytes) throws InftException;
  }

  /** Visits the rows of a leaf, in order; false if it is none. */
  static boolean rows(PageFile file, int leaf, RowVisitor visitor) throws InftException {
    byte[] page = file.page(leaf);
    if (page[0] != LEAF) {
      return false;
    }
    int cells = u16(page, 3);
    for (int i = 0; i < cells; i++) {
      Varints in = new Varints(page, cell(page, LEAF_HEADER, i));
      long payload = in.next();
      long rowid = in.next();
      long local = local(payload, file.usable());
      long at = in.at() + local;
      if (!in.isSound() || payload < 0 || at > page.length - (local < payload ? 4 : 0)) {
        return false;
      }
      boolean overflows = local < payload;
      visitor.row(rowid, overflows ? u32(page, (int) at) : 0, overflows ? payload - local : 0);
    }
    return true;
  }

  /** How much of a payload lies in its cell. */
  private static long local(long payload, int usable) {
    int most = usable - 35;
    if (payload <= most) {
      return payload;
    }
    int least = (usable - 12) * 32 / 255 - 23;
    long fitting = least + (payload - least) % (usable - 4);
    return fitting <= most ? fitting : least;
  }

  /** Where a cell begins; negative if the page has no room for its pointer. */
  private static int cell(byte[] page, int header, int index) {
    int pointer = header + 2 * index;
    return pointer + 2 > page.length ? -1 : u16(page, pointer);
  }

  private static int u16(byte[] page, int at) {
    return (page[at] & 0xff) << 8 | (page[at + 1] & 0xff);
  }

  static long u32(byte[] page, int at) {
    return (long) u16(page, at) << 16 | u16(page, at + 2);
  }

  /** Reads SQLite's numbers of one to nine bytes. */
  private static final class Varints {
    private final byte[] page;
    private int at;
    private boolean sound;

    Varints(byte[] page, int at) {
      this.page = page;
      this.at = at;
      this.sound = at >= 0;
    }

    long next() {
      long value = 0;
      for (int i = 0; sound && i < 9; i++) {
        if (at >= page.length) {
          sound = false;
          return 0;
        }
        int next = page[at++];
        if (i == 8) {
          return value << 8 | (next & 0xff);
        }
        value = value << 7 | (next & 0x7f);
        if (next >= 0) {
          return value;
        }
      }
      return value;
    }

    int at() {
      return at;
    }

    boolean isSound() {
      return sound;
    }
  }
}
