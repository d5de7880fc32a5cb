package io.inft.lazy;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.failure.CorruptObjectException;
import io.inft.sqlite.LockPage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which pages of the base the file has. Any thread may ask; who changes it holds the lock of the
 * file.
 */
final class PresentPages {
  private final int pages;
  private final AtomicLongArray present;

  /** Of the present ones, those that SQLite wrote before they came. */
  private final AtomicLongArray overwritten;

  // Mutable.
  private final AtomicInteger missing = new AtomicInteger();
  private volatile int limit;
  private long changes;

  private PresentPages(int pages) {
    this.pages = pages;
    this.present = new AtomicLongArray(words());
    this.overwritten = new AtomicLongArray(words());
    this.limit = pages;
    this.missing.set(pages);
  }

  /** Nothing is here, but the page that SQLite keeps nothing in. */
  static PresentPages none(Base base) {
    PresentPages none = new PresentPages((int) base.pages());
    none.mark(LockPage.number(base.pageSize()));
    return none;
  }

  private int words() {
    return (pages + Long.SIZE - 1) / Long.SIZE;
  }

  static int contentBytes(long pages) {
    return 4 + 2 * Long.BYTES * (int) ((pages + Long.SIZE - 1) / Long.SIZE);
  }

  /** Whether the file has what the base has there, or something newer, or the base has nothing. */
  boolean has(long page) {
    return page > limit || get(present, page);
  }

  boolean hasAll(long first, long last) {
    for (long page = first; page <= last; page++) {
      if (!has(page)) {
        return false;
      }
    }
    return true;
  }

  private static boolean get(AtomicLongArray bits, long page) {
    long bit = page - 1;
    return (bits.get((int) (bit / Long.SIZE)) & 1L << bit) != 0;
  }

  private static void set(AtomicLongArray bits, long page) {
    int word = (int) ((page - 1) / Long.SIZE);
    bits.set(word, bits.get(word) | 1L << (page - 1));
  }

  /** A page came from the supplier. */
  void came(long page) {
    mark(page);
  }

  /** SQLite wrote a whole page. */
  void written(long page) {
    if (!has(page)) {
      set(overwritten, page);
      mark(page);
    }
  }

  private void mark(long page) {
    if (!has(page)) {
      set(present, page);
      missing.decrementAndGet();
      changes++;
    }
  }

  /** SQLite cut the file: nothing from there on is brought any more. */
  void cut(long pagesLeft) {
    if (pagesLeft < limit) {
      int gone = 0;
      for (long page = pagesLeft + 1; page <= limit; page++) {
        gone += get(present, page) ? 0 : 1;
      }
      limit = (int) pagesLeft;
      missing.addAndGet(-gone);
      changes++;
    }
  }

  /** The last page that can be missing; 0 if none can. */
  long limit() {
    return limit;
  }

  /** How many of the base are not here and can still come. */
  long missing() {
    return missing.get();
  }

  /** Grows with every change. */
  long changes() {
    return changes;
  }

  /** The first missing page from a page on; 0 if there is none. */
  long nextMissing(long from) {
    for (long page = Math.max(1, from); page <= limit; page++) {
      long bit = page - 1;
      if (bit % Long.SIZE == 0 && present.get((int) (bit / Long.SIZE)) == -1L) {
        page += Long.SIZE - 1;
      } else if (!get(present, page)) {
        return page;
      }
    }
    return 0;
  }

  /** Pages up to the limit that SQLite wrote before they came, so that nobody saw the base's. */
  List<Long> overwritten() {
    List<Long> found = new ArrayList<>();
    for (long page = 1; page <= limit; page++) {
      if (get(overwritten, page)) {
        found.add(page);
      }
    }
    return found;
  }

  byte[] toBytes() {
    ByteWriter out = new ByteWriter(contentBytes(pages)).u32(limit);
    for (AtomicLongArray bits : List.of(present, overwritten)) {
      for (int i = 0; i < bits.length(); i++) {
        long word = bits.get(i);
        out.u32(word >>> 32).u32(word & 0xffff_ffffL);
      }
    }
    return out.toBytes();
  }

  static PresentPages read(long pages, ByteReader in) throws CorruptObjectException {
    PresentPages read = new PresentPages((int) pages);
    read.limit = in.u32("limit", (int) pages);
    for (AtomicLongArray bits : List.of(read.present, read.overwritten)) {
      for (int i = 0; i < bits.length(); i++) {
        bits.set(i, in.u32("pages") << 32 | in.u32("pages"));
      }
    }
    in.end();
    int missing = 0;
    for (long page = 1; page <= read.limit; page++) {
      missing += get(read.present, page) ? 0 : 1;
    }
    read.missing.set(missing);
    return read;
  }
}
