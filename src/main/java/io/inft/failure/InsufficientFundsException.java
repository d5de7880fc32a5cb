package io.inft.failure;

import java.math.BigInteger;

/** The signing account cannot pay for a transaction. Nothing was sent. */
public final class InsufficientFundsException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String account;
  private final BigInteger neededWei;
  private final BigInteger balanceWei;

  public InsufficientFundsException(
      String action, String account, BigInteger neededWei, BigInteger balanceWei) {
    super(
        "account "
            + account
            + " cannot pay to "
            + action
            + ": up to "
            + TokenAmount.atLeast(neededWei)
            + " needed, "
            + TokenAmount.text(balanceWei)
            + " there; send it at least "
            + TokenAmount.atLeast(neededWei.subtract(balanceWei)),
        null);
    this.account = account;
    this.neededWei = neededWei;
    this.balanceWei = balanceWei;
  }

  public String account() {
    return account;
  }

  public BigInteger neededWei() {
    return neededWei;
  }

  public BigInteger balanceWei() {
    return balanceWei;
  }
}
