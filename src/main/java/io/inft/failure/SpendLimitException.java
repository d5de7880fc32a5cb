package io.inft.failure;

/** The spend cap is reached. Publishing pauses, nothing is lost. */
public final class SpendLimitException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String limit;
  private final String spent;

  public SpendLimitException(String limit, String spent) {
    super(
        "the spend cap of "
            + limit
            + " per hour is reached ("
            + spent
            + " spent); publishing goes on when the hour has passed, or raise maxFeePerHour",
        null);
    this.limit = limit;
    this.spent = spent;
  }

  /** Said before anything was committed. */
  public static SpendLimitException beforehand(String left, String needed) {
    return new SpendLimitException(left, needed, true);
  }

  private SpendLimitException(String left, String needed, boolean beforehand) {
    super(
        "the spend cap leaves "
            + left
            + " for this hour, and a publish takes about "
            + needed
            + "; nothing was "
            + (beforehand ? "committed" : "sent")
            + "; publishing goes on when the hour has passed, or raise maxFeePerHour",
        null);
    this.limit = left;
    this.spent = needed;
  }

  public String limit() {
    return limit;
  }

  public String spent() {
    return spent;
  }
}
