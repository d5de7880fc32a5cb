package io.inft.failure;

/** A past version, time or root that the history does not contain. */
public final class PastStateException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String asked;
  private final String available;

  public PastStateException(String asked, String available) {
    super("there is no state " + asked + "; " + available, null);
    this.asked = asked;
    this.available = available;
  }

  public String asked() {
    return asked;
  }

  public String available() {
    return available;
  }
}
