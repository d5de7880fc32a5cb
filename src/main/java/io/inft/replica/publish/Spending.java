package io.inft.replica.publish;

import io.inft.bytes.Digest;
import io.inft.failure.BudgetSpentException;
import io.inft.failure.InftException;
import io.inft.failure.SpendLimitException;
import io.inft.failure.TokenAmount;
import io.inft.replica.local.Purse;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.policy.Budget;
import io.inft.replica.publish.policy.BudgetPolicy;
import io.inft.replica.publish.policy.Cadence;
import io.inft.replica.publish.policy.Known;
import io.inft.replica.publish.policy.Money;
import io.inft.replica.publish.policy.Prices;
import io.inft.replica.publish.policy.SpendingNote;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What publishing one database costs and may cost: counts what its versions were paid with, and
 * keeps to the budget that all databases and processes of the account share. A version is claimed
 * before it is made; the claim goes when it is paid. Safe for many threads.
 */
final class Spending {
  private static final Logger LOG = LoggerFactory.getLogger(Spending.class);

  private final GenerationWriter writer;
  private final Cadence cadence;
  private final Optional<Purse> purse;
  private final String who;
  private final Clock clock;

  /** Of the publishing thread alone: whether what an earlier process claimed was looked at. */
  private boolean settled;

  // Mutable, guarded by this; nobody waits for a network or another process while holding it.
  private final TreeMap<Long, Map<Digest, Purse.Cost>> paid = new TreeMap<>();
  private Prices prices = Prices.NONE;
  private BigInteger gasPriceWei = BigInteger.ZERO;
  private long lastMillis;
  private boolean begun;
  private boolean toldSlow;
  private @Nullable String slowness;

  Spending(GenerationWriter writer, Cadence cadence) {
    this.writer = writer;
    this.cadence = cadence;
    this.purse = writer.scope().network().purse();
    this.who = Purse.nameOf(writer.scope().context());
    this.clock = writer.scope().clock();
  }

  private Optional<Budget> budget() {
    return purse.isPresent() ? cadence.budget() : Optional.empty();
  }

  // When ----------------------------------------------------------------------------------------

  /**
   * What the budget allows now; asks no network.
   *
   * @param wants whether there is anything to publish
   * @param must whether a version must be made for the sake of those before it, with what was laid
   *     aside
   */
  Known.Allowance allowance(boolean wants, boolean must) throws InftException {
    if (budget().isEmpty()) {
      return Known.Allowance.FREE;
    }
    if (!settled) {
      settle(); // what was claimed and never staged is given back
      settled = true;
    }
    int sharers = Math.max(1, purse.get().wanting(who, wants));
    // Where nothing is to be published, nothing will be paid: a look whether it is so is free.
    return wants ? allowance(must, sharers) : Known.Allowance.FREE;
  }

  private synchronized Known.Allowance allowance(boolean must, int sharers) throws InftException {
    begin();
    BudgetPolicy.Plan plan = plan(sharers);
    long waitMillis = plan.dueMillis() - clock.millis();
    noteSlow(must, plan);
    return must
        ? new Known.Allowance(leftWei().compareTo(priceWei(false)) >= 0, 0)
        : new Known.Allowance(plan.isPayable(), waitMillis * 1_000_000);
  }

  /** Goes on where this machine stood. */
  private void begin() throws InftException {
    if (begun) {
      return;
    }
    Optional<SpendingNote> note = purse.get().note(who).flatMap(SpendingNote::parse);
    prices = note.map(SpendingNote::prices).orElse(Prices.NONE);
    lastMillis = note.map(SpendingNote::lastMillis).orElse(0L);
    begun = true;
  }

  private BudgetPolicy.Plan plan(int sharers) throws InftException {
    long now = clock.millis();
    return note().plan(goneWei(now), sharers, gasPriceWei(), now).orElseThrow();
  }

  private SpendingNote note() {
    boolean inlined = writer.isNextInlined();
    return new SpendingNote(
        cadence.budget(),
        prices,
        lastMillis,
        cadence.syncInterval().toMillis(),
        cadence.maxLag().toMillis(),
        inlined,
        inlined ? writer.foldAfter().toMillis() : 0,
        renewalsWei());
  }

  /** What must be stored again before the period ends: about as dear as what was stored last. */
  private BigInteger renewalsWei() {
    Budget budget = cadence.budget().orElse(null);
    return budget != null && writer.isRenewalDueBy(budget.end(clock.millis()) / 1000)
        ? priceWei(false)
        : BigInteger.ZERO;
  }

  /** Spent and claimed by all, and by versions of this database that are on their way. */
  private BigInteger goneWei(long nowMillis) throws InftException {
    Purse.Standing standing = purse.get().since(budget().orElseThrow().begin(nowMillis), who);
    return standing.spentWei().add(standing.claimedWei()).add(underWayWei());
  }

  private BigInteger leftWei() throws InftException {
    return budget().orElseThrow().wei().subtract(goneWei(clock.millis()));
  }

  /** What is not paid yet of the versions that are staged. */
  private BigInteger underWayWei() {
    BigInteger sum = BigInteger.ZERO;
    for (WriterState.Outgoing version : writer.state().outgoing()) {
      BigInteger already = sum(paid.getOrDefault(version.version(), Map.of())).wei();
      sum = sum.add(priceWei(version.inlined()).subtract(already).max(BigInteger.ZERO));
    }
    return sum;
  }

  private BigInteger priceWei(boolean inlined) {
    return prices.expected(inlined, gasPriceWei());
  }

  private synchronized BigInteger gasPriceWei() {
    return prices
        .last()
        .map(Prices.Paid::gasPriceWei)
        .filter(known -> known.signum() > 0)
        .orElse(gasPriceWei);
  }

  private void noteSlow(boolean must, BudgetPolicy.Plan plan) {
    long most = cadence.maxLag().toMillis();
    boolean slow =
        plan.stepMillis() > most || (!plan.isPayable() && plan.dueMillis() - clock.millis() > most);
    if (!slow) {
      toldSlow = false;
      slowness = null;
    } else if (!must && !toldSlow) {
      slowness = slowness(plan);
    }
  }

  private String slowness(BudgetPolicy.Plan plan) {
    return "budget="
        + cadence.budget().orElseThrow().text()
        + (plan.isPayable()
            ? " allows a publish about every " + words(plan.stepMillis())
            : " pays no publish for the next " + words(plan.dueMillis() - clock.millis()))
        + ", and maxLag is "
        + words(cadence.maxLag().toMillis())
        + ": commits wait longer than that; raise budget or maxLag";
  }

  private static String words(long millis) {
    return millis < 10_000 ? millis + " ms" : Duration.ofMillis(millis).toSeconds() + " s";
  }

  /** That what waits will wait longer than it should, if nobody was told since it is so. */
  synchronized Optional<String> takeSlowness() {
    Optional<String> taken = Optional.ofNullable(slowness);
    slowness = null;
    toldSlow |= taken.isPresent();
    return taken;
  }

  /**
   * Before something is committed that is to be published at once.
   *
   * @throws BudgetSpentException what is left of the budget does not pay that
   * @throws SpendLimitException what may be spent in an hour does not
   */
  synchronized void requirePayable() throws InftException {
    if (purse.isEmpty()) {
      return;
    }
    BigInteger price = priceWei(writer.isNextInlined());
    BigInteger ofHour = purse.get().leftThisHourWei();
    if (ofHour.compareTo(price) < 0 || ofHour.signum() <= 0) {
      throw SpendLimitException.beforehand(
          TokenAmount.text(ofHour.max(BigInteger.ZERO)), TokenAmount.atLeast(price));
    }
    if (budget().isPresent()) {
      begin();
      BudgetPolicy.Plan plan = plan(1);
      if (!plan.isPayable()) {
        throw spent(plan);
      }
    }
  }

  private BudgetSpentException spent(BudgetPolicy.Plan plan) throws InftException {
    Budget budget = budget().orElseThrow();
    return new BudgetSpentException(
        budget.text(),
        TokenAmount.text(leftWei()),
        TokenAmount.atLeast(priceWei(writer.isNextInlined())),
        plan.reservedWei().signum() == 0 ? "" : TokenAmount.atLeast(plan.reservedWei()),
        Instant.ofEpochMilli(budget.end(clock.millis())).toString());
  }

  // What is paid --------------------------------------------------------------------------------

  /**
   * Before a version is made: claims what it will cost. On the publishing thread.
   *
   * @param must as with {@link #allowance}
   * @return false if others were first and there is not enough any more
   */
  boolean claim(boolean must) throws InftException {
    Optional<Budget> budget = budget();
    if (budget.isEmpty()) {
      return true;
    }
    if (gasPriceWei().signum() == 0) {
      BigInteger found = purse.get().gasPriceWei();
      synchronized (this) {
        gasPriceWei = found;
      }
    }
    BigInteger wei = withNextWei(!must && writer.isNextInlined());
    long now = clock.millis();
    boolean enough = purse.get().claim(who, wei, budget.get().wei(), budget.get().begin(now));
    if (enough) {
      synchronized (this) {
        lastMillis = now;
      }
    }
    return enough;
  }

  private synchronized BigInteger withNextWei(boolean inlined) {
    return underWayWei().add(priceWei(inlined));
  }

  /** A part of the way of a version, on the thread that pays it. */
  interface Leg {
    void run() throws InftException;
  }

  /** Counts what it pays for a version. */
  void paying(long version, Leg leg) throws InftException {
    if (purse.isEmpty()) {
      leg.run();
      return;
    }
    try (Purse.Bill bill = purse.get().bill()) {
      try {
        leg.run();
      } finally {
        note(version, bill.mined());
      }
    }
  }

  private synchronized void note(long version, Map<Digest, Purse.Cost> mined) {
    paid.computeIfAbsent(version, unused -> new HashMap<>()).putAll(mined);
  }

  /** A version is anchored, so that all of it is paid. */
  synchronized void anchored(WriterState.Outgoing version) {
    Map<Digest, Purse.Cost> costs = paid.getOrDefault(version.version(), Map.of());
    paid.headMap(version.version(), true).clear();
    if (costs.isEmpty()) {
      return; // nobody knows: it was paid before a restart, or together with others
    }
    Prices.Paid whole = new Prices.Paid(version.inlined(), version.sizeBytes(), sum(costs));
    prices = prices.after(whole, version.version() > 1);
    writer.scope().observed().paid(version.version(), whole.price().gas(), whole.price().wei());
    LOG.info(
        "version {} of '{}' cost {}: {} gas at {}{}",
        version.version(),
        writer.scope().id(),
        TokenAmount.text(whole.price().wei()),
        whole.price().gas(),
        TokenAmount.gasPrice(whole.gasPriceWei()),
        whole.price().valueWei().signum() == 0
            ? ""
            : ", and " + TokenAmount.text(whole.price().valueWei()) + " for storage");
  }

  private static Prices.Price sum(Map<Digest, Purse.Cost> costs) {
    BigInteger gas = BigInteger.ZERO;
    BigInteger fee = BigInteger.ZERO;
    BigInteger value = BigInteger.ZERO;
    for (Purse.Cost one : costs.values()) {
      gas = gas.add(one.gas());
      fee = fee.add(one.feeWei());
      value = value.add(one.valueWei());
    }
    return new Prices.Price(gas, fee, value);
  }

  /**
   * Claims no more than what is under way, and writes down how it stands. On the publishing thread.
   */
  void settle() throws InftException {
    if (budget().isPresent()) {
      BigInteger underWay;
      String text;
      synchronized (this) {
        begin();
        underWay = underWayWei();
        text = note().text();
      }
      purse.get().settle(who, underWay, text);
    }
  }

  /** This database wants nothing any more. */
  void ended() {
    purse.ifPresent(one -> one.wanting(who, false));
  }

  /** How it stands; asks no network. */
  synchronized Optional<Money> money() throws InftException {
    if (purse.isEmpty()) {
      return Optional.empty();
    }
    if (budget().isPresent()) {
      begin();
    }
    Instant now = clock.instant();
    Optional<SpendingNote> note = Optional.of(note());
    Purse.Standing standing = purse.get().since(Money.since(note, now), who);
    BigInteger gone = standing.spentWei().add(standing.claimedWei()).add(underWayWei());
    return Optional.of(
        Money.of(purse.get().account(), note, standing.spentWei(), gone, Optional.empty(), now));
  }
}
