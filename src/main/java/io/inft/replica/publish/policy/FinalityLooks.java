package io.inft.replica.publish.policy;

import java.time.Duration;

/**
 * When own versions in blocks that are not final are looked after: soon after one was anchored, and
 * then ever more rarely.
 *
 * @param pause until the look after the next one
 * @param atNanos when the next look is due
 */
public record FinalityLooks(Duration pause, long atNanos) {
  static final Duration FIRST = Duration.ofSeconds(1);
  static final Duration LONGEST = Duration.ofSeconds(30);

  /** Without a look for so long, commits that callers wait for go after one. */
  public static final Duration OVERDUE = Duration.ofSeconds(15);

  /** What was left by a process before is looked after at once. */
  public static FinalityLooks atOnce(long nowNanos) {
    return new FinalityLooks(FIRST, nowNanos);
  }

  /** A version was anchored in a block that is not final. */
  public static FinalityLooks afterAnchoring(long nowNanos) {
    return new FinalityLooks(FIRST, nowNanos + FIRST.toNanos());
  }

  /** A look begins; the next one is due after twice the pause. */
  public FinalityLooks looking(long nowNanos) {
    Duration doubled = pause.multipliedBy(2);
    return new FinalityLooks(
        doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST, nowNanos + pause.toNanos());
  }

  public boolean isDue(long nowNanos) {
    return nowNanos - atNanos >= 0;
  }
}
