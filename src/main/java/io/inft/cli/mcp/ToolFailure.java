package io.inft.cli.mcp;

/** Why a tool did not do what it was asked for, in words for whoever called it. */
final class ToolFailure extends Exception {
  private static final long serialVersionUID = 1L;

  ToolFailure(String message) {
    super(message);
  }
}
