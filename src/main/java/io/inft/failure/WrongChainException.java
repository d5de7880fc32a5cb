package io.inft.failure;

/** A node or RPC endpoint belongs to another chain than the one that was asked for. */
public final class WrongChainException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String endpoint;
  private final String expected;
  private final String found;

  public WrongChainException(String endpoint, String expected, String found) {
    super(
        endpoint
            + " is on another chain: expected "
            + expected
            + ", found "
            + found
            + "; correct the endpoint or the chain id",
        null);
    this.endpoint = endpoint;
    this.expected = expected;
    this.found = found;
  }

  public String endpoint() {
    return endpoint;
  }

  public String expected() {
    return expected;
  }

  public String found() {
    return found;
  }
}
