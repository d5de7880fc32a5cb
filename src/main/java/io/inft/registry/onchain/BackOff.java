package io.inft.registry.onchain;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * When something that fails again and again may be tried next: each time after twice as long, and
 * not together with others that failed at the same moment. For one thread.
 */
final class BackOff {
  static final long FIRST_NANOS = Duration.ofMillis(500).toNanos();
  static final long LONGEST_NANOS = Duration.ofMinutes(5).toNanos();

  /** What did not fail for so long, and worked, is as good as new. */
  static final long FINE_NANOS = Duration.ofMinutes(1).toNanos();

  private static final int MOST_DOUBLINGS = 20;

  private final LongSupplier nanoClock;
  private int failures;
  private long dueNanos;
  private long beganNanos;

  BackOff(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.dueNanos = nanoClock.getAsLong();
  }

  boolean isDue() {
    return nanoClock.getAsLong() - dueNanos >= 0;
  }

  void begins() {
    beganNanos = nanoClock.getAsLong();
  }

  /** It did what it is for. */
  void worked() {
    if (nanoClock.getAsLong() - beganNanos > FINE_NANOS) {
      failures = 0;
    }
  }

  void failed() {
    long full = Math.min(FIRST_NANOS << Math.min(failures, MOST_DOUBLINGS), LONGEST_NANOS);
    failures++;
    long pause = full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
    dueNanos = nanoClock.getAsLong() + pause;
  }

  /** It seemed to work and did not, which takes long to find out. */
  void deceived() {
    failed();
    dueNanos = Math.max(dueNanos, nanoClock.getAsLong() + FINE_NANOS);
  }
}
