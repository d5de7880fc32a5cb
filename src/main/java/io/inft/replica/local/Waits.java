package io.inft.replica.local;

import io.inft.failure.InftException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Waiting for what ends by itself, but never longer than the caller has. */
public final class Waits {
  private Waits() {}

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

  /** The same; what is not done is a failure. */
  public static void done(
      Future<?> what, Duration atMost, Supplier<? extends InftException> otherwise)
      throws InftException {
    if (!done(what, atMost)) {
      throw otherwise.get();
    }
  }
}
