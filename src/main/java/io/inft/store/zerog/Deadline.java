package io.inft.store.zerog;

import io.inft.failure.StoreUnavailableException;
import java.util.concurrent.TimeUnit;

/** A wait with an end; the first pauses are short, because most waits are. */
final class Deadline {
  private final long start = System.nanoTime();
  private final long patience;
  private final long longestPauseMillis;
  private long pauseMillis = 5;

  Deadline(ZeroGSettings settings) {
    patience = settings.patience().toNanos();
    longestPauseMillis = settings.pollInterval().toMillis();
  }

  boolean isOver() {
    return System.nanoTime() - start > patience;
  }

  boolean isHalfOver() {
    return System.nanoTime() - start > patience / 2;
  }

  void pause(String store) throws StoreUnavailableException {
    try {
      TimeUnit.MILLISECONDS.sleep(pauseMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException(store, "wait: interrupted", e);
    }
    pauseMillis = Math.min(2 * pauseMillis, Math.max(1, longestPauseMillis));
  }
}
