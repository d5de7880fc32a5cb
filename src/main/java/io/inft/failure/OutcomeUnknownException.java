package io.inft.failure;

import org.jspecify.annotations.Nullable;

/** Something was sent and its outcome is not known yet. It is remembered and will be resolved. */
public final class OutcomeUnknownException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String action;
  private final String hint;

  public OutcomeUnknownException(String action, String hint, @Nullable Throwable cause) {
    super("the outcome of " + action + " is not known yet; " + hint, cause);
    this.action = action;
    this.hint = hint;
  }

  public String action() {
    return action;
  }

  public String hint() {
    return hint;
  }
}
