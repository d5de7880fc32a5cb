package io.inft.replica.restore;

import io.inft.registry.Anchored;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * From when to when, both included. An entry was appended before its version was anchored and after
 * the version before was made, so block times tell which versions can hold it; clocks may differ by
 * a day. An application that gives its events other times than now must ask for all of them.
 */
public record TimeSpan(Instant from, Instant to) {
  public static final TimeSpan ALWAYS = new TimeSpan(Instant.MIN, Instant.MAX);

  private static final long CLOCKS_DIFFER_SECONDS = Duration.ofDays(1).toSeconds();

  boolean holds(Instant time) {
    return !time.isBefore(from) && !time.isAfter(to);
  }

  /**
   * Whether a version can hold entries of this span.
   *
   * @param before the version before it, null for the first
   */
  boolean mayHold(Anchored version, @Nullable Anchored before) {
    boolean tooOld = version.block().timeSeconds() < from.getEpochSecond() - CLOCKS_DIFFER_SECONDS;
    boolean tooNew =
        before != null
            && before.block().timeSeconds() > to.getEpochSecond() + CLOCKS_DIFFER_SECONDS;
    return !tooOld && !tooNew;
  }
}
