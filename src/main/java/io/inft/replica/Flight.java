package io.inft.replica;

import org.jspecify.annotations.Nullable;

/** The anchoring of one version on another thread. Not thread-safe: the publisher guards it. */
final class Flight {
  final long begunNanos;
  private boolean landed;
  private @Nullable Exception failure;

  Flight(long begunNanos) {
    this.begunNanos = begunNanos;
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
