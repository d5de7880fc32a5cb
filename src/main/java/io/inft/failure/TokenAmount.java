package io.inft.failure;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * How amounts of a chain's own token are written for people: always with a unit, so that none can
 * be taken for another. From a ten-thousandth on in whole tokens of 0G's chains ("0G"), below in
 * gwei (10⁻⁹ of one), never in wei. The one place where amounts become text.
 */
public final class TokenAmount {
  private static final int TOKEN_DIGITS = 18;
  private static final int GWEI_DIGITS = 9;
  private static final BigInteger SMALLEST_IN_TOKENS = BigInteger.TEN.pow(14);
  private static final int SHOWN_DIGITS = 6;

  private TokenAmount() {}

  /** To six digits. */
  public static String text(BigInteger wei) {
    return text(wei, RoundingMode.HALF_UP);
  }

  /** To six digits, and not less. */
  public static String atLeast(BigInteger wei) {
    return text(wei, RoundingMode.CEILING);
  }

  private static String text(BigInteger wei, RoundingMode rounding) {
    if (wei.signum() == 0) {
      return "0 0G";
    }
    return wei.abs().compareTo(SMALLEST_IN_TOKENS) >= 0
        ? digits(wei, TOKEN_DIGITS, rounding) + " 0G"
        : digits(wei, GWEI_DIGITS, rounding) + " gwei";
  }

  /** What a unit of gas costs, in gwei to six digits. */
  public static String gasPrice(BigInteger wei) {
    return gwei(wei) + " gwei";
  }

  /** As {@link #gasPrice}, and not less. */
  public static String gasPriceAtLeast(BigInteger wei) {
    return wei.signum() == 0 ? "0 gwei" : digits(wei, GWEI_DIGITS, RoundingMode.CEILING) + " gwei";
  }

  /** As {@link #gasPrice}, without the unit, for programs. */
  public static String gwei(BigInteger wei) {
    return wei.signum() == 0 ? "0" : digits(wei, GWEI_DIGITS, RoundingMode.HALF_UP);
  }

  private static String digits(BigInteger wei, int below, RoundingMode rounding) {
    return new BigDecimal(wei, below)
        .round(new MathContext(SHOWN_DIGITS, rounding))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** All digits, in whole tokens and without a unit, for programs. */
  public static String exact(BigInteger wei) {
    return wei.signum() == 0
        ? "0"
        : new BigDecimal(wei, TOKEN_DIGITS).stripTrailingZeros().toPlainString();
  }
}
