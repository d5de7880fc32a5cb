package io.inft.cli;

import io.inft.cli.console.TransferBar;
import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells what is going on while something starts: a line for each step. On a terminal the line also
 * counts the seconds the step takes. Safe for many threads.
 */
final class Steps implements AutoCloseable {
  /** A longer line would break, and a broken line cannot be written again in its place. */
  private static final int MAX_COUNTED_CHARACTERS = 70;

  private final PrintWriter err;
  private final LongSupplier nanoClock;
  private final @Nullable ScheduledExecutorService ticks;
  private final @Nullable Future<?> ticking;

  // Mutable state, guarded by lock.
  private final ReentrantLock lock = new ReentrantLock();
  private String step = "";
  private long stepBeganNanos;

  /**
   * @param ticks looks at the time every second; null where nobody watches
   */
  Steps(PrintWriter err, LongSupplier nanoClock, @Nullable ScheduledExecutorService ticks) {
    this.err = err;
    this.nanoClock = nanoClock;
    this.ticks = ticks;
    this.ticking =
        ticks == null ? null : ticks.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
  }

  static Steps on(PrintWriter err, boolean quiet) {
    return new Steps(err, System::nanoTime, TransferBar.isOnTerminal() && !quiet ? clock() : null);
  }

  private static ScheduledExecutorService clock() {
    return Executors.newSingleThreadScheduledExecutor(
        runnable -> {
          Thread thread = new Thread(runnable, "inft-steps");
          thread.setDaemon(true);
          return thread;
        });
  }

  void next(String next) {
    lock.lock();
    try {
      endLine();
      if (ticks == null || next.length() > MAX_COUNTED_CHARACTERS) {
        err.println(next);
      } else {
        step = next;
        stepBeganNanos = nanoClock.getAsLong();
        err.print(next);
      }
      err.flush();
    } finally {
      lock.unlock();
    }
  }

  void tick() {
    lock.lock();
    try {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(nanoClock.getAsLong() - stepBeganNanos);
      if (!step.isEmpty() && seconds > 0) {
        err.print("\r" + step + "  " + seconds + " s");
        err.flush();
      }
    } finally {
      lock.unlock();
    }
  }

  private void endLine() {
    tick();
    if (!step.isEmpty()) {
      err.println();
      err.flush();
    }
    step = "";
  }

  @Override
  public void close() {
    lock.lock();
    try {
      endLine();
    } finally {
      lock.unlock();
    }
    if (ticks != null && ticking != null) {
      ticking.cancel(false);
      ticks.shutdown();
    }
  }
}
