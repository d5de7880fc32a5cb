package io.inft.observe;

import java.util.concurrent.atomic.LongAdder;

/** How often something was done, and how long that took together. Safe for many threads. */
final class Timing {
  private final LongAdder count = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  void took(long elapsedNanos) {
    count.increment();
    nanos.add(Math.max(0, elapsedNanos));
  }

  long count() {
    return count.sum();
  }

  double seconds() {
    return nanos.sum() / 1e9;
  }
}
