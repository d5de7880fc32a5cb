package io.inft.evm;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;

/**
 * How transactions are priced and waited for.
 *
 * @param expectedChainId refused if the endpoint answers another one; empty accepts any
 * @param tipFloorWei 0G nodes refuse tips below 2 gwei whatever they suggest
 * @param legacy send transactions with a gas price although the chain knows EIP-1559
 * @param confirmations blocks on top of the one that holds a transaction before it counts
 * @param receiptTimeout how long a transaction is waited for before its outcome is "not known yet"
 * @param replaceAfter a transaction not mined for so long is replaced with raised fees
 * @param maxReplacements how often it is
 * @param pollInterval longest pause between two looks
 * @param maxGasPriceWei more is never offered for a unit of gas, whatever the endpoint says
 */
public record ChainSettings(
    Optional<Long> expectedChainId,
    BigInteger tipFloorWei,
    boolean legacy,
    int confirmations,
    Duration receiptTimeout,
    Duration replaceAfter,
    int maxReplacements,
    Duration pollInterval,
    BigInteger maxGasPriceWei) {
  public static final ChainSettings STANDARD =
      new ChainSettings(
          Optional.empty(),
          BigInteger.valueOf(2_000_000_000L),
          false,
          0,
          Duration.ofSeconds(120),
          Duration.ofSeconds(30),
          3,
          Duration.ofMillis(120),
          BigInteger.valueOf(100_000_000_000L));

  public ChainSettings withExpectedChainId(long chainId) {
    return new ChainSettings(
        Optional.of(chainId),
        tipFloorWei,
        legacy,
        confirmations,
        receiptTimeout,
        replaceAfter,
        maxReplacements,
        pollInterval,
        maxGasPriceWei);
  }

  public ChainSettings withConfirmations(int blocks) {
    return new ChainSettings(
        expectedChainId,
        tipFloorWei,
        legacy,
        blocks,
        receiptTimeout,
        replaceAfter,
        maxReplacements,
        pollInterval,
        maxGasPriceWei);
  }

  public ChainSettings withTimes(Duration receipt, Duration replace, Duration poll) {
    return new ChainSettings(
        expectedChainId,
        tipFloorWei,
        legacy,
        confirmations,
        receipt,
        replace,
        maxReplacements,
        poll,
        maxGasPriceWei);
  }

  public ChainSettings withLegacy(boolean changed) {
    return new ChainSettings(
        expectedChainId,
        tipFloorWei,
        changed,
        confirmations,
        receiptTimeout,
        replaceAfter,
        maxReplacements,
        pollInterval,
        maxGasPriceWei);
  }

  public ChainSettings withMaxGasPrice(BigInteger wei) {
    return new ChainSettings(
        expectedChainId,
        tipFloorWei,
        legacy,
        confirmations,
        receiptTimeout,
        replaceAfter,
        maxReplacements,
        pollInterval,
        wei);
  }
}
