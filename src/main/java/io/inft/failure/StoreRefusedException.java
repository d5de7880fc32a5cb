package io.inft.failure;

/** The store understood a request and said no. */
public final class StoreRefusedException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String store;
  private final String action;
  private final String reason;

  public StoreRefusedException(String store, String action, String reason) {
    super(store + " refused to " + action + ": " + reason, null);
    this.store = store;
    this.action = action;
    this.reason = reason;
  }

  public String store() {
    return store;
  }

  public String action() {
    return action;
  }

  public String reason() {
    return reason;
  }
}
