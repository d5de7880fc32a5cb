package io.inft.lazy;

/**
 * Sees whether the reads of one handle go through the file in order, with a few elsewhere in
 * between, as a scan of a table does whose pages lie side by side. For one thread at a time.
 */
final class ScanWatch {
  /** Reads in order until it counts as a scan. */
  private static final int ENOUGH = 8;

  /** Pages that may lie between two reads of a scan. */
  private static final int NEAR = 32;

  /** Reads elsewhere after which a scan is over. */
  private static final int STRAYS = 8;

  private static final int FIRST_SPANS = 2;
  private static final int MOST_SPANS = 16;

  // Mutable.
  private long head;
  private int run;
  private int strays;
  private int spans = FIRST_SPANS;
  private long begunUntil;

  /** A page is read. */
  void read(long page) {
    if (page > head && page <= head + NEAR) {
      head = page;
      run++;
      strays = 0;
    } else if (page != head && ++strays > STRAYS) {
      head = page;
      run = 0;
      strays = 0;
      spans = FIRST_SPANS;
      begunUntil = 0;
    }
  }

  boolean isScan() {
    return run >= ENOUGH;
  }

  /**
   * Begins what the scan comes to next, further ahead each time.
   *
   * @param spanPages how many pages come with one fetch here
   */
  void lookAhead(Fetches fetches, PresentPages pages, long spanPages) {
    long window = spans * spanPages;
    if (!isScan() || head + window / 2 < begunUntil) {
      return;
    }
    long page = Math.max(head + 1, begunUntil + 1);
    long end = head + window;
    while (page <= end && fetches.underWay() < MOST_SPANS) {
      long missing = pages.nextMissing(page);
      if (missing == 0 || missing > end) {
        page = end + 1;
      } else {
        fetches.begin(missing, PageRequest.Reason.AHEAD);
        page = fetches.span(missing).last() + 1;
      }
    }
    begunUntil = page - 1;
    spans = Math.min(MOST_SPANS, spans * 2);
  }
}
