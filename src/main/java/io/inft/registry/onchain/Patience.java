package io.inft.registry.onchain;

import io.inft.failure.InftException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Looks again until an endpoint shows what it must; endpoints lag behind what they said before. */
final class Patience {
  private static final Duration FIRST = Duration.ofMillis(20);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  /** One look; empty means "not there yet". */
  interface Look<T> {
    Optional<T> look() throws InftException;
  }

  /** Something to do with an endpoint. */
  interface Question<T> {
    T ask() throws InftException;
  }

  /** Lets time pass; a test's one makes blocks. */
  interface Waiting {
    void pause(Duration duration) throws InterruptedException;
  }

  private final String registry;
  private final Duration longest;
  private final Waiting waiting;

  Patience(String registry, Duration longest, Waiting waiting) {
    this.registry = registry;
    this.longest = longest;
    this.waiting = waiting;
  }

  static Waiting asleep() {
    return duration -> TimeUnit.MILLISECONDS.sleep(duration.toMillis());
  }

  /** Failures of the layers below in the words of the door. */
  <T> T ask(String action, Question<T> question) throws InftException {
    try {
      return question.ask();
    } catch (RpcUnavailableException | RpcErrorException e) {
      throw new RegistryUnavailableException(registry, action, e);
    }
  }

  <T> T until(String action, Look<T> look) throws InftException {
    return until(action, longest, look);
  }

  /**
   * @throws RegistryUnavailableException nothing was there in time, or the endpoint does not answer
   */
  <T> T until(String action, Duration atMost, Look<T> look) throws InftException {
    long deadline = System.nanoTime() + atMost.toNanos();
    Duration pause = FIRST;
    while (true) {
      Optional<T> seen = ask(action, look::look);
      if (seen.isPresent()) {
        return seen.get();
      }
      if (System.nanoTime() > deadline) {
        throw new RegistryUnavailableException(
            registry, action + " (the endpoint lags behind, or has pruned its logs)", null);
      }
      try {
        waiting.pause(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RegistryUnavailableException(registry, action, e);
      }
      pause = pause.compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
    }
  }
}
