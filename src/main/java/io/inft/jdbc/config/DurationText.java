package io.inft.jdbc.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 180d},
 * a plain number of seconds, {@code 0}, or ISO-8601 such as {@code PT30S}. Never negative.
 */
public final class DurationText {
  /** For messages. */
  public static final String FORMS = "30s, 500ms, 5m, 2h, 1d, PT30S, or a plain number of seconds";

  private static final Pattern SIMPLE =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,3})?) *([a-z]*)");

  private DurationText() {}

  /** The duration, or empty when the text is none. */
  public static Optional<Duration> parse(String text) {
    Matcher simple = SIMPLE.matcher(text.trim());
    if (simple.matches()) {
      long unitMillis = unitMillis(simple.group(2));
      if (unitMillis == 0) {
        return Optional.empty();
      }
      BigDecimal millis = new BigDecimal(simple.group(1)).multiply(BigDecimal.valueOf(unitMillis));
      return Optional.of(Duration.ofMillis(millis.longValue()));
    }
    try {
      Duration iso = Duration.parse(text.trim());
      return iso.isNegative() ? Optional.empty() : Optional.of(iso);
    } catch (DateTimeParseException notIso) {
      return Optional.empty();
    }
  }

  private static long unitMillis(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "", "s" -> 1000;
      case "m", "min" -> 60_000;
      case "h" -> 3_600_000;
      case "d" -> 86_400_000;
      default -> 0;
    };
  }
}
