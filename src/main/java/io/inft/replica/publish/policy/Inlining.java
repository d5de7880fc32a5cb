package io.inft.replica.publish.policy;

import java.time.Duration;

/**
 * Which versions may go along with their anchor, and for how long they may lie there alone.
 *
 * @param maxAge after this time an inlined version is carried to the store by another one
 */
public record Inlining(Choice choice, Duration maxAge) {
  public static final Inlining NEVER = new Inlining(Choice.NEVER, Duration.ofMinutes(30));

  /** What the user wants. */
  public enum Choice {
    /** Where that is cheaper: on a registry that costs something, small commit objects. */
    AUTO,
    /** Wherever it may be. */
    ALWAYS,
    NEVER
  }
}
