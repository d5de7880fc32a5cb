package io.inft.replica.publish.policy;

import io.inft.failure.Remedy;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When to try again after failures: later and later, with some chance in it.
 *
 * @param failuresInARow since something went well
 * @param atNanos when the next try is due, if something failed
 * @param lastFailure what was not made good since, null if there is nothing
 */
public record Retry(int failuresInARow, long atNanos, @Nullable Exception lastFailure) {
  /** Nothing failed. */
  public static final Retry NONE = new Retry(0, 0, null);

  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** A disk that says no gets so many tries before a caller is told. */
  private static final int TRIES_OF_A_DISK = 3;

  /**
   * After one more failure. The next try is due after at least half of what the number of failures
   * stands for.
   *
   * @param chance from 0 to below 1
   */
  public Retry failed(Exception failure, double chance, long nowNanos) {
    long doubled = FIRST.toMillis() << Math.min(7, failuresInARow);
    long most = Math.min(LONGEST.toMillis(), doubled);
    long wait = most / 2 + (long) (chance * (most / 2 + 1));
    return new Retry(failuresInARow + 1, (nowNanos + wait * 1_000_000) | 1, failure);
  }

  /** Something is amiss that nobody needs to wait for. */
  public Retry noting(Exception failure) {
    return new Retry(failuresInARow, atNanos, failure);
  }

  /** Does not wait any longer: a caller asks. */
  public Retry hurried(long nowNanos) {
    return new Retry(failuresInARow, nowNanos, lastFailure);
  }

  /** Whether something failed and was not made good since. */
  public boolean isPending() {
    return failuresInARow > 0;
  }

  public boolean isFirst() {
    return failuresInARow == 1;
  }

  public boolean mayTry(long nowNanos) {
    return failuresInARow == 0 || nowNanos - atNanos >= 0;
  }

  /** Nanoseconds until the next try. */
  public long left(long nowNanos) {
    return atNanos - nowNanos;
  }

  /**
   * Whether something failed that waiting cannot help; a disk that says no gets a few tries more.
   */
  public boolean isHopeless() {
    return failuresInARow >= (remedy() == Remedy.TRY_THRICE ? TRIES_OF_A_DISK : 1)
        && needsSomebody();
  }

  /** The last failure, if it was not made good since and waiting does not mend it. */
  public Optional<Exception> toBeMended() {
    return isPending() && needsSomebody() ? Optional.ofNullable(lastFailure) : Optional.empty();
  }

  private boolean needsSomebody() {
    return remedy() != Remedy.WAIT;
  }

  private Remedy remedy() {
    return lastFailure == null ? Remedy.WAIT : Remedy.of(lastFailure);
  }
}
