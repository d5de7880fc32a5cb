package io.inft.pack;

import io.inft.bytes.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pages that every way into a database leads over: its first and the inner pages of its
 * b-trees, as the file format of SQLite has them. They are kept until all others are written, and
 * come out with the lowest level first, so that the nearer a page is to a root the nearer it lies
 * to the end of the pack. What only looks like an inner page does no harm here.
 */
final class TopPages {
  private static final int INNER_INDEX = 2;
  private static final int INNER_TABLE = 5;
  private static final int FIRST_HEADER = 100;
  private static final int CELLS_AT = 12;

  /** SQLite goes no deeper. */
  private static final int MOST_LEVELS = 20;

  private final int pageSize;
  private final List<Page> pages = new ArrayList<>();

  TopPages(int pageSize) {
    this.pageSize = pageSize;
  }

  /** One of them; its content is not changed. */
  static final class Page {
    private final long number;
    private final byte[] content;
    private final Digest digest;

    Page(long number, byte[] content, Digest digest) {
      this.number = number;
      this.content = content;
      this.digest = digest;
    }

    long number() {
      return number;
    }

    byte[] content() {
      return content;
    }

    Digest digest() {
      return digest;
    }
  }

  /** Takes a page if it is one of them, and there is room. */
  boolean take(long number, byte[] page, Digest digest) {
    boolean top = number == 1 || page[0] == INNER_INDEX || page[0] == INNER_TABLE;
    if (!top || (pages.size() + 1L) * pageSize > PackFormat.MAX_TOP_BYTES) {
      return false;
    }
    pages.add(new Page(number, page.clone(), digest));
    return true;
  }

  /** Those that were taken, the lowest level first. */
  List<Page> inOrder() {
    Map<Long, Integer> levels = new HashMap<>();
    pages.forEach(page -> levels.put(page.number(), 0));
    boolean changed = true;
    for (int pass = 0; pass < MOST_LEVELS && changed; pass++) {
      changed = false;
      for (Page page : pages) {
        int level = levelAbove(page, levels);
        changed |= !Integer.valueOf(level).equals(levels.put(page.number(), level));
      }
    }
    levels.put(1L, Integer.MAX_VALUE); // the schema: needed first, whatever it is
    List<Page> ordered = new ArrayList<>(pages);
    ordered.sort(
        Comparator.<Page>comparingInt(page -> levels.getOrDefault(page.number(), 0))
            .thenComparingLong(Page::number));
    return ordered;
  }

  /**
   * One more than the highest of its children that are inner pages; at most {@link #MOST_LEVELS}.
   */
  private static int levelAbove(Page page, Map<Long, Integer> levels) {
    byte[] bytes = page.content();
    int header = page.number() == 1 ? FIRST_HEADER : 0;
    if (bytes[header] != INNER_INDEX && bytes[header] != INNER_TABLE) {
      return 0;
    }
    int level = above(levels.get(u32(bytes, header + 8)));
    int cells = Math.min(u16(bytes, header + 3), (bytes.length - header - CELLS_AT) / 2);
    for (int i = 0; i < cells; i++) {
      int at = u16(bytes, header + CELLS_AT + 2 * i);
      if (at + Integer.BYTES <= bytes.length) {
        level = Math.max(level, above(levels.get(u32(bytes, at))));
      }
    }
    return Math.min(level, MOST_LEVELS);
  }

  private static int above(@Nullable Integer level) {
    return level == null ? 0 : level + 1;
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  private static long u32(byte[] bytes, int at) {
    return (long) u16(bytes, at) << 16 | u16(bytes, at + 2);
  }
}
