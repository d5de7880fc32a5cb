package io.inft.failure;

import org.jspecify.annotations.Nullable;

/** A JSON-RPC server understood a request and answered with an error. */
public final class RpcErrorException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String endpoint;
  private final String method;
  private final long code;
  private final String reason;
  private final @Nullable String data;

  public RpcErrorException(
      String endpoint, String method, long code, String reason, @Nullable String data) {
    super(
        endpoint
            + " answered "
            + method
            + " with error "
            + code
            + ": "
            + ForeignText.quoted(reason)
            + (data == null || data.isEmpty() ? "" : " (" + ForeignText.quoted(data) + ")"),
        null);
    this.endpoint = endpoint;
    this.method = method;
    this.code = code;
    this.reason = ForeignText.quoted(reason);
    this.data = data;
  }

  public String endpoint() {
    return endpoint;
  }

  public String method() {
    return method;
  }

  public long code() {
    return code;
  }

  public String reason() {
    return reason;
  }

  /** The error's data member: its text, or its JSON when it is no text; null without one. */
  public @Nullable String data() {
    return data;
  }
}
