package io.inft.replica.publish;

import org.jspecify.annotations.Nullable;

/**
 * The anchoring of one version after another on another thread. Not thread-safe: the publisher
 * guards it.
 */
final class AnchorInFlight {
  private long begunNanos;
  private volatile boolean landed;
  private volatile @Nullable Thread thread;
  private @Nullable Exception failure;

  AnchorInFlight(long begunNanos) {
    this.begunNanos = begunNanos;
  }

  /** When the one was sent that is waited for now. */
  long begunNanos() {
    return begunNanos;
  }

  /** That one is anchored, and the next one is waited for. */
  void next(long sentNanos) {
    begunNanos = sentNanos;
  }

  /** Which thread it is that waits for the registry. */
  void fliesOn(Thread which) {
    thread = which;
  }

  /** Breaks off what it waits for, as far as that listens. */
  void interrupt() {
    Thread waiting = thread;
    if (waiting != null && !landed) {
      waiting.interrupt();
    }
  }

  void land(@Nullable Exception how) {
    landed = true;
    failure = how;
  }

  boolean hasLanded() {
    return landed;
  }

  /** Why the last one was not anchored; null if it was. */
  @Nullable Exception failure() {
    return failure;
  }
}
