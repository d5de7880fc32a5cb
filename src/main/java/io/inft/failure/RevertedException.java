package io.inft.failure;

/** A contract refused a call or transaction. Nothing was changed by it. */
public final class RevertedException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String action;
  private final String reason;
  private final String data;

  /**
   * @param reason decoded as far as it can be
   * @param data the revert data in hex, {@code 0x} when there is none
   */
  public RevertedException(String action, String reason, String data) {
    super("the contract refused to " + action + ": " + reason, null);
    this.action = action;
    this.reason = reason;
    this.data = data;
  }

  public String action() {
    return action;
  }

  public String reason() {
    return reason;
  }

  public String data() {
    return data;
  }
}
