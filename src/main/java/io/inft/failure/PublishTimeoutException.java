package io.inft.failure;

import org.jspecify.annotations.Nullable;

/** A commit stands on this disk but was not confirmed in time. It goes out at the next chance. */
public final class PublishTimeoutException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String action;
  private final String state;

  public PublishTimeoutException(String action, String state, @Nullable Throwable cause) {
    super(
        action
            + " took too long: "
            + state
            + "; the commit stands locally and will be published at the next chance",
        cause);
    this.action = action;
    this.state = state;
  }

  private PublishTimeoutException(
      String message, String action, String state, @Nullable Throwable cause) {
    super(message, cause);
    this.action = action;
    this.state = state;
  }

  /**
   * The last close, or the end of the process, could not wait any longer.
   *
   * @param left what is not out
   */
  public static PublishTimeoutException atClose(
      String id, String left, String state, @Nullable Throwable cause) {
    return new PublishTimeoutException(
        "closing '"
            + id
            + "' left "
            + left
            + " unpublished ("
            + state
            + "); it stands on this disk and goes out when the database is opened the next time",
        "closing '" + id + "'",
        state,
        cause);
  }

  public String action() {
    return action;
  }

  public String state() {
    return state;
  }
}
