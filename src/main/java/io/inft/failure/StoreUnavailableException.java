package io.inft.failure;

import org.jspecify.annotations.Nullable;

/** The store could not be asked or did not answer in time. Nothing is known to be lost. */
public final class StoreUnavailableException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String store;
  private final String action;

  public StoreUnavailableException(String store, String action, @Nullable Throwable cause) {
    super(
        "could not " + action + " at " + store + (cause == null ? "" : ": " + cause.getMessage()),
        cause);
    this.store = store;
    this.action = action;
  }

  public String store() {
    return store;
  }

  public String action() {
    return action;
  }
}
