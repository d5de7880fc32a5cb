package io.inft.replica.publish;

import org.jspecify.annotations.Nullable;

/** The anchoring of one version on another thread. Not thread-safe: the publisher guards it. */
final class AnchorInFlight {
  final long begunNanos;
  private volatile boolean landed;
  private volatile @Nullable Thread thread;
  private @Nullable Exception failure;

  AnchorInFlight(long begunNanos) {
    this.begunNanos = begunNanos;
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

  /** Why the version was not anchored; null if it was. */
  @Nullable Exception failure() {
    return failure;
  }
}
