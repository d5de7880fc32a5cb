package io.inft.failure;

import org.jspecify.annotations.Nullable;

/**
 * A JSON-RPC server could not be reached, did not answer in time, or answered with something that
 * is no answer. Earlier attempts are suppressed in it.
 */
public class RpcUnavailableException extends InftException {
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

  /** One that says the whole of it itself. */
  RpcUnavailableException(String message, String endpoint, String method) {
    super(message, null);
    this.endpoint = endpoint;
    this.method = method;
    this.reason = message;
  }

  public final String endpoint() {
    return endpoint;
  }

  public final String method() {
    return method;
  }

  public final String reason() {
    return reason;
  }
}
