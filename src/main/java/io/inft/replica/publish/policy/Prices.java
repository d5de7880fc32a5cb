package io.inft.replica.publish.policy;

import java.math.BigInteger;
import java.util.Optional;

/**
 * What a publish costs by its road, as the last ones did. A price that rose counts at once, one
 * that fell by half each time, so that a cheap one among dear ones does not make the next too soon.
 *
 * @param inlined of a version that went along with its anchor
 * @param stored of one whose objects were stored before
 * @param last the newest one, whatever it was
 */
public record Prices(Optional<Price> inlined, Optional<Price> stored, Optional<Paid> last) {
  public static final Prices NONE =
      new Prices(Optional.empty(), Optional.empty(), Optional.empty());

  /** What they take about, before one was paid: more than the usual ones do. */
  private static final BigInteger GAS_INLINED = BigInteger.valueOf(110_000);

  private static final BigInteger GAS_STORED = BigInteger.valueOf(340_000);

  /**
   * What one publish cost, all its transactions together.
   *
   * @param feeWei for the gas
   * @param valueWei paid along, for storage
   */
  public record Price(BigInteger gas, BigInteger feeWei, BigInteger valueWei) {
    public BigInteger wei() {
      return feeWei.add(valueWei);
    }

    private Price meanWith(Price other) {
      return new Price(
          gas.add(other.gas).shiftRight(1),
          feeWei.add(other.feeWei).shiftRight(1),
          valueWei.add(other.valueWei).shiftRight(1));
    }
  }

  /**
   * A publish that was paid.
   *
   * @param bytes stored or sent along
   */
  public record Paid(boolean inlined, long bytes, Price price) {
    /** What a unit of gas cost; 0 if none was used. */
    public BigInteger gasPriceWei() {
      return price.gas().signum() == 0 ? BigInteger.ZERO : price.feeWei().divide(price.gas());
    }
  }

  /**
   * After one more.
   *
   * @param usual whether the next ones will be like it; not a first one, which also registers
   */
  public Prices after(Paid paid, boolean usual) {
    if (!usual) {
      return new Prices(inlined, stored, Optional.of(paid));
    }
    return paid.inlined()
        ? new Prices(Optional.of(next(inlined, paid.price())), stored, Optional.of(paid))
        : new Prices(inlined, Optional.of(next(stored, paid.price())), Optional.of(paid));
  }

  private static Price next(Optional<Price> before, Price paid) {
    return before
        .filter(one -> one.wei().compareTo(paid.wei()) > 0)
        .map(one -> one.meanWith(paid))
        .orElse(paid);
  }

  /**
   * What the next one will likely cost.
   *
   * @param gasPriceWei of the chain, for a road that was not taken yet
   */
  public BigInteger expected(boolean isInlined, BigInteger gasPriceWei) {
    return (isInlined ? inlined : stored)
        .map(Price::wei)
        .orElse((isInlined ? GAS_INLINED : GAS_STORED).multiply(gasPriceWei));
  }
}
