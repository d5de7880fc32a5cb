package io.inft.cli.report;

import io.inft.registry.Control;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers, times and accounts as a person reads them. */
final class Words {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("d MMM, HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final int TOKEN_DECIMALS = 18;

  private Words() {}

  static String minute(Instant time) {
    return MINUTE.format(time);
  }

  static String day(Instant time) {
    return DAY.format(time);
  }

  static String second(Instant time) {
    return SECOND.format(time);
  }

  static String number(long value) {
    return String.format(Locale.ENGLISH, "%,d", value);
  }

  static String count(long value, String one, String many) {
    return number(value) + " " + (value == 1 ? one : many);
  }

  /** An account or a hash, short enough to compare at a glance. */
  static String shortened(String hex) {
    return hex.length() <= 14 ? hex : hex.substring(0, 8) + "…" + hex.substring(hex.length() - 4);
  }

  static String tokens(BigInteger wei) {
    BigDecimal value = new BigDecimal(wei, TOKEN_DECIMALS).round(new MathContext(3));
    return value.signum() == 0 ? "0 0G" : value.stripTrailingZeros().toPlainString() + " 0G";
  }

  /** A small amount, in as many digits as say something. */
  static String small(double value) {
    return value == 0
        ? "0"
        : new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros().toPlainString();
  }

  static String span(Duration time) {
    long days = time.toDays();
    if (days >= 60) {
      return days / 30 + " months";
    }
    if (days >= 2) {
      return days + " days";
    }
    long minutes = time.toMinutes();
    return minutes >= 120
        ? minutes / 60 + " hours"
        : minutes >= 2 ? minutes + " minutes" : Math.max(0, time.toSeconds()) + " seconds";
  }

  /** What was done, for somebody who does not know the contract. */
  static String operation(Control control) {
    return control
        .operation()
        .map(
            known ->
                switch (known) {
                  case GRANT -> "gave an account a right";
                  case REVOKE -> "took a right from an account";
                  case REVOKE_ALL -> "took all rights from everybody";
                  case KEYRING -> "changed the keys";
                  case PROPOSE_OWNER -> "offered the database to a new owner";
                  case ACCEPT_OWNER -> "became the owner";
                  case FREEZE -> isSet(control) ? "froze the database" : "unfroze the database";
                  case LOCK_UNTIL -> "locked the database until a time";
                  case OWNER_OBSERVED -> "had the token’s new owner recorded";
                  case SUCCESSOR -> "named a successor of the registry";
                  case FLAG_VERSIONS -> "marked versions as disputed";
                  case CANCEL_PROPOSAL -> "took back an offer to a new owner";
                })
        .orElse("did something that this release does not know (operation " + control.code() + ")");
  }

  /** Whether the last word of its arguments is not zero. */
  private static boolean isSet(Control control) {
    byte[] data = control.data().toBytes();
    return data.length > 0 && data[data.length - 1] != 0;
  }

  /** What a version is, for somebody who does not know the word. */
  static String kind(String word) {
    return switch (word) {
      case "delta" -> "changes";
      case "snapshot" -> "full copy";
      case "restore" -> "back to an earlier state";
      case "rekey" -> "new keys";
      case "import" -> "brought in from a file";
      case "archive" -> "gathers earlier ones";
      default -> word;
    };
  }
}
