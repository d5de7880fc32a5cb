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

  public String limit() {
    return limit;
  }

  public String spent() {
    return spent;
  }
}
