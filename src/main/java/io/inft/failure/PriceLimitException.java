package io.inft.failure;

/** A contract or RPC endpoint asks for more than is allowed. Nothing was signed. */
public final class PriceLimitException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String limit;
  private final String asked;
  private final String property;

  /**
   * @param what is to be paid: "gas", "storage in Flow contract 0x…"
   * @param limit with its unit
   * @param asked with its unit
   * @param askedBy who names the price
   * @param property raises the limit
   */
  public PriceLimitException(
      String what, String limit, String asked, String askedBy, String property) {
    super(
        "the price of "
            + what
            + " is above the limit: at most "
            + limit
            + " is expected, "
            + askedBy
            + " asks "
            + asked
            + "; nothing was signed. Compare with another endpoint, and if the price is right set "
            + property
            + " above it",
        null);
    this.what = what;
    this.limit = limit;
    this.asked = asked;
    this.property = property;
  }

  public String what() {
    return what;
  }

  public String limit() {
    return limit;
  }

  public String asked() {
    return asked;
  }

  public String property() {
    return property;
  }
}
