package io.inft.failure;

/** A transaction needs more gas than it may use. Nothing was sent. */
public final class GasLimitException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String action;
  private final long neededGas;
  private final long limitGas;

  public GasLimitException(String action, long neededGas, long limitGas) {
    super(
        "to "
            + action
            + " takes about "
            + neededGas
            + " gas, at most "
            + limitGas
            + " are allowed; raise gasLimit",
        null);
    this.action = action;
    this.neededGas = neededGas;
    this.limitGas = limitGas;
  }

  public String action() {
    return action;
  }

  public long neededGas() {
    return neededGas;
  }

  public long limitGas() {
    return limitGas;
  }
}
