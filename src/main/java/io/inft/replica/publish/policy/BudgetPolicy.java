package io.inft.replica.publish.policy;

import java.math.BigInteger;

/**
 * Spreads what is left of a budget over the time that is left: the earliest moment for the next
 * publish that no caller waits for. What must be paid in any case is laid aside first: the stored
 * version that will carry inlined ones, and renewals. Pure: no clock, no file.
 *
 * <p>Where a publish costs {@code p} and {@code s} may be spent until the period ends in {@code t},
 * the next one is due {@code t p / (s + p)} after the last: {@code s / p} of them and one for the
 * begin of the next period fit evenly. So an even load is published evenly, what a quiet time did
 * not use goes to the time after it, and a dearer price makes the steps longer at once.
 */
public record BudgetPolicy(Budget budget) {
  /**
   * What is known.
   *
   * @param leftWei of the budget, without what others are about to spend; may be below 0
   * @param lastMillis when this database began to publish last, 0 if it never did
   * @param sharers databases that want to publish from the same account, this one among them
   * @param priceWei of the next publish
   * @param foldWei of the stored version that will carry it; 0 if it is one itself
   * @param foldAfterMillis how long an inlined version may wait for that
   * @param renewalsWei of what must be stored again before the period ends
   */
  public record Facts(
      BigInteger leftWei,
      long lastMillis,
      int sharers,
      BigInteger priceWei,
      BigInteger foldWei,
      long foldAfterMillis,
      BigInteger renewalsWei) {
    BigInteger reservedWei() {
      return foldWei.add(renewalsWei);
    }
  }

  /**
   * What follows.
   *
   * @param dueMillis the earliest time of the next publish that no caller waits for
   * @param stepMillis time between two publishes, as things are
   * @param isPayable whether one is there for, with all that is laid aside; if not, it is due when
   *     the next period begins
   * @param publishesLeft how many more are there for in this period
   * @param reservedWei what is laid aside
   */
  public record Plan(
      long dueMillis,
      long stepMillis,
      boolean isPayable,
      long publishesLeft,
      BigInteger reservedWei) {}

  public Plan plan(Facts facts, long nowMillis) {
    BigInteger reserved = facts.reservedWei();
    BigInteger spendable = facts.leftWei().subtract(reserved);
    long end = budget.end(nowMillis);
    if (spendable.compareTo(facts.priceWei()) < 0 || spendable.signum() <= 0) {
      return new Plan(end, end - budget.begin(nowMillis), false, 0, reserved);
    }
    long last = Math.min(facts.lastMillis(), nowMillis);
    long from = Math.max(last, budget.begin(nowMillis));
    BigInteger each = withFold(facts, spendable, end - from);
    if (each.signum() == 0) {
      return new Plan(last, 0, true, Long.MAX_VALUE, reserved);
    }
    BigInteger round = each.multiply(BigInteger.valueOf(facts.sharers()));
    long step =
        BigInteger.valueOf(end - from)
            .multiply(round)
            .divide(spendable.add(round))
            .longValueExact();
    return new Plan(
        last == 0 ? nowMillis : last + step,
        step,
        true,
        spendable.divide(each).min(BigInteger.valueOf(Long.MAX_VALUE)).longValue(),
        reserved);
  }

  /**
   * What a publish costs with its part of the stored version that carries it. That one comes after
   * {@link RoadPolicy#STORED_EVERY} versions, or when the oldest is too old: so the part is the
   * larger, the longer the step, and the step the longer, the larger the part.
   */
  private static BigInteger withFold(Facts facts, BigInteger spendable, long millis) {
    BigInteger fold = facts.foldWei();
    BigInteger price = facts.priceWei();
    if (fold.signum() == 0) {
      return price;
    }
    BigInteger least = price.add(fold.divide(BigInteger.valueOf(RoadPolicy.STORED_EVERY)));
    // In time t the money s makes t / foldAfter folds, and publishes of the rest.
    BigInteger time = BigInteger.valueOf(millis);
    BigInteger foldAfter = BigInteger.valueOf(Math.max(1, facts.foldAfterMillis()));
    BigInteger share = spendable.divide(BigInteger.valueOf(facts.sharers()));
    BigInteger rest = share.multiply(foldAfter).subtract(fold.multiply(time));
    if (rest.signum() <= 0) {
      return price.add(fold); // each is carried by a version of its own
    }
    BigInteger each = price.multiply(share).multiply(foldAfter).divide(rest);
    return each.max(least).min(price.add(fold));
  }
}
