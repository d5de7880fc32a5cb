package io.inft.lazy;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Has the supplier bring pages, each span once at a time, on threads of the caller's executor: a
 * reader only waits, so that whatever the supplier does, a wait ends when it must. Safe for many
 * threads.
 */
final class Fetches {
  private static final long LOOK_MILLIS = 20;

  private final PageSupplier supplier;
  private final PresentPages pages;
  private final PageSink sink;
  private final Executor executor;
  private final Duration longest;

  // Mutable, guarded by this: by the first page of the span.
  private final Map<Long, Fetch> underWay = new HashMap<>();
  private int waiting;
  private boolean closed;

  /**
   * @param longest that a reader waits for a page
   */
  Fetches(
      PageSupplier supplier,
      PresentPages pages,
      PageSink sink,
      Executor executor,
      Duration longest) {
    this.supplier = supplier;
    this.pages = pages;
    this.sink = sink;
    this.executor = executor;
    this.longest = longest;
  }

  /** One call of the supplier. */
  private final class Fetch {
    private final PageRequest request;
    private final FutureTask<Void> task;

    // Mutable, guarded by the fetches.
    private boolean done;
    private @Nullable InftException failure;

    Fetch(PageRequest request) {
      this.request = request;
      this.task = new FutureTask<>(this::run, null);
    }

    private void run() {
      InftException failed = null;
      try {
        supplier.supply(request, this::page);
      } catch (InftException e) {
        failed = e;
      } catch (RuntimeException | Error e) {
        failed = new StoreUnavailableException("the supplier", "bring " + request.span(), e);
      } finally {
        ended(this, failed);
      }
    }

    /** Whether it went well and was begun for the sake of another page. */
    boolean isForAnother(long page) {
      synchronized (Fetches.this) {
        return failure == null && request.asked() != page;
      }
    }

    private boolean page(long number, byte[] page, int from) throws InftException {
      boolean written = sink.page(number, page, from);
      if (number == request.asked()) {
        arrived();
      }
      return written;
    }
  }

  private synchronized void arrived() {
    notifyAll();
  }

  private synchronized void ended(Fetch fetch, @Nullable InftException failure) {
    fetch.done = true;
    fetch.failure = failure;
    underWay.remove(fetch.request.span().first(), fetch);
    notifyAll();
  }

  /** Whether somebody waits for a page. */
  synchronized boolean isAwaited() {
    return waiting > 0;
  }

  /** How many calls of the supplier have not ended. */
  synchronized int underWay() {
    return underWay.size();
  }

  /**
   * Begins to bring the span of a page, unless that is under way, or nothing of it is missing.
   *
   * @return whether something was begun
   */
  boolean begin(long page, PageRequest.Reason reason) {
    return !pages.has(page) && begun(page, reason) != null;
  }

  /** What comes with a page, as far as it can be missing. */
  PageSpan span(long page) {
    PageSpan named = supplier.span(page);
    if (!named.has(page)) {
      throw new IllegalArgumentException(named + " is no span of page " + page);
    }
    return new PageSpan(named.first(), Math.max(page, Math.min(named.last(), pages.limit())));
  }

  private @Nullable Fetch begun(long page, PageRequest.Reason reason) {
    PageSpan span = span(page);
    Fetch fetch;
    synchronized (this) {
      Fetch same = underWay.get(span.first());
      if (same != null || closed) {
        return same;
      }
      fetch = new Fetch(new PageRequest(page, span, reason));
      underWay.put(span.first(), fetch);
    }
    try {
      executor.execute(fetch.task);
    } catch (RejectedExecutionException | OutOfMemoryError e) { // no thread for it, now
      ended(fetch, new StoreUnavailableException("the supplier", "begin to bring " + span, e));
    }
    return fetch;
  }

  /** Returns when all of some pages are present. */
  void await(PageSpan wanted, PageRequest.Reason reason, FetchWait wait)
      throws InterruptedException, InftException {
    long began = System.nanoTime();
    for (long page = wanted.first(); page <= wanted.last(); page++) {
      if (!pages.has(page)) {
        await(page, reason, wait, began);
      }
    }
  }

  private void await(long page, PageRequest.Reason reason, FetchWait wait, long began)
      throws InterruptedException, InftException {
    Fetch fetch = begun(page, reason);
    awaitEnd(fetch, page, wait, began);
    while (!pages.has(page) && fetch != null && fetch.isForAnother(page)) {
      fetch = begun(page, reason); // whose pages are of the same span, and came without this one
      awaitEnd(fetch, page, wait, began);
    }
    if (!pages.has(page)) {
      if (fetch != null && fetch.failure != null) {
        throw fetch.failure;
      }
      throw new CorruptObjectException(
          "pages " + supplier.span(page), 0, "page " + page + " is not among what was brought");
    }
  }

  private void awaitEnd(@Nullable Fetch fetch, long page, FetchWait wait, long began)
      throws InterruptedException, InftException {
    synchronized (this) {
      waiting++;
      try {
        while (!pages.has(page) && fetch != null && !fetch.done) {
          wait.check();
          long waited = System.nanoTime() - began;
          if (waited > longest.toNanos()) {
            throw new StoreUnavailableException(
                "the storage", "read page " + page + " within " + longest.toSeconds() + " s", null);
          }
          wait(LOOK_MILLIS);
        }
        wait.check();
      } finally {
        waiting--;
      }
    }
  }

  /** Waits end, and nothing is begun any more; what hangs is interrupted and left alone. */
  void close() {
    List<Fetch> left;
    synchronized (this) {
      closed = true;
      left = new ArrayList<>(underWay.values());
      notifyAll();
    }
    left.forEach(fetch -> fetch.task.cancel(true));
  }
}
