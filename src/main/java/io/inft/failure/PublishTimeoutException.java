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

  public String action() {
    return action;
  }

  public String state() {
    return state;
  }
}
