package io.inft.pack.state;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.WrongKeyException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The Merkle tree over every page of a database, whose root names the database's state and nothing
 * else: equal pages give an equal root, whatever order they were set in. What its nodes are is
 * written down in {@code state-root.md}.
 *
 * <p>After a few changes the root costs a few hashes a change. A page inside the page count that
 * was never set is a page of zeros. Only {@link #leaf(long, byte[])} is safe for many threads.
 */
public final class StateTree {
  /** Larger databases have no state root. */
  public static final int MAX_PAGES = Pages.MAX_PAGES;

  private final PageLeaf leaves;
  private final int pageSize;
  private final long lockPage;

  // The tree, and which of its leaves are zero pages nobody has hashed yet.
  private TreeLevels levels;
  private BitSet unset = new BitSet();

  public StateTree(StateKey key, int pageSize) {
    this(PageLeaf.of(key), pageSize);
  }

  private StateTree(PageLeaf leaves, int pageSize) {
    Pages.checkSize(pageSize);
    this.leaves = leaves;
    this.pageSize = pageSize;
    this.lockPage = Pages.lockPage(pageSize);
    this.levels = new TreeLevels();
  }

  /** The leaf of a page with this tree's key. Safe for many threads. */
  public Digest leaf(long pageNumber, byte[] page) {
    if (page.length != pageSize) {
      throw new IllegalArgumentException(page.length + " bytes are no page of " + pageSize);
    }
    return leaves.of(pageNumber, page);
  }

  /** Hashes many pages for this tree; for one thread, while others have hashers of their own. */
  public PageHasher hasher() {
    return new PageHasher(leaves, pageSize);
  }

  public int pageSize() {
    return pageSize;
  }

  public long pageCount() {
    return levels.leaves();
  }

  /** Puts a leaf in its place. Setting the lock page's own leaf changes nothing. */
  public void set(long pageNumber, Digest leaf) {
    set(pageNumber, leaf.toBytes(), 0);
  }

  /** Puts the leaf at {@code from[at … at + 31]} in its place. */
  public void set(long pageNumber, byte[] from, int at) {
    int index = index(pageNumber);
    if (pageNumber == lockPage
        && !Digest.of(Arrays.copyOfRange(from, at, at + Digest.BYTES))
            .equals(PageLeaf.ofLockPage(pageNumber))) {
      throw new IllegalArgumentException("page " + pageNumber + " is the lock page");
    }
    levels.setLeaf(index, from, at);
    unset.clear(index);
  }

  public Digest get(long pageNumber) {
    int index = index(pageNumber);
    if (unset.get(index)) {
      fillIn(index);
    }
    return Digest.of(levels.leaf(index));
  }

  /** Cuts the tree off behind {@code pageCount} pages, or appends pages of zeros. */
  public void resize(long pageCount) {
    if (pageCount < 0 || pageCount > MAX_PAGES) {
      throw new IllegalArgumentException(pageCount + " pages, at most " + MAX_PAGES);
    }
    int before = levels.leaves();
    int after = (int) pageCount;
    levels.resize(after);
    if (after > before) {
      unset.set(before, after);
    } else {
      unset.clear(after, Math.max(after, before));
    }
  }

  /** The root of the pages as they are now. */
  public Digest root() {
    fillInAll();
    byte[] sizes =
        new ByteWriter(13).u8(leaves.rootByte()).u32(pageSize).u64(pageCount()).toBytes();
    return Digest.sha256(sizes, levels.top());
  }

  /** Where {@link #disclose} has pages from. */
  @FunctionalInterface
  public interface PageSource {
    byte[] page(long number) throws InftException;
  }

  /**
   * Some chunks of some pages, and what leads from them to the root.
   *
   * @param chunks indices by page number, at least one of at least one page; not of the lock page
   * @param pages what the leaves were made of
   * @throws UnsupportedOperationException the root is not of kind 2
   */
  public Disclosure disclose(SortedMap<Long, SortedSet<Integer>> chunks, PageSource pages)
      throws InftException {
    fillInAll();
    List<Disclosure.ShownPage> shown = new ArrayList<>();
    SortedSet<Integer> indices = new TreeSet<>();
    for (Map.Entry<Long, SortedSet<Integer>> page : chunks.entrySet()) {
      indices.add(index(page.getKey()));
      shown.add(leaves.open(page.getKey(), pages.page(page.getKey()), page.getValue()));
    }
    return new Disclosure(pageSize, pageCount(), shown, levels.beside(indices));
  }

  /** A tree of its own with the same content. */
  public StateTree copy() {
    StateTree copy = new StateTree(leaves, pageSize);
    copy.levels = levels.copy();
    copy.unset = (BitSet) unset.clone();
    return copy;
  }

  /** Writes the leaves with a checksum behind them; {@link #readFrom} reads them back. */
  public void writeTo(OutputStream to) throws IOException {
    fillInAll();
    TreeFile.write(to, pageSize, leaves.keyCheck(), levels);
  }

  /**
   * Reads what {@link #writeTo} wrote, and nothing behind it.
   *
   * @throws WrongKeyException if it was written with another key or for another kind of root
   * @throws CorruptObjectException if it ends early or does not match its checksum
   * @throws NotOurObjectException if it is something else
   */
  public static StateTree readFrom(InputStream from, StateKey key)
      throws InftException, IOException {
    PageLeaf leaves = PageLeaf.of(key);
    TreeFile file = TreeFile.read(from, leaves.keyCheck());
    StateTree tree = new StateTree(leaves, file.pageSize());
    tree.levels = file.levels();
    return tree;
  }

  private void fillInAll() {
    for (int i = unset.nextSetBit(0); i >= 0; i = unset.nextSetBit(i + 1)) {
      fillIn(i);
    }
  }

  private void fillIn(int index) {
    long number = index + 1L;
    levels.setLeaf(index, leaves.of(number, new byte[pageSize]).toBytes(), 0);
    unset.clear(index);
  }

  private int index(long pageNumber) {
    if (pageNumber < 1 || pageNumber > pageCount()) {
      throw new IllegalArgumentException("page " + pageNumber + " of " + pageCount());
    }
    return (int) (pageNumber - 1);
  }
}
