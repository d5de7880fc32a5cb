package io.inft.replica.publish.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of single decisions, and whole days that are played with a clock of their own. */
class BudgetPolicyTest {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long MIDNIGHT = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
  private static final long FOLD_AFTER = 30 * MINUTE;

  /** Of a version that is stored, and of one that goes along, at 4 gwei, in millionths of a 0G. */
  private static final long STORED = 1_360;

  private static final long INLINED = 440;

  private static BigInteger millionths(long amount) {
    return BigInteger.valueOf(amount).multiply(BigInteger.TEN.pow(12));
  }

  private static Budget budget(String amount, Budget.Period period) {
    return new Budget(new BigDecimal(amount).scaleByPowerOfTen(18).toBigIntegerExact(), period);
  }

  private static BudgetPolicy.Facts facts(
      long left, long last, int sharers, long price, long fold, long renewals) {
    return new BudgetPolicy.Facts(
        millionths(left),
        last,
        sharers,
        millionths(price),
        millionths(fold),
        FOLD_AFTER,
        millionths(renewals));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // left, minutes since midnight, last, sharers, price, fold, renewals: step, due, how many more
    "an even start, 48000, 0, 0, 1, 2000, 0, 0, 3456, 3456, 24",
    "in the middle as much is left as time, 24000, 720, 720, 1, 2000, 0, 0, 3323, 46523, 12",
    "a quiet day leaves all to its end, 48000, 1380, 1380, 1, 2000, 0, 0, 144, 82944, 24",
    "two share, 48000, 0, 0, 2, 2000, 0, 0, 6646, 6646, 24",
    "ten times the price, 48000, 0, 0, 1, 20000, 0, 0, 25411, 25411, 2",
    "one is left, 2000, 720, 720, 1, 2000, 0, 0, 21600, 64800, 1",
    "renewals are laid aside, 48000, 0, 0, 1, 2000, 0, 24000, 6646, 6646, 12",
    "folds every half hour are too dear, 50000, 0, 0, 1, 440, 1360, 0, 3083, 3083, 27",
    "folds every half hour leave some, 100000, 0, 0, 1, 440, 1360, 0, 1124, 1124, 75",
    "folds are nothing, 10000000, 0, 0, 1, 440, 1360, 0, 3, 3, 21677",
  })
  void spreadsWhatIsLeft(
      String what,
      long left,
      long minutes,
      long lastMinutes,
      int sharers,
      long price,
      long fold,
      long renewals,
      long step,
      long due,
      long more) {
    BudgetPolicy policy = new BudgetPolicy(budget("0.05", Budget.Period.DAY));
    long now = MIDNIGHT + minutes * MINUTE;
    BudgetPolicy.Plan plan =
        policy.plan(
            facts(left, MIDNIGHT + lastMinutes * MINUTE, sharers, price, fold, renewals), now);

    assertThat(plan.isPayable()).isTrue();
    assertThat(plan.stepMillis() / SECOND).isEqualTo(step);
    assertThat((plan.dueMillis() - MIDNIGHT) / SECOND).isEqualTo(due);
    assertThat(plan.publishesLeft()).isEqualTo(more);
    assertThat(plan.reservedWei()).isEqualTo(millionths(fold + renewals));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "nothing left, 0, 1000, 0, 0",
    "overspent, -500, 1000, 0, 0",
    "less than one, 999, 1000, 0, 0",
    "what carries it could not be paid, 1799, 440, 1360, 0",
    "what must be renewed could not be paid, 2000, 1000, 0, 1001",
    "nothing left of a price that is not known, 0, 0, 0, 0",
  })
  void whatCannotBePaidIsDueWhenTheNextPeriodBegins(
      String what, long left, long price, long fold, long renewals) {
    BudgetPolicy policy = new BudgetPolicy(budget("0.05", Budget.Period.HOUR));
    long now = MIDNIGHT + 5 * HOUR + 10 * MINUTE;
    BudgetPolicy.Plan plan = policy.plan(facts(left, now - MINUTE, 1, price, fold, renewals), now);

    assertThat(plan.isPayable()).isFalse();
    assertThat(plan.dueMillis()).isEqualTo(MIDNIGHT + 6 * HOUR);
    assertThat(plan.publishesLeft()).isZero();
  }

  @Test
  void whatNeverPublishedMayBeginAtOnce() {
    BudgetPolicy policy = new BudgetPolicy(budget("0.05", Budget.Period.DAY));
    long now = MIDNIGHT + HOUR;
    assertThat(policy.plan(facts(50_000, 0, 5, 1_000, 0, 0), now).dueMillis()).isEqualTo(now);
  }

  @Test
  void aClockThatWasSetBackDoesNotPutOffWhatIsDue() {
    BudgetPolicy policy = new BudgetPolicy(budget("0.05", Budget.Period.DAY));
    long now = MIDNIGHT + HOUR;
    BudgetPolicy.Plan plan = policy.plan(facts(50_000, now + 20 * HOUR, 1, 1_000, 0, 0), now);
    assertThat(plan.dueMillis()).isEqualTo(now + plan.stepMillis());
    assertThat(plan.stepMillis()).isLessThan(HOUR);
  }

  @Test
  void periodsAreThoseOfUtc() {
    Budget daily = budget("1", Budget.Period.DAY);
    Budget hourly = budget("1", Budget.Period.HOUR);
    long now = MIDNIGHT + 7 * HOUR + 3;
    assertThat(daily.begin(now)).isEqualTo(MIDNIGHT);
    assertThat(daily.end(now)).isEqualTo(MIDNIGHT + DAY);
    assertThat(hourly.begin(now)).isEqualTo(MIDNIGHT + 7 * HOUR);
    assertThat(hourly.end(hourly.end(now))).isEqualTo(MIDNIGHT + 9 * HOUR);
  }

  /** One database that is played: what it has to publish, and what it published. */
  private static final class Played {
    final long[] commits;
    final boolean inlines;
    long last;
    long waitingSince;
    long tailSince;
    int tail;
    int next;
    Prices prices = Prices.NONE;
    final List<Long> published = new ArrayList<>();
    long longestLag;
    long latestFold;

    Played(boolean inlines, long... commits) {
      this.inlines = inlines;
      this.commits = commits;
    }

    void commit(long now) {
      while (next < commits.length && commits[next] <= now) {
        waitingSince = waitingSince == 0 ? commits[next] : waitingSince;
        next++;
      }
    }
  }

  /** An account on a chain, played in steps of 5 seconds. */
  private static final class Day {
    final Budget budget;
    final long interval;
    final LongUnaryOperator factor;
    final List<Played> databases;
    BigInteger spent = BigInteger.ZERO;
    BigInteger most = BigInteger.ZERO;
    BigInteger dearest = BigInteger.ZERO;

    Day(Budget budget, long interval, LongUnaryOperator factor, Played... databases) {
      this.budget = budget;
      this.interval = interval;
      this.factor = factor;
      this.databases = List.of(databases);
    }

    void play(long from, long to) {
      for (long now = from; now < to; now += 5 * SECOND) {
        if (now == budget.begin(now)) {
          spent = BigInteger.ZERO;
        }
        for (Played one : databases) {
          one.commit(now);
        }
        for (Played one : databases) {
          step(one, now);
        }
      }
    }

    private void step(Played one, long now) {
      long gasPrice = 4 * factor.applyAsLong(now);
      BigInteger gasPriceWei = BigInteger.TEN.pow(9).multiply(BigInteger.valueOf(gasPrice));
      boolean foldDue = one.tail > 0 && now - one.tailSince >= FOLD_AFTER;
      BigInteger stored = one.prices.expected(false, gasPriceWei);
      BigInteger left = budget.wei().subtract(spent);
      if (foldDue) {
        if (left.compareTo(stored) >= 0) {
          one.latestFold = Math.max(one.latestFold, now - one.tailSince - FOLD_AFTER);
          publish(one, now, false);
        }
        return;
      }
      if (one.waitingSince == 0 || now - one.last < interval) {
        return;
      }
      boolean inlined = one.inlines && one.tail < 63;
      int sharers = (int) databases.stream().filter(other -> other.waitingSince != 0).count();
      BudgetPolicy.Plan plan =
          new BudgetPolicy(budget)
              .plan(
                  new BudgetPolicy.Facts(
                      left,
                      one.last,
                      sharers,
                      one.prices.expected(inlined, gasPriceWei),
                      inlined ? stored : BigInteger.ZERO,
                      FOLD_AFTER,
                      BigInteger.ZERO),
                  now);
      if (plan.isPayable() && plan.dueMillis() <= now) {
        publish(one, now, inlined);
      }
    }

    private void publish(Played one, long now, boolean inlined) {
      BigInteger cost = millionths((inlined ? INLINED : STORED) * factor.applyAsLong(now));
      spent = spent.add(cost);
      most = most.max(spent);
      dearest = dearest.max(cost);
      BigInteger gas = BigInteger.valueOf(inlined ? 110_000 : 340_000);
      one.prices =
          one.prices.after(
              new Prices.Paid(inlined, 1_000, new Prices.Price(gas, cost, BigInteger.ZERO)), true);
      one.tail = inlined ? one.tail + 1 : 0;
      one.tailSince = one.tail == 1 ? now : one.tailSince;
      if (one.waitingSince != 0) {
        one.longestLag = Math.max(one.longestLag, now - one.waitingSince);
      }
      one.waitingSince = 0;
      one.last = now;
      one.published.add(now);
    }

    void requireWithin(BigInteger more) {
      assertThat(most).isLessThanOrEqualTo(budget.wei().add(more));
    }
  }

  private static long[] every(long step, long from, long to) {
    long[] commits = new long[(int) ((to - from) / step)];
    for (int i = 0; i < commits.length; i++) {
      commits[i] = from + i * step;
    }
    return commits;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEvenDayIsPublishedEvenlyAndTheBudgetIsUsed(boolean inlines) {
    Played one = new Played(inlines, every(10 * SECOND, MIDNIGHT, MIDNIGHT + DAY));
    Day day = new Day(budget("0.2", Budget.Period.DAY), 30 * SECOND, now -> 1, one);
    day.play(MIDNIGHT, MIDNIGHT + DAY);

    day.requireWithin(BigInteger.ZERO);
    assertThat(day.spent).isGreaterThan(millionths(190_000));
    long firstHalf = one.published.stream().filter(at -> at < MIDNIGHT + DAY / 2).count();
    assertThat(firstHalf * 1.0 / one.published.size()).isBetween(0.45, 0.55);
    assertThat(one.longestLag)
        .as("no gap is much longer than the others")
        .isLessThan(3 * DAY / one.published.size());
    if (inlines) {
      assertThat(one.published).as("more than without").hasSizeGreaterThan(300);
      assertThat(one.latestFold).as("every fold was there for").isLessThan(10 * SECOND);
    } else {
      assertThat(one.published).hasSizeBetween(140, 148);
    }
  }

  @Test
  void nothingIsSlowerThanTheIntervalWhileThereIsMoney() {
    Played one = new Played(false, every(SECOND, MIDNIGHT, MIDNIGHT + DAY));
    Day day = new Day(budget("100", Budget.Period.DAY), 30 * SECOND, now -> 1, one);
    day.play(MIDNIGHT, MIDNIGHT + HOUR);

    assertThat(one.published).as("the interval is the bound").hasSize(120);
  }

  @Test
  void aBurstAfterAQuietDayMayTakeWhatIsLeft() {
    Played one = new Played(false, every(SECOND, MIDNIGHT + 22 * HOUR, MIDNIGHT + 24 * HOUR));
    Day day = new Day(budget("0.05", Budget.Period.DAY), 30 * SECOND, now -> 1, one);
    day.play(MIDNIGHT, MIDNIGHT + DAY);

    assertThat(one.published).hasSizeBetween(35, 36);
    assertThat(one.published.get(0)).isEqualTo(MIDNIGHT + 22 * HOUR);
    day.requireWithin(BigInteger.ZERO);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPriceTenTimesAsHighOverspendsByLessThanOnePublish(boolean inlines) {
    for (int hour : new int[] {1, 6, 13, 22, 23}) {
      Played one = new Played(inlines, every(SECOND, MIDNIGHT, MIDNIGHT + DAY));
      Day day =
          new Day(
              budget("0.05", Budget.Period.DAY),
              30 * SECOND,
              now -> now < MIDNIGHT + hour * HOUR ? 1 : 10,
              one);
      day.play(MIDNIGHT, MIDNIGHT + 2 * DAY);

      day.requireWithin(day.dearest);
    }
  }

  @Test
  void aPriceThatFallsAgainIsFollowed() {
    Played one = new Played(false, every(SECOND, MIDNIGHT, MIDNIGHT + DAY));
    Day day =
        new Day(
            budget("0.1", Budget.Period.DAY),
            30 * SECOND,
            now -> now < MIDNIGHT + 6 * HOUR ? 10 : 1,
            one);
    day.play(MIDNIGHT, MIDNIGHT + DAY);

    assertThat(day.spent).isGreaterThan(millionths(95_000));
  }

  @Test
  void twoDatabasesShareAlikeThoughOneCommitsMore() {
    Played busy = new Played(false, every(SECOND, MIDNIGHT, MIDNIGHT + DAY));
    Played calm = new Played(false, every(20 * MINUTE, MIDNIGHT, MIDNIGHT + DAY));
    Day day = new Day(budget("0.1", Budget.Period.DAY), 30 * SECOND, now -> 1, busy, calm);
    day.play(MIDNIGHT, MIDNIGHT + DAY);

    day.requireWithin(BigInteger.ZERO);
    assertThat(calm.published).as("it gets nearly what it wants").hasSizeGreaterThan(28);
    assertThat(busy.published.size()).isGreaterThanOrEqualTo(calm.published.size());
    assertThat(day.spent).isGreaterThan(millionths(90_000));
  }

  @Test
  void tenThatAlwaysWantGetATenthEach() {
    Played[] all = new Played[10];
    for (int i = 0; i < all.length; i++) {
      all[i] = new Played(false, every(SECOND, MIDNIGHT, MIDNIGHT + DAY));
    }
    Day day = new Day(budget("0.2", Budget.Period.DAY), 30 * SECOND, now -> 1, all);
    day.play(MIDNIGHT, MIDNIGHT + DAY);

    day.requireWithin(BigInteger.ZERO);
    for (Played one : all) {
      assertThat(one.published.size()).isBetween(13, 16);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whateverHappensTheBudgetHolds(long seed) {
    Random random = new Random(seed);
    Played[] all = new Played[1 + random.nextInt(3)];
    for (int i = 0; i < all.length; i++) {
      long[] commits = new long[2_000];
      long at = MIDNIGHT;
      for (int k = 0; k < commits.length; k++) {
        at += random.nextInt(10) == 0 ? random.nextInt((int) HOUR) : random.nextInt(20_000);
        commits[k] = at;
      }
      all[i] = new Played(random.nextBoolean(), commits);
    }
    long[] prices = random.longs(72, 1, 15).toArray();
    Day day =
        new Day(
            budget("0.02", random.nextBoolean() ? Budget.Period.DAY : Budget.Period.HOUR),
            random.nextInt(60) * SECOND,
            now -> prices[(int) ((now - MIDNIGHT) / HOUR) % prices.length],
            all);
    day.play(MIDNIGHT, MIDNIGHT + 2 * DAY);

    day.requireWithin(day.dearest);
    for (Played one : all) {
      assertThat(one.published).isNotEmpty();
    }
  }

  @Test
  void aPriceThatRoseCountsAtOnceAndOneThatFellByHalf() {
    Prices prices = Prices.NONE;
    assertThat(prices.expected(true, BigInteger.TWO)).isEqualTo(BigInteger.valueOf(220_000));
    assertThat(prices.expected(false, BigInteger.TWO)).isEqualTo(BigInteger.valueOf(680_000));
    prices = prices.after(paid(true, 100), true);
    prices = prices.after(paid(true, 1_000), true);
    assertThat(prices.expected(true, BigInteger.ONE)).isEqualTo(BigInteger.valueOf(1_000));
    prices = prices.after(paid(true, 100), true);
    assertThat(prices.expected(true, BigInteger.ONE)).isEqualTo(BigInteger.valueOf(550));
    prices = prices.after(paid(false, 9_999), false);
    assertThat(prices.expected(false, BigInteger.ONE))
        .as("the first one registers as well, the next ones do not")
        .isEqualTo(BigInteger.valueOf(340_000));
    assertThat(prices.last()).contains(paid(false, 9_999));
    assertThat(paid(true, 100).gasPriceWei()).isEqualTo(BigInteger.valueOf(9));
  }

  private static Prices.Paid paid(boolean inlined, long wei) {
    return new Prices.Paid(
        inlined,
        10,
        new Prices.Price(
            BigInteger.TEN, BigInteger.valueOf(wei - wei / 10), BigInteger.valueOf(wei / 10)));
  }
}
