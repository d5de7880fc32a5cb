package io.inft.replica.publish.policy;

import java.time.Duration;

/**
 * When what is committed is published.
 *
 * @param syncInterval longest time between two publishes while there is something to publish
 * @param eventBatch pending events that trigger a publish, at least 1
 * @param maxLag bound on unpublished time
 */
public record Cadence(Duration syncInterval, int eventBatch, Duration maxLag, OnLag onLag) {
  /** What happens when unpublished work is older than {@code maxLag}. */
  public enum OnLag {
    WARN,
    BLOCK,
    FAIL
  }
}
