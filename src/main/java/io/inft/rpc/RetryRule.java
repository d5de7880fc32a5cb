package io.inft.rpc;

import io.inft.failure.InftException;
import io.inft.failure.RpcUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The one rule by which calls are repeated: only when the other side could not be reached, after a
 * pause that doubles and is spread at random, and with every failed attempt suppressed in the last.
 *
 * @param attempts how often to try in all, at least 1
 * @param firstPause pause before the second attempt; each further one is twice as long
 * @param longestPause no pause is longer
 */
public record RetryRule(int attempts, Duration firstPause, Duration longestPause) {
  public static final RetryRule STANDARD =
      new RetryRule(4, Duration.ofMillis(200), Duration.ofSeconds(5));
  public static final RetryRule ONCE = new RetryRule(1, Duration.ZERO, Duration.ZERO);

  public RetryRule {
    if (attempts < 1 || firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
      throw new IllegalArgumentException("at least one attempt, and pauses that grow");
    }
  }

  /** What is tried; {@code attempt} counts from 0. */
  @FunctionalInterface
  public interface Attempt<T> {
    T run(int attempt) throws InftException;
  }

  /** Waits; a test's one only notes for how long. */
  @FunctionalInterface
  public interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  /**
   * Runs the attempts. An interrupt during a pause ends them with the failure so far, the interrupt
   * flag set.
   */
  public <T> T run(Attempt<T> action, RandomGenerator random, Pause pause) throws InftException {
    List<InftException> earlier = new ArrayList<>();
    for (int attempt = 0; ; attempt++) {
      try {
        return action.run(attempt);
      } catch (RpcUnavailableException e) {
        if (attempt + 1 >= attempts || Thread.currentThread().isInterrupted()) {
          earlier.forEach(e::addSuppressed);
          throw e;
        }
        earlier.add(e);
        try {
          pause.sleep(pauseAfter(attempt, random));
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw e;
        }
      } catch (InftException e) {
        earlier.forEach(e::addSuppressed);
        throw e;
      }
    }
  }

  /** Between half and all of the doubled pause. */
  Duration pauseAfter(int attempt, RandomGenerator random) {
    long full = firstPause.toMillis() << Math.min(attempt, 20);
    long bounded = Math.min(full, longestPause.toMillis());
    return Duration.ofMillis(bounded / 2 + random.nextLong(bounded / 2 + 1));
  }
}
