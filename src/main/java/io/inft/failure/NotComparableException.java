package io.inft.failure;

/** Two states, or a table of theirs, that cannot be held against each other. */
public final class NotComparableException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String reason;

  /**
   * @param reason why not; without a full stop
   */
  public NotComparableException(String what, String reason) {
    super(what + " cannot be compared: " + reason, null);
    this.what = what;
    this.reason = reason;
  }

  public String what() {
    return what;
  }

  public String reason() {
    return reason;
  }
}
