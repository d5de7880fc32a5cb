package io.inft.devnet;

import org.jspecify.annotations.Nullable;

/** The error a server answers with, with the codes and texts of the real one. */
final class RpcFault extends Exception {
  private static final long serialVersionUID = 1L;

  private static final int INVALID_PARAMS = -32602;
  private static final int APPLICATION = -32000;
  private static final int INTERNAL = -32603;

  private final int code;
  private final @Nullable String data;

  private RpcFault(int code, String message, @Nullable String data) {
    super(message);
    this.code = code;
    this.data = data;
  }

  static RpcFault parameter(String name, String text) {
    return new RpcFault(INVALID_PARAMS, "Invalid params: " + name, text);
  }

  /** What the real node's library says of a value of another type. */
  static RpcFault invalidType(String text) {
    return new RpcFault(INVALID_PARAMS, "Invalid params", text);
  }

  static RpcFault missingParameter() {
    return new RpcFault(INVALID_PARAMS, "No more params", null);
  }

  static RpcFault application(String text) {
    return new RpcFault(APPLICATION, text, null);
  }

  static RpcFault internal(String text) {
    return new RpcFault(INTERNAL, "Internal error", text);
  }

  static RpcFault noJson() {
    return new RpcFault(-32700, "Parse error", null);
  }

  static RpcFault noRequest() {
    return new RpcFault(-32600, "Invalid request", null);
  }

  static RpcFault unknownMethod() {
    return new RpcFault(-32601, "Method not found", null);
  }

  static RpcFault tooLarge() {
    return new RpcFault(-32701, "Request is too big", null);
  }

  int code() {
    return code;
  }

  @Nullable String data() {
    return data;
  }
}
