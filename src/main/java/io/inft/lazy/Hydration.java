package io.inft.lazy;

import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings what nobody asked for, a few spans side by side and none while a reader waits, until the
 * file is whole. On a thread of its own; safe for many threads.
 */
final class Hydration {
  private static final long LOOK_MILLIS = 20;
  private static final int SIDE_BY_SIDE = 4;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration BETWEEN_STORES = Duration.ofSeconds(5);

  private final PartialFile partial;
  private final PresentPages pages;
  private final Fetches fetches;
  private final WholeCheck check;
  private final Thread thread;

  // Mutable, guarded by this.
  private HydrationProgress.State state = HydrationProgress.State.PAUSED;
  private @Nullable InftException failure;
  private boolean wanted;
  private long calls;

  Hydration(PartialFile partial, PresentPages pages, Fetches fetches, WholeCheck check) {
    this.partial = partial;
    this.pages = pages;
    this.fetches = fetches;
    this.check = check;
    this.thread = new Thread(null, this::run, "inft-hydration", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
  }

  /** Paused; a file that is all here is finished all the same. */
  void start() {
    thread.start();
  }

  synchronized void resume() {
    wanted = true;
    if (state == HydrationProgress.State.PAUSED) {
      state = HydrationProgress.State.RUNNING;
    }
    call();
  }

  synchronized void pause() {
    wanted = false;
    call();
  }

  synchronized void close() {
    if (state != HydrationProgress.State.WHOLE && state != HydrationProgress.State.REFUSED) {
      state = HydrationProgress.State.CLOSED;
    }
    wanted = false;
    call();
    thread.interrupt();
  }

  synchronized HydrationProgress progress() {
    return new HydrationProgress(
        pages.limit(), pages.missing(), state, Optional.ofNullable(failure));
  }

  private synchronized void call() {
    calls++;
    notifyAll();
  }

  private synchronized boolean isOver() {
    return state == HydrationProgress.State.WHOLE
        || state == HydrationProgress.State.REFUSED
        || state == HydrationProgress.State.CLOSED;
  }

  /** Nothing happens once it is over, whatever comes later. */
  private synchronized void to(HydrationProgress.State next, @Nullable InftException why) {
    if (!isOver()) {
      state = next;
      failure = why;
      call();
    }
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!isOver()) {
      try {
        if (pages.missing() == 0) {
          finish();
        } else if (isPaused()) {
          rest(Duration.ofSeconds(1));
        } else {
          bringSome();
          pause = FIRST_PAUSE;
        }
      } catch (InterruptedException e) {
        return; // it was closed
      } catch (InftException e) {
        to(HydrationProgress.State.WAITING, e);
        pause = waited(pause);
      } catch (RuntimeException | Error e) { // told, and tried again, as of a supplier
        to(
            HydrationProgress.State.WAITING,
            new StoreUnavailableException("the background", "bring the rest", e));
        pause = waited(pause);
      }
    }
  }

  private Duration waited(Duration pause) {
    try {
      rest(pause);
    } catch (InterruptedException e) {
      return pause; // it was closed, which the loop sees
    }
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  private synchronized boolean isPaused() {
    if (!wanted) {
      to(HydrationProgress.State.PAUSED, failure);
    }
    return !wanted;
  }

  /** Until something is said to the hydration, or time is over. */
  private synchronized void rest(Duration duration) throws InterruptedException {
    long heard = calls;
    long until = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos();
        left > 0 && heard == calls;
        left = until - System.nanoTime()) {
      wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
    }
  }

  /** Goes through the file once, or until somebody wants it to stop. */
  private void bringSome() throws InterruptedException, InftException {
    to(HydrationProgress.State.RUNNING, null);
    long stored = System.nanoTime();
    long page = pages.nextMissing(1);
    while (page != 0 && !isPaused() && !isOver()) {
      while (fetches.isAwaited()) {
        rest(Duration.ofMillis(LOOK_MILLIS));
      }
      beginFrom(page);
      fetches.await(
          new PageSpan(page, page), PageRequest.Reason.HYDRATION, Hydration::checkInterrupt);
      if (System.nanoTime() - stored > BETWEEN_STORES.toNanos()) {
        partial.store();
        stored = System.nanoTime();
      }
      page = pages.nextMissing(page + 1);
    }
  }

  private void beginFrom(long page) {
    long next = page;
    for (int i = 0; i < SIDE_BY_SIDE && next != 0; i++) {
      fetches.begin(next, PageRequest.Reason.HYDRATION);
      next = pages.nextMissing(fetches.span(next).last() + 1);
    }
  }

  private static void checkInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** All is here: the caller proves it, and then it is an ordinary file. */
  private void finish() throws InftException {
    to(HydrationProgress.State.PROVING, null);
    partial.store();
    try {
      check.prove();
    } catch (InftException e) {
      if (check.isFinal(e)) {
        to(HydrationProgress.State.REFUSED, e);
        return;
      }
      throw e;
    }
    if (!isOver() && partial.finish()) {
      to(HydrationProgress.State.WHOLE, null);
      check.whole();
    }
  }
}
