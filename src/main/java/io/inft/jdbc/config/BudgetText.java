package io.inft.jdbc.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A budget as people write it: an amount in the network's coin, and {@code hour} or {@code day}:
 * {@code 0.05/day}. Exact, above 0, with at most 18 digits after the point.
 *
 * @param period an hour or a day
 */
public record BudgetText(BigDecimal amount, Duration period) {
  /** For messages. */
  public static final String FORMS =
      "an amount of 0G above 0 with at most 18 digits after the point, and /day or /hour: 0.05/day";

  private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,18})?)/(hour|day)");

  /** The budget, or empty when the text is none. */
  public static Optional<BudgetText> parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      return Optional.empty();
    }
    BigDecimal amount = new BigDecimal(form.group(1)).stripTrailingZeros();
    Duration period = form.group(2).equals("day") ? Duration.ofDays(1) : Duration.ofHours(1);
    return amount.signum() == 0 ? Optional.empty() : Optional.of(new BudgetText(amount, period));
  }

  /** As it is written. */
  public String text() {
    return amount.toPlainString() + (period.equals(Duration.ofDays(1)) ? "/day" : "/hour");
  }
}
