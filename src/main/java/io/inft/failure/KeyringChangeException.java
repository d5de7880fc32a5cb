package io.inft.failure;

/** A change of a keyring that cannot be made. Nothing was changed. */
public final class KeyringChangeException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String reason;

  public KeyringChangeException(String id, String reason) {
    super("the keyring of '" + id + "' stays as it is: " + reason, null);
    this.id = id;
    this.reason = reason;
  }

  public String id() {
    return id;
  }

  public String reason() {
    return reason;
  }
}
