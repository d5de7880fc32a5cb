package io.inft.failure;

import org.jspecify.annotations.Nullable;

/** A keystore, HSM or key service did not answer, or refused. */
public final class KeyServiceException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String service;
  private final String action;
  private final String reason;

  public KeyServiceException(
      String service, String action, String reason, @Nullable Throwable cause) {
    super("the key service '" + service + "' could not " + action + ": " + reason, cause);
    this.service = service;
    this.action = action;
    this.reason = reason;
  }

  public String service() {
    return service;
  }

  public String action() {
    return action;
  }

  public String reason() {
    return reason;
  }
}
