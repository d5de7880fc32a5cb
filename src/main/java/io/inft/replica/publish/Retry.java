package io.inft.replica.publish;

import io.inft.failure.Remedy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * When to try again after a failure: later and later, with some chance in it. Not thread-safe: the
 * publisher guards it.
 */
final class Retry {
  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private int failuresInARow;
  private long atNanos;
  private @Nullable Exception lastFailure;

  /**
   * Takes note of a failure.
   *
   * @return milliseconds until the next try
   */
  long failed(Exception failure, long nowNanos) {
    lastFailure = failure;
    failuresInARow++;
    long base = FIRST.toMillis() << Math.min(7, failuresInARow - 1);
    long wait = Math.min(LONGEST.toMillis(), base);
    wait = wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
    atNanos = (nowNanos + wait * 1_000_000) | 1;
    return wait;
  }

  /** Something is amiss that nobody needs to wait for. */
  void note(Exception failure) {
    lastFailure = failure;
  }

  void succeeded() {
    failuresInARow = 0;
    atNanos = 0;
    lastFailure = null;
  }

  /** Whether something failed and was not made good since. */
  boolean isPending() {
    return failuresInARow > 0;
  }

  boolean isFirst() {
    return failuresInARow == 1;
  }

  /** Does not wait any longer: somebody asks. */
  void hurry(long nowNanos) {
    atNanos = nowNanos;
  }

  boolean mayTry(long nowNanos) {
    return failuresInARow == 0 || nowNanos - atNanos >= 0;
  }

  long nanosLeft(long nowNanos) {
    return atNanos - nowNanos;
  }

  /**
   * Whether something failed that waiting cannot help; a disk that says no gets a few tries more.
   */
  boolean isHopeless() {
    return failuresInARow >= (remedy() == Remedy.TRY_THRICE ? 3 : 1) && needsSomebody();
  }

  /** The last failure, if it was not made good since and waiting does not mend it. */
  Optional<Exception> toBeMended() {
    return failuresInARow > 0 && needsSomebody()
        ? Optional.ofNullable(lastFailure)
        : Optional.empty();
  }

  private boolean needsSomebody() {
    return lastFailure != null && remedy() != Remedy.WAIT;
  }

  private Remedy remedy() {
    return lastFailure == null ? Remedy.WAIT : Remedy.of(lastFailure);
  }

  @Nullable Exception lastFailure() {
    return lastFailure;
  }
}
