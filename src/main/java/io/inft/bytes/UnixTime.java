package io.inft.bytes;

import java.time.Instant;

/** Seconds that somebody else wrote down, as a time. */
public final class UnixTime {
  private UnixTime() {}

  /**
   * The time so many seconds after 1970. What is beyond all calendars becomes their end: a number
   * that an author made up must not keep what lies beside it from being shown.
   */
  public static Instant instant(long seconds) {
    return Instant.ofEpochSecond(
        Math.max(Instant.MIN.getEpochSecond(), Math.min(Instant.MAX.getEpochSecond(), seconds)));
  }
}
