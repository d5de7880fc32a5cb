package io.inft.pack;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.pack.state.Pages;
import io.inft.pack.state.StateKey;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges consecutive packs into one: the newest whole page wins, differences of one page are
 * combined, pages beyond the last page count fall away. A page that some pack compressed against
 * what it was becomes a whole page. Holds two blocks of every pack, never more.
 */
public final class PackComposer {
  private final List<PackCursor> cursors = new ArrayList<>();
  private final PackHeader result;
  private final BasePages newest;
  private final StateKey key;
  private final PageNames names;

  private PackComposer(List<PackReader> chain, PackHeader result, BasePages newest, StateKey key) {
    this.result = result;
    this.newest = newest;
    this.key = key;
    this.names = PageNames.written(key, result.pageSize());
    for (PackReader pack : chain) {
      cursors.add(new PackCursor(pack));
    }
  }

  /**
   * Writes the pack that does what {@code chain} does in order: from the first one's from-version
   * to the last one's to-version. Only the first may be a snapshot; then the result is one.
   *
   * @param key of the database
   * @param newest the pages as the last pack leaves them, asked for those that cannot be known
   *     otherwise
   * @throws CorruptObjectException if a pack does not continue the one before it, a difference does
   *     not belong on the page before it, or {@code newest} is not what the packs lead to; what was
   *     written by then is no pack
   */
  public static void compose(
      List<PackReader> chain, BasePages newest, StateKey key, OutputStream to)
      throws InftException, IOException {
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("nothing to compose");
    }
    for (PackReader pack : chain) {
      if (!pack.namesPagesBy(key)) {
        throw new CorruptObjectException(
            "chain of page packs", 0, pack.header() + " is of a version that cannot be merged");
      }
    }
    new PackComposer(chain, resultOf(chain), newest, key).write(to);
  }

  private static PackHeader resultOf(List<PackReader> chain) throws CorruptObjectException {
    PackHeader first = chain.get(0).header();
    PackHeader last = first;
    boolean based = first.based();
    for (PackReader pack : chain.subList(1, chain.size())) {
      PackHeader next = pack.header();
      if (next.kind() != PackType.DELTA
          || next.fromVersion() != last.toVersion()
          || next.pageSize() != first.pageSize()) {
        throw new CorruptObjectException(
            "chain of page packs", 0, "a pack to version " + last.toVersion() + ", then " + next);
      }
      pack.requireGrowth(last.pageCount());
      based |= next.based();
      last = next;
    }
    return new PackHeader(
        first.kind(),
        first.pageSize(),
        last.pageCount(),
        first.fromVersion(),
        last.toVersion(),
        based && first.kind() == PackType.DELTA);
  }

  private void write(OutputStream to) throws InftException, IOException {
    try (PackWriter writer = new PackWriter(result, key, to)) {
      long fewest = fewestPagesOnTheWay();
      for (long number = nextPage(1, fewest);
          number <= result.pageCount();
          number = nextPage(number + 1, fewest)) {
        merge(number).writeTo(writer, number, newest, names);
      }
      writer.finish();
    }
  }

  /** Pages beyond it were cut off or not yet there at some step, so they begin as zeros. */
  private long fewestPagesOnTheWay() {
    long fewest = result.pageCount();
    for (PackCursor cursor : cursors.subList(0, cursors.size() - 1)) {
      fewest = Math.min(fewest, cursor.header().pageCount());
    }
    return fewest;
  }

  private long nextPage(long atLeast, long fewest) {
    long next = Math.max(atLeast, fewest + 1);
    for (PackCursor cursor : cursors) {
      next = Math.min(next, cursor.skipTo(atLeast));
    }
    return next == Pages.lockPage(result.pageSize()) ? nextPage(next + 1, fewest) : next;
  }

  private MergedPage merge(long number) throws InftException {
    MergedPage merged = MergedPage.UNTOUCHED;
    for (PackCursor cursor : cursors) {
      if (cursor.pageNumber() == number) {
        merged = merged.then(cursor, names);
      }
      if (number > cursor.header().pageCount()) {
        merged = MergedPage.zeros(result.pageSize(), number, names);
      }
    }
    return merged;
  }
}
