package io.inft.failure;

import org.jspecify.annotations.Nullable;

/**
 * A JSON-RPC server could not be reached, did not answer in time, or answered with something that
 * is no answer. Earlier attempts are suppressed in it.
 */
public final class RpcUnavailableException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String endpoint;
  private final String method;
  private final String reason;

  public RpcUnavailableException(
      String endpoint, String method, String reason, @Nullable Throwable cause) {
    super(endpoint + " did not answer " + method + ": " + ForeignText.quoted(reason), cause);
    this.endpoint = endpoint;
    this.method = method;
    this.reason = ForeignText.quoted(reason);
  }

  public String endpoint() {
    return endpoint;
  }

  public String method() {
    return method;
  }

  public String reason() {
    return reason;
  }
}
