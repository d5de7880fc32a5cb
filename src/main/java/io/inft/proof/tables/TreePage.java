package io.inft.proof.tables;

import static io.inft.proof.tables.ShownDatabase.corrupt;

import io.inft.failure.InftException;
import io.inft.sqlite.DatabaseHeader;

/** One page of a tree. Cells are counted from 0, in the order of their keys. */
final class TreePage {
  private static final int TABLE_INTERIOR = 5;
  private static final int INDEX_INTERIOR = 2;
  private static final int TABLE_LEAF = 13;
  private static final int INDEX_LEAF = 10;
  private static final int CHILD_BYTES = 4;

  private final ShownDatabase image;
  private final long number;
  private final int type;
  private final int cells;
  private final int headerAt;
  private final int contentAt;

  /** Takes the page for its one place and reads its header. */
  TreePage(ShownDatabase image, long number) throws InftException {
    image.use(number);
    this.image = image;
    this.number = number;
    this.headerAt = number == 1 ? DatabaseHeader.BYTES : 0;
    this.type = image.u8(number, headerAt);
    if (type != TABLE_INTERIOR
        && type != INDEX_INTERIOR
        && type != TABLE_LEAF
        && type != INDEX_LEAF) {
      throw corrupt("has a page " + number + " of type " + type);
    }
    this.cells = image.u16(number, headerAt + 3);
    int stored = image.u16(number, headerAt + 5);
    this.contentAt = stored == 0 ? 65536 : stored;
    if (pointers() + 2L * cells > contentAt || contentAt > image.usableBytes()) {
      throw corrupt("has a page " + number + " whose cells begin at " + contentAt);
    }
  }

  private TreePage(TreePage of, ShownDatabase image) {
    this.image = image;
    this.number = of.number;
    this.type = of.type;
    this.cells = of.cells;
    this.headerAt = of.headerAt;
    this.contentAt = of.contentAt;
  }

  /** For a look at its cells before one is chosen. */
  TreePage unmarked() {
    return new TreePage(this, image.unmarked());
  }

  private int pointers() {
    return headerAt + (isLeaf() ? 8 : 12);
  }

  boolean isLeaf() {
    return type == TABLE_LEAF || type == INDEX_LEAF;
  }

  /** Whether it is of a tree that is sorted by the rows themselves. */
  boolean isIndex() {
    return type == INDEX_LEAF || type == INDEX_INTERIOR;
  }

  int cells() {
    return cells;
  }

  /** The page below, to the left of a cell; behind the last cell there is one more. */
  long child(int cell) throws InftException {
    return image.u32(number, cell == cells ? headerAt + 8 : cell(cell));
  }

  /** Of a table's tree: the row's number, or above the leaves the greatest one below. */
  long rowid(int cell) throws InftException {
    long at = cell(cell);
    long from = isLeaf() ? image.varint(number, at).next() : at + CHILD_BYTES;
    return image.varint(number, from).value();
  }

  /** What a cell holds. */
  Payload payload(int cell) throws InftException {
    long at = cell(cell);
    ShownDatabase.Varint size = image.varint(number, isLeaf() ? at : at + CHILD_BYTES);
    long from = isIndex() ? size.next() : image.varint(number, size.next()).next();
    return new Payload(image, number, from, size.value(), isIndex());
  }

  /** What lies between the cells was deleted, or never was one. */
  private int cell(int cell) throws InftException {
    int at = image.u16(number, pointers() + 2L * cell);
    if (at < contentAt) {
      throw corrupt("has a cell at " + at + " of page " + number + ", before the first");
    }
    return at;
  }
}
