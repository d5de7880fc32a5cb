package io.inft.replica.publish.policy;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What an account spends, and what that means for one database. Amounts are in wei.
 *
 * @param since when the period began that is spoken of: that of the budget, else the day (UTC)
 * @param spentWei in it, mined or on its way, whatever for
 * @param last the newest publish of this database
 * @param balanceWei of the account, if it was asked for
 * @param lasts how long that lasts though there is always something to publish
 * @param plan what the budget allows; empty without one
 */
public record Money(
    String account,
    Instant since,
    BigInteger spentWei,
    Optional<Prices.Paid> last,
    Optional<BigInteger> balanceWei,
    Optional<Duration> lasts,
    Optional<Planned> plan) {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /**
   * What the budget allows.
   *
   * @param leftWei of it, without what others are about to spend
   * @param reservedWei of that, for what must be stored anyway
   * @param publishesLeft in this period
   * @param until when the next period begins
   * @param payable whether it pays a publish now
   * @param step between two publishes, as things are; not shorter than the interval
   * @param next the earliest time of the next one that nobody waits for
   * @param byInterval whether that is because of the interval and not because of the budget
   * @param maxLag that is slower than this is late
   */
  public record Planned(
      Budget budget,
      BigInteger leftWei,
      BigInteger reservedWei,
      long publishesLeft,
      Instant until,
      boolean payable,
      Duration step,
      Instant next,
      boolean byInterval,
      Duration maxLag) {
    /** Whether what is committed may wait longer than it should. */
    public boolean isSlow() {
      return step.compareTo(maxLag) > 0;
    }

    /** Why nothing is published now; empty if nothing is in the way. */
    public Optional<String> waitsFor(Instant now) {
      if (!payable) {
        return Optional.of("the next " + word() + ": what is left does not pay a publish");
      }
      if (!next.isAfter(now)) {
        return Optional.empty();
      }
      return Optional.of(
          byInterval
              ? "syncInterval"
              : "the budget: what is left is spread over the rest of the " + word());
    }

    private String word() {
      return budget.period() == Budget.Period.DAY ? "day" : "hour";
    }
  }

  /**
   * What was spent in the period that a note speaks of: since when, and by whom it is asked for.
   *
   * @param note empty if nothing was written down
   */
  public static long since(Optional<SpendingNote> note, Instant now) {
    return note.flatMap(SpendingNote::budget)
        .orElse(new Budget(BigInteger.ZERO, Budget.Period.DAY))
        .begin(now.toEpochMilli());
  }

  /**
   * As a database wrote it down.
   *
   * @param spentWei since {@link #since}
   * @param goneWei that, and what is about to be spent
   */
  public static Money of(
      String account,
      Optional<SpendingNote> noted,
      BigInteger spentWei,
      BigInteger goneWei,
      Optional<BigInteger> balanceWei,
      Instant now) {
    long millis = now.toEpochMilli();
    SpendingNote note = noted.orElse(SpendingNote.NONE);
    BigInteger gasPrice =
        note.prices().last().map(Prices.Paid::gasPriceWei).orElse(BigInteger.ZERO);
    Optional<Planned> planned =
        note.plan(goneWei, 1, gasPrice, millis)
            .map(plan -> planned(note, note.budget().orElseThrow(), plan, goneWei, millis));
    return new Money(
        account,
        Instant.ofEpochMilli(since(noted, now)),
        spentWei,
        note.prices().last(),
        balanceWei,
        balanceWei.flatMap(has -> lasts(has, note, gasPrice)),
        planned);
  }

  private static Planned planned(
      SpendingNote note, Budget budget, BudgetPolicy.Plan plan, BigInteger gone, long millis) {
    long byInterval = note.lastMillis() + note.intervalMillis();
    long next = Math.max(plan.dueMillis(), byInterval);
    return new Planned(
        budget,
        budget.wei().subtract(gone),
        plan.reservedWei(),
        plan.publishesLeft(),
        Instant.ofEpochMilli(budget.end(millis)),
        plan.isPayable(),
        Duration.ofMillis(Math.max(plan.stepMillis(), note.intervalMillis())),
        Instant.ofEpochMilli(next),
        byInterval > plan.dueMillis(),
        Duration.ofMillis(note.maxLagMillis()));
  }

  /**
   * The longer of what the interval and what the budget come to, at the prices of now: neither is
   * exceeded.
   */
  private static Optional<Duration> lasts(
      BigInteger balance, SpendingNote note, BigInteger gasPrice) {
    BigInteger each = note.prices().expected(note.inlined(), gasPrice);
    Optional<BigInteger> byInterval =
        each.signum() == 0 || note.intervalMillis() == 0
            ? Optional.empty()
            : Optional.of(balance.multiply(BigInteger.valueOf(note.intervalMillis())).divide(each));
    Optional<BigInteger> byBudget =
        note.budget()
            .map(
                one ->
                    balance
                        .multiply(BigInteger.valueOf(one.period().length().toMillis()))
                        .divide(one.wei()));
    if (byInterval.isEmpty() && byBudget.isEmpty()) {
      return Optional.empty();
    }
    BigInteger millis = byInterval.orElse(BigInteger.ZERO).max(byBudget.orElse(BigInteger.ZERO));
    return Optional.of(
        millis.compareTo(BigInteger.valueOf(LONGEST.toMillis())) > 0
            ? LONGEST
            : Duration.ofMillis(millis.longValue()));
  }
}
