package io.inft.registry;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import java.math.BigInteger;
import java.util.function.Consumer;

/** A registry whose changes cost something. Safe for use by many threads at once. */
public interface PaidRegistry extends Registry {
  /** One call of a registry's that changes it. */
  @FunctionalInterface
  interface Operation {
    void on(Registry registry) throws InftException;
  }

  /**
   * What an operation would cost.
   *
   * @param gas as the chain estimates it now
   * @param likelyWei at the fees of the newest block
   * @param maxWei what is offered at most
   * @param balanceWei what the account has
   */
  record Price(BigInteger gas, BigInteger likelyWei, BigInteger maxWei, BigInteger balanceWei) {}

  /** A transaction that was mined. */
  record Mined(Digest hash, long block, BigInteger gas, BigInteger feeWei) {}

  /**
   * Asks the chain what an operation would cost. Nothing is sent. What only becomes possible by the
   * operation's first transaction (observing the owner of an NFT after registering its id) is not
   * in the price.
   *
   * @throws InftException what the operation would throw, if the contract would refuse it now
   */
  Price price(Operation operation) throws InftException;

  /** Whether it lies on a chain that others can look at. */
  boolean isPublic();

  /** This registry, with every transaction that is mined for it told to {@code listener}. */
  Registry telling(Consumer<Mined> listener);
}
