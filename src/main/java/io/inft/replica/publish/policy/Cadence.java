package io.inft.replica.publish.policy;

import java.time.Duration;
import java.util.Optional;

/**
 * When what is committed is published.
 *
 * @param syncInterval longest time between two publishes while there is something to publish; with
 *     a budget, the shortest
 * @param eventBatch pending events that trigger a publish, at least 1
 * @param maxLag bound on unpublished time
 * @param budget what the account may spend; empty for no bound but the network's own
 */
public record Cadence(
    Duration syncInterval, int eventBatch, Duration maxLag, OnLag onLag, Optional<Budget> budget) {
  /** Without a budget. */
  public Cadence(Duration syncInterval, int eventBatch, Duration maxLag, OnLag onLag) {
    this(syncInterval, eventBatch, maxLag, onLag, Optional.empty());
  }

  /** What happens when unpublished work is older than {@code maxLag}. */
  public enum OnLag {
    WARN,
    BLOCK,
    FAIL
  }
}
