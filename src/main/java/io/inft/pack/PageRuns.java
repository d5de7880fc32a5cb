package io.inft.pack;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.failure.CorruptObjectException;
import io.inft.pack.state.Pages;
import java.util.Arrays;

/**
 * Ascending page numbers as runs without a gap, so that they take memory for the runs and not for
 * the pages. Immutable.
 */
final class PageRuns {
  private final int[] firsts;

  /** How many pages there are before each run; one more for all. */
  private final int[] ranks;

  private PageRuns(int[] firsts, int[] ranks) {
    this.firsts = firsts;
    this.ranks = ranks;
  }

  /** All pages of a database but its lock page. */
  static PageRuns all(PackHeader header) {
    int count = (int) header.pageCount();
    long lockPage = Pages.lockPage(header.pageSize());
    if (count < lockPage) {
      return new PageRuns(new int[] {1}, new int[] {0, count});
    }
    int before = (int) lockPage - 1;
    return count == lockPage
        ? new PageRuns(new int[] {1}, new int[] {0, before})
        : new PageRuns(new int[] {1, before + 2}, new int[] {0, before, count - 1});
  }

  int size() {
    return ranks[firsts.length];
  }

  /** The page that so many lower ones are in. */
  long number(int rank) {
    int found = Arrays.binarySearch(ranks, 0, firsts.length, rank);
    int run = found >= 0 ? found : -found - 2;
    return firsts[run] + (long) (rank - ranks[run]);
  }

  /** How many lower pages are in; negative if this one is not. */
  int rank(long number) {
    if (number < 1 || number > Pages.MAX_PAGES) {
      return -1;
    }
    int found = Arrays.binarySearch(firsts, (int) number);
    int run = found >= 0 ? found : -found - 2;
    if (run < 0) {
      return -1;
    }
    long rank = ranks[run] + number - firsts[run];
    return rank < ranks[run + 1] ? (int) rank : -1;
  }

  /** Collects pages in ascending order. */
  static final class Builder {
    private int[] firsts = new int[4];
    private int[] ranks = new int[5];
    private int runs;
    private long end;

    void add(long number) {
      addRun(number, 1);
    }

    void addRun(long first, int length) {
      if (runs > 0 && first == end) {
        ranks[runs] += length;
      } else {
        if (runs == firsts.length) {
          firsts = Arrays.copyOf(firsts, runs * 2);
          ranks = Arrays.copyOf(ranks, runs * 2 + 1);
        }
        firsts[runs] = (int) first;
        ranks[runs + 1] = ranks[runs] + length;
        runs++;
      }
      end = first + length;
    }

    PageRuns build() {
      return new PageRuns(Arrays.copyOf(firsts, runs), Arrays.copyOf(ranks, runs + 1));
    }
  }

  /** As runs or as a bit for every page of the database, whichever is shorter. */
  void write(ByteWriter to, long pageCount) {
    ByteWriter listed = new ByteWriter().varint(2L * firsts.length);
    long end = 0;
    for (int i = 0; i < firsts.length; i++) {
      int length = ranks[i + 1] - ranks[i];
      listed.varint(firsts[i] - end - 1).varint(length - 1);
      end = firsts[i] + (long) length;
    }
    int bitmapBytes = (int) ((pageCount + 7) / 8);
    if (listed.size() <= bitmapBytes + 1) {
      to.bytes(listed.toBytes());
      return;
    }
    byte[] bits = new byte[bitmapBytes];
    for (int i = 0; i < size(); i++) {
      int page = (int) number(i) - 1;
      bits[page / 8] |= (byte) (1 << page % 8);
    }
    to.varint(1).bytes(bits);
  }

  /** Reads what {@link #write} wrote, and refuses pages that the database has not or never has. */
  static PageRuns read(ByteReader in, PackHeader header) throws CorruptObjectException {
    long form = in.varint("page list");
    Builder pages = new Builder();
    if (form == 1) {
      byte[] bits = in.bytes("pages", (int) ((header.pageCount() + 7) / 8));
      for (int page = 0; page < bits.length * 8; page++) {
        if ((bits[page / 8] & 1 << page % 8) != 0) {
          pages.add(page + 1L);
        }
      }
    } else if (form % 2 == 0 && form / 2 <= in.remaining() / 2) {
      long end = 0;
      for (long i = 0; i < form / 2; i++) {
        long gap = in.varint("gap before a run");
        long length = in.varint("length of a run") + 1;
        if (gap >= header.pageCount() || length > header.pageCount() || (i > 0 && gap < 0)) {
          throw in.corrupt("a run of " + length + " pages behind a gap of " + gap);
        }
        long first = end + gap + 1;
        end = first + length;
        if (end - 1 > header.pageCount()) {
          throw in.corrupt("page " + (end - 1) + " of " + header.pageCount());
        }
        pages.addRun(first, (int) length);
      }
    } else {
      throw in.corrupt("page list " + form);
    }
    PageRuns read = pages.build();
    int count = read.size();
    if (count > 0 && read.number(count - 1) > header.pageCount()) {
      throw in.corrupt("page " + read.number(count - 1) + " of " + header.pageCount());
    }
    if (read.rank(Pages.lockPage(header.pageSize())) >= 0) {
      throw in.corrupt("the lock page is listed");
    }
    return read;
  }
}
