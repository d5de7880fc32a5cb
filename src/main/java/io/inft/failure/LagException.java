package io.inft.failure;

/** Unpublished work is older than maxLag allows. */
public final class LagException extends InftException {
  private static final long serialVersionUID = 1L;

  private final long lagMillis;
  private final long maxLagMillis;

  public LagException(long lagMillis, long maxLagMillis) {
    super(
        "the oldest unpublished commit is "
            + lagMillis
            + " ms old, maxLag is "
            + maxLagMillis
            + " ms; nothing was committed, try again when publishing has caught up",
        null);
    this.lagMillis = lagMillis;
    this.maxLagMillis = maxLagMillis;
  }

  public long lagMillis() {
    return lagMillis;
  }

  public long maxLagMillis() {
    return maxLagMillis;
  }
}
