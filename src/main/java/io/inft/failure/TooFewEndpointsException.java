package io.inft.failure;

import java.util.List;

/** Fewer endpoints of a chain answered than must say the same. */
public final class TooFewEndpointsException extends RpcUnavailableException {
  private static final long serialVersionUID = 1L;

  private final int need;
  private final int of;
  private final int answered;

  /**
   * @param about what they were asked for
   * @param need how many must say the same
   * @param of how many there are
   * @param answered how many answered
   * @param reasons why the others did not, an endpoint each
   */
  public TooFewEndpointsException(
      String about, int need, int of, int answered, List<String> reasons) {
    super(
        answered
            + " of "
            + of
            + " endpoints answered about "
            + about
            + ", and "
            + need
            + " must say the same ("
            + String.join("; ", reasons)
            + "). Wait for them, or name further ones in rpc; quorum says how many must agree",
        of + " endpoints",
        about);
    this.need = need;
    this.of = of;
    this.answered = answered;
  }

  public int need() {
    return need;
  }

  public int of() {
    return of;
  }

  public int answered() {
    return answered;
  }
}
