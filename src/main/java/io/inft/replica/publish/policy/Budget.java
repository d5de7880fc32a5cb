package io.inft.replica.publish.policy;

import io.inft.failure.TokenAmount;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Locale;

/**
 * What the account may spend in every hour or day, storage and registry together. Hours and days
 * are those of UTC, so that all processes agree on them and a restart changes nothing.
 */
public record Budget(BigInteger wei, Period period) {
  /** A whole coin has so many digits more than a wei. */
  public static final int DIGITS = 18;

  /** How often it is there anew. */
  public enum Period {
    HOUR(Duration.ofHours(1)),
    DAY(Duration.ofDays(1));

    private final Duration length;

    Period(Duration length) {
      this.length = length;
    }

    /** The one that is so long. */
    public static Period of(Duration length) {
      for (Period one : values()) {
        if (one.length.equals(length)) {
          return one;
        }
      }
      throw new IllegalArgumentException("no hour and no day: " + length);
    }

    public Duration length() {
      return length;
    }
  }

  /** When the period began that a moment is in, in milliseconds since 1970. */
  public long begin(long nowMillis) {
    return nowMillis - Math.floorMod(nowMillis, period.length().toMillis());
  }

  /** When the next one begins. */
  public long end(long nowMillis) {
    return begin(nowMillis) + period.length().toMillis();
  }

  /** As a user sets it: {@code 0.05/day}. */
  public String text() {
    return TokenAmount.exact(wei) + "/" + period.name().toLowerCase(Locale.ROOT);
  }
}
