package io.inft.replica.local;

import io.inft.failure.InftException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * All waiting of an engine, and none of it without a limit: for what ends by itself, or for a
 * change that another thread tells of.
 */
public final class Waits {
  /** How often a caller that waits looks whether it was told to give up. */
  private static final long SLICE_MILLIS = 200;

  private static final long LONGEST_PARK_NANOS = 1_000_000_000;

  private Waits() {}

  /** What a caller that can be told to give up waits at a time, at most so many nanoseconds. */
  public static long slice(long leftNanos) {
    return Math.max(1, Math.min(leftNanos / 1_000_000, SLICE_MILLIS));
  }

  /**
   * Waits until another thread tells of a change to what {@code monitor} guards, or for no reason
   * at all, or for so long. The caller holds the monitor, and looks itself what has changed.
   */
  @SuppressWarnings("WaitNotInLoop") // every caller looks again
  public static void signalled(Object monitor, long millis) throws InterruptedException {
    monitor.wait(Math.max(1, millis));
  }

  /**
   * Parks until another thread unparks this one, or it is interrupted, or for no reason at all, or
   * for so long and at most a second. The caller looks itself what has changed.
   */
  public static void parked(Object blocker, long nanos) {
    LockSupport.parkNanos(blocker, Math.max(1, Math.min(nanos, LONGEST_PARK_NANOS)));
  }

  /**
   * Waits until a change that another thread tells of makes something true. The caller holds the
   * monitor. An interrupt does not cut it short, it is kept.
   *
   * @return whether it is true
   */
  public static boolean until(Object monitor, BooleanSupplier done, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    boolean interrupted = false;
    try {
      while (!done.getAsBoolean()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        try {
          signalled(monitor, left / 1_000_000);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Waits until something that cannot fail is done. An interrupt does not cut it short, it is kept.
   *
   * @return whether it is done
   */
  public static boolean done(Future<?> what, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          what.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
          return true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException e) {
          return false;
        } catch (ExecutionException e) {
          return true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What something that is done answered; empty if it failed. */
  public static <T> Optional<T> result(Future<T> done) {
    try {
      return Optional.ofNullable(done.get(0, TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    }
  }

  /**
   * Waits until something is done, well or not, unless it is interrupted.
   *
   * @return whether it is done
   */
  public static boolean doneOrInterrupted(Future<?> what, Duration atMost)
      throws InterruptedException {
    try {
      what.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }

  /** Waits until something that cannot fail is done; what is not done in time is a failure. */
  public static void done(
      Future<?> what, Duration atMost, Supplier<? extends InftException> otherwise)
      throws InftException {
    if (!done(what, atMost)) {
      throw otherwise.get();
    }
  }
}
