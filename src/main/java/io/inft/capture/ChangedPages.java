package io.inft.capture;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.pack.state.StateTree;
import io.inft.sqlite.LockPage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which pages really differ from the base version: the candidates whose hash is another one. The
 * tree takes the new hashes; {@link #undo} gives the old ones back.
 */
public final class ChangedPages {
  /** Images of few pages are kept, so that they are read once. */
  private static final int MAX_KEPT = 256;

  private final StateTree tree;
  private final long pagesBefore;
  private final Map<Long, Digest> before = new HashMap<>();
  private final Map<Long, Digest> after = new HashMap<>();
  private final Map<Long, byte[]> kept = new HashMap<>();
  private final PageSet changed = new PageSet();

  private ChangedPages(StateTree tree) {
    this.tree = tree;
    this.pagesBefore = tree.pageCount();
  }

  /**
   * Compares.
   *
   * @param everything look at all pages, not only those known to be dirty
   */
  public static ChangedPages find(Pin pin, StateTree tree, int pageSize, boolean everything)
      throws InftException {
    if (pin.pageCount() > StateTree.MAX_PAGES) {
      throw new LocalDatabaseException(
          "the working copy",
          "publish",
          pin.pageCount() + " pages, at most " + StateTree.MAX_PAGES + " are possible");
    }
    ChangedPages changes = new ChangedPages(tree);
    PageSet candidates = everything ? PageSet.all(pin.pageCount()) : pin.dirty().copy();
    candidates.truncate(pin.pageCount());
    for (long page = changes.pagesBefore + 1; page <= pin.pageCount(); page++) {
      candidates.add(page);
    }
    long lockPage = LockPage.number(pageSize);
    if (lockPage <= pin.pageCount()) {
      candidates.remove(lockPage);
    }
    boolean keep = candidates.size() <= MAX_KEPT;
    try {
      tree.resize(pin.pageCount());
      for (long page = candidates.next(1); page != 0; page = candidates.next(page + 1)) {
        byte[] image = pin.images().page(page, pageSize);
        Digest leaf = tree.leaf(page, image);
        Digest old = tree.get(page);
        if (!leaf.equals(old) || page > changes.pagesBefore) {
          changes.before.put(page, old);
          changes.after.put(page, leaf);
          changes.changed.add(page);
          tree.set(page, leaf);
          if (keep) {
            changes.kept.put(page, image);
          }
        }
      }
    } catch (InftException | RuntimeException e) {
      changes.undo();
      throw e;
    }
    return changes;
  }

  /** Takes the new hashes out of the tree again. */
  public void undo() {
    tree.resize(Math.max(pagesBefore, tree.pageCount()));
    before.forEach(tree::set);
    tree.resize(pagesBefore);
  }

  public boolean isEmpty() {
    return changed.isEmpty() && tree.pageCount() == pagesBefore;
  }

  public PageSet pages() {
    return changed;
  }

  public Map<Long, Digest> leaves() {
    return after;
  }

  /** What a changed page was before, if that is what was read: a disk may have lost it. */
  public Optional<byte[]> base(long page, byte[] read) {
    Digest was = before.get(page);
    return was != null && tree.leaf(page, read).equals(was) ? Optional.of(read) : Optional.empty();
  }

  /** The image of a page as of the pin. */
  public byte[] image(Pin pin, long page, int pageSize) throws InftException {
    byte[] image = kept.get(page);
    return image != null ? image : pin.images().page(page, pageSize);
  }
}
