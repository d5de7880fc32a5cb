package io.inft.evm;

import java.math.BigInteger;
import java.util.Optional;

/**
 * What a transaction offers per gas.
 *
 * @param maxWei never more than this; the gas price of a legacy transaction
 * @param tipWei for the block's producer; empty makes it a legacy transaction
 */
public record Fees(BigInteger maxWei, Optional<BigInteger> tipWei) {
  /**
   * What nodes ask for before they replace a transaction by another of the same nonce, and more.
   */
  private static final int RAISE_PERCENT = 130;

  /** Both fees raised enough to replace a transaction that offered these. */
  public Fees raised() {
    return new Fees(raised(maxWei), tipWei.map(Fees::raised));
  }

  private static BigInteger raised(BigInteger wei) {
    return wei.multiply(BigInteger.valueOf(RAISE_PERCENT))
        .divide(BigInteger.valueOf(100))
        .add(BigInteger.ONE);
  }

  /** The larger of both, each for itself. */
  public Fees atLeast(Fees other) {
    return new Fees(
        maxWei.max(other.maxWei), tipWei.map(tip -> tip.max(other.tipWei.orElse(BigInteger.ZERO))));
  }
}
