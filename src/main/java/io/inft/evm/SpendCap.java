package io.inft.evm;

import io.inft.evm.Expenses.Expense;
import io.inft.failure.InftException;
import io.inft.failure.SpendLimitException;
import io.inft.failure.TokenAmount;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * Bounds what an account spends in any hour, over restarts: what a transaction may cost at most is
 * written down before it is sent, what it did cost when its receipt is there. Guarded by the lock
 * of the account's journal, so that several processes share one bound.
 */
public final class SpendCap {
  private final BigInteger weiPerHour;
  private final SpentFile file;
  private final Clock clock;

  private SpendCap(BigInteger weiPerHour, Path folder, Clock clock) {
    this.weiPerHour = weiPerHour;
    this.file = new SpentFile(folder);
    this.clock = clock;
  }

  /**
   * A bound for one account on one chain.
   *
   * @param folder remembers what was spent, in the file {@code spent}
   */
  public static SpendCap of(BigInteger weiPerHour, Path folder, Clock clock) {
    return new SpendCap(weiPerHour, folder, clock);
  }

  /**
   * Notes what a transaction may cost.
   *
   * @return what was noted for that nonce before, by a transaction that is mined and forgotten
   * @throws SpendLimitException it might go beyond the bound; nothing is noted
   */
  Optional<Expense> reserve(long nonce, BigInteger valueWei, BigInteger maxFeeWei)
      throws InftException {
    long now = clock.millis();
    Expenses expenses = file.read();
    Expense next = new Expense(now, nonce, valueWei, maxFeeWei, Optional.empty());
    BigInteger spent = expenses.lastHour(now, nonce);
    if (spent.add(next.sum()).compareTo(weiPerHour) > 0) {
      throw new SpendLimitException(
          TokenAmount.text(weiPerHour),
          TokenAmount.text(spent) + ", and up to " + TokenAmount.text(next.sum()) + " to be");
    }
    Optional<Expense> before = expenses.of(nonce);
    expenses.put(next);
    file.write(expenses, now);
    return before;
  }

  /** A transaction was not taken: what was noted before it was counts again. */
  void takeBack(long nonce, Optional<Expense> before) throws InftException {
    if (before.isEmpty()) {
      forget(nonce);
      return;
    }
    Expenses expenses = file.read();
    expenses.put(before.get());
    file.write(expenses, clock.millis());
  }

  /**
   * What takes the place of a transaction offers more for each gas. It goes out even beyond the
   * bound: what it replaces may be mined anyway.
   */
  void raise(long nonce, BigInteger fromGasPrice, BigInteger toGasPrice) throws InftException {
    Expenses expenses = file.read();
    Optional<Expense> found = expenses.of(nonce).filter(one -> one.gas().isEmpty());
    if (found.isPresent() && fromGasPrice.signum() > 0) {
      Expense one = found.get();
      BigInteger fee = one.feeWei().multiply(toGasPrice).divide(fromGasPrice);
      expenses.put(
          new Expense(one.millis(), nonce, one.valueWei(), one.feeWei().max(fee), one.gas()));
      file.write(expenses, clock.millis());
    }
  }

  /** Notes what the transaction of a nonce did cost: its fee, and whether its value was paid. */
  void settle(long nonce, Receipt receipt) throws InftException {
    Expenses expenses = file.read();
    Optional<Expense> found = expenses.of(nonce);
    if (found.isPresent() && found.get().gas().isEmpty()) {
      Expense one = found.get();
      BigInteger value = receipt.succeeded() ? one.valueWei() : BigInteger.ZERO;
      expenses.put(
          new Expense(
              one.millis(), nonce, value, receipt.feeWei(), Optional.of(receipt.gasUsed())));
      file.write(expenses, clock.millis());
    }
  }

  /** A transaction was never taken, or its nonce was used by one of somebody else. */
  void forget(long nonce) throws InftException {
    Expenses expenses = file.read();
    if (expenses.remove(nonce)) {
      file.write(expenses, clock.millis());
    }
  }
}
