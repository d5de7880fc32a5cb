package io.inft.custody;

import io.inft.failure.InftException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Reads a numbered log page by page, in order, and finds what is missing, doubled or out of order.
 * Holds one page. Not safe for many threads.
 */
final class LogReader<T> {
  private static final int PAGE = 256;

  /** One page of the log, both ends included. */
  @FunctionalInterface
  interface Pages<T> {
    List<T> read(long from, long to) throws InftException;
  }

  private final String what;
  private final long last;
  private final Pages<T> pages;
  private final ToLongFunction<T> number;
  private final Findings findings;

  // Mutable state.
  private final Deque<T> ready = new ArrayDeque<>();
  private long nextPage;
  private long expected;
  private boolean gapBefore;
  private boolean whole = true;

  /**
   * @param what names an entry: "version", "control operation"
   * @param last the number that the registry's newest word says the log ends with
   */
  LogReader(String what, long last, Pages<T> pages, ToLongFunction<T> number, Findings findings) {
    this(what, 1, last, pages, number, findings);
  }

  /**
   * @param first where to begin; what is before it was read at another time
   */
  LogReader(
      String what,
      long first,
      long last,
      Pages<T> pages,
      ToLongFunction<T> number,
      Findings findings) {
    this.nextPage = first;
    this.expected = first;
    this.what = what;
    this.last = last;
    this.pages = pages;
    this.number = number;
    this.findings = findings;
  }

  /** The next entry; empty at the end. */
  Optional<T> next() throws InftException {
    while (ready.isEmpty() && nextPage <= last) {
      fetch();
    }
    T entry = ready.poll();
    if (entry == null) {
      return Optional.empty();
    }
    long found = number.applyAsLong(entry);
    gapBefore = found != expected;
    if (gapBefore) {
      missing(expected, found - 1, Code.LOG_GAP);
    }
    expected = found + 1;
    return Optional.of(entry);
  }

  /** Whether entries are missing right before the one that {@link #next} gave last. */
  boolean gapBefore() {
    return gapBefore;
  }

  /** To be called after the last entry: reports what is missing behind it. */
  void end() {
    if (expected <= last) {
      missing(expected, last, Code.LOG_TRUNCATED);
    }
  }

  /** Whether nothing was found missing, doubled or out of order so far. */
  boolean whole() {
    return whole;
  }

  private void fetch() throws InftException {
    long end = Math.min(last, nextPage + PAGE - 1);
    List<T> page = new ArrayList<>(pages.read(nextPage, end));
    long first = nextPage;
    page.removeIf(
        entry -> {
          boolean outside = number.applyAsLong(entry) < first || number.applyAsLong(entry) > end;
          if (outside) {
            report(
                Code.LOG_REORDERED,
                number.applyAsLong(entry),
                "was given among " + first + " to " + end);
          }
          return outside;
        });
    sort(page);
    ready.addAll(page);
    nextPage = end + 1;
  }

  private void sort(List<T> page) {
    for (int i = 1; i < page.size(); i++) {
      long before = number.applyAsLong(page.get(i - 1));
      long found = number.applyAsLong(page.get(i));
      if (found < before) {
        report(Code.LOG_REORDERED, found, "comes after " + before);
      }
    }
    page.sort(Comparator.comparingLong(number));
    for (int i = page.size() - 1; i > 0; i--) {
      long found = number.applyAsLong(page.get(i));
      if (found == number.applyAsLong(page.get(i - 1))) {
        boolean same = page.get(i).equals(page.get(i - 1));
        report(
            same ? Code.LOG_REORDERED : Code.EQUIVOCATION,
            found,
            same ? "is given twice" : "is given twice, with different contents");
        page.remove(i);
      }
    }
  }

  private void missing(long from, long to, Code code) {
    String range =
        from == to ? what + " " + from + " is" : what + "s " + from + " to " + to + " are";
    whole = false;
    findings.add(code, versionOf(from), range + " missing; there are " + last);
  }

  private void report(Code code, long found, String reason) {
    whole = false;
    findings.add(code, versionOf(found), what + " " + found + " " + reason);
  }

  private long versionOf(long found) {
    return what.equals("version") ? found : 0;
  }
}
