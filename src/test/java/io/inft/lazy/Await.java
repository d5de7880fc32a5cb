package io.inft.lazy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for what another thread does. */
final class Await {
  /** What is waited for. */
  @FunctionalInterface
  interface Fact {
    boolean holds() throws Exception;
  }

  private Await() {}

  static void that(Fact fact) throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!fact.holds()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("it did not come to that within 20 s");
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
