package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.failure.BudgetSpentException;
import io.inft.failure.SpendLimitException;
import io.inft.replica.local.Network;
import io.inft.replica.local.Purse;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.publish.GenerationWriter;
import io.inft.replica.publish.Publisher;
import io.inft.replica.publish.policy.Budget;
import io.inft.replica.publish.policy.Cadence;
import io.inft.replica.publish.policy.Money;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/** A line that is published by a budget: the clock and the prices are the test's. */
class BudgetedPublishingTest {
  private static final Instant MORNING = Instant.parse("2026-03-01T06:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What a stored version costs is 100 of these, at 340,000 gas and 1 wei for each. */
  private static final long UNIT = 3_400;

  private static BigInteger units(long units) {
    return BigInteger.valueOf(units * UNIT);
  }

  /** An account of which each version takes {@code price} units when it is anchored. */
  private final class TestPurse implements Purse {
    private final Map<String, BigInteger> claims = new HashMap<>();
    private final Map<String, String> notes = new HashMap<>();
    private final Set<String> wanting = new HashSet<>();
    private BigInteger leftThisHour = BigInteger.TEN.pow(30);
    private BigInteger spent = BigInteger.ZERO;
    private long price = 100;
    private int bills;

    @Override
    public String account() {
      return "0x" + "12".repeat(20);
    }

    @Override
    public synchronized Standing since(long hourMillis, String who) {
      return new Standing(spent, claimed(who));
    }

    private BigInteger claimed(String exceptWho) {
      return claims.entrySet().stream()
          .filter(one -> !one.getKey().equals(exceptWho))
          .map(Map.Entry::getValue)
          .reduce(BigInteger.ZERO, BigInteger::add);
    }

    @Override
    public synchronized BigInteger leftThisHourWei() {
      return leftThisHour;
    }

    @Override
    public synchronized boolean claim(
        String who, BigInteger wei, BigInteger mostWei, long hourMillis) {
      boolean enough = spent.add(claimed(who)).add(wei).compareTo(mostWei) <= 0;
      if (enough) {
        claims.put(who, wei);
      }
      return enough;
    }

    @Override
    public synchronized void settle(String who, BigInteger wei, String note) {
      claims.put(who, wei);
      notes.put(who, note);
    }

    @Override
    public synchronized Optional<String> note(String who) {
      return Optional.ofNullable(notes.get(who));
    }

    @Override
    public Bill bill() {
      return new Bill() {
        private boolean paid;

        @Override
        public Map<Digest, Cost> mined() {
          if (!Thread.currentThread().getName().startsWith("inft-anchor")) {
            return Map.of();
          }
          synchronized (TestPurse.this) {
            BigInteger fee = units(price);
            spent = paid ? spent : spent.add(fee);
            paid = true;
            return Map.of(
                Digest.sha256(new byte[] {(byte) bills++, (byte) (bills >> 8)}),
                new Cost(units(100), fee, BigInteger.ZERO));
          }
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public BigInteger gasPriceWei() {
      return BigInteger.ZERO;
    }

    @Override
    public BigInteger balanceWei() {
      return BigInteger.TEN.pow(18);
    }

    @Override
    public synchronized int wanting(String who, boolean wants) {
      if (wants) {
        wanting.add(who);
      } else {
        wanting.remove(who);
      }
      return wanting.size();
    }

    private synchronized BigInteger spent() {
      return spent;
    }

    private synchronized BigInteger claimedByAll() {
      return claimed("");
    }
  }

  /** Both clocks go together. */
  private final class TestClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return MORNING.plusNanos(nanos.get());
    }
  }

  @TempDir Path folder;

  private final AtomicLong nanos = new AtomicLong(1_000_000_001L);
  private final AtomicLong looks = new AtomicLong();
  private final TestPurse purse = new TestPurse();
  private World world;
  private WorkingCopy copy;
  private GenerationWriter line;
  private Publisher publisher;
  private Connection writer;

  @BeforeEach
  void makeAWorld() {
    world = new World(folder);
  }

  private void begin(long budget, Duration maxLag, Cadence.OnLag onLag) throws Exception {
    Cadence cadence =
        new Cadence(
            Duration.ofSeconds(30),
            5,
            maxLag,
            onLag,
            Optional.of(new Budget(units(budget), Budget.Period.DAY)));
    EngineSettings settings = world.settings("laptop", "db").with(cadence);
    Network free = world.network();
    Network network =
        new Network(
            free.name(),
            free.store(),
            free.registry(),
            free.signer(),
            Optional.of(purse),
            free.syncInterval(),
            free.development());
    copy = WorkingCopy.open(settings.home(), network, settings.id());
    Digest context = DatabaseScope.contextOf(network, settings.id());
    DatabaseScope scope =
        new DatabaseScope(
            settings.id(),
            network,
            context,
            copy,
            new Commits(network.store(), network.registry(), settings.id(), context),
            settings.objects(),
            new TestClock(),
            new SecureRandom());
    line = new Opening(scope, settings).open();
    publisher = new Publisher(line, cadence, "test", this::now);
    publisher.start();
    Properties properties = new Properties();
    properties.setProperty("wal_autocheckpoint", "0");
    writer = new JDBC().connect("jdbc:sqlite:" + line.database(), properties);
  }

  private long now() {
    if (Thread.currentThread().getName().startsWith("inft-publish")) {
      looks.incrementAndGet();
    }
    return nanos.get();
  }

  @AfterEach
  void end() throws Exception {
    if (writer != null) {
      writer.close();
    }
    if (publisher != null) {
      publisher.close();
      line.close();
      copy.close();
    }
  }

  private void commit(String sql) throws Exception {
    try (Statement statement = writer.createStatement()) {
      statement.execute(sql);
    }
    publisher.note(line.capture().header());
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    publisher.wake();
  }

  private void until(BooleanSupplier done, String what) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  /** The thread has looked around often enough to have done what is due. */
  private void looked() throws Exception {
    long from = looks.get();
    until(
        () -> {
          publisher.wake();
          return looks.get() > from + 6;
        },
        "the thread looks");
  }

  private void published(long version) throws Exception {
    until(() -> line.state().anchored() == version && publisher.isClean(), "version " + version);
    until(() -> purse.claimedByAll().signum() == 0, "it is settled");
  }

  private Money.Planned plan() throws Exception {
    return publisher.money().orElseThrow().plan().orElseThrow();
  }

  /** Two versions, so that prices are known, of which 9,800 are left for 18 hours. */
  private void twoVersions(long budget, Duration maxLag, Cadence.OnLag onLag) throws Exception {
    begin(budget, maxLag, onLag);
    commit("create table t(x)");
    publisher.await(publisher.ticket(), PATIENCE, () -> false);
    published(1);
    commit("insert into t values (1)");
    publisher.await(publisher.ticket(), PATIENCE, () -> false);
    published(2);
    assertThat(purse.spent()).isEqualTo(units(200));
  }

  @Test
  void whatNobodyWaitsForGoesOutAtThePaceOfTheBudget() throws Exception {
    twoVersions(10_000, Duration.ofMinutes(5), Cadence.OnLag.WARN);
    Duration step = plan().step(); // 18 hours of which 98 more fit in: 655 seconds
    assertThat(step).isBetween(Duration.ofSeconds(650), Duration.ofSeconds(660));
    for (int i = 0; i < 9; i++) {
      commit("insert into t values (2)"); // also a full batch of events would wait
    }
    pass(step.minusSeconds(2));
    looked();
    assertThat(line.state().newest()).isEqualTo(2);
    assertThat(plan().waitsFor(new TestClock().instant()).orElseThrow()).contains("the budget");
    until(publisher::hasWarning, "the warning");
    assertThat(publisher.takeWarning().orElseThrow())
        .containsPattern("allows a publish about every 6[45][0-9] s")
        .contains("maxLag is 300 s");

    pass(Duration.ofSeconds(3));
    published(3);
    assertThat(purse.spent()).isEqualTo(units(300));
    commit("insert into t values (3)");
    looked();
    assertThat(publisher.takeWarning()).as("once").isEmpty();
  }

  @Test
  void whatIsNotThereForIsRefusedAndGoesOutInTheNextPeriod() throws Exception {
    twoVersions(290, Duration.ofMinutes(5), Cadence.OnLag.WARN);
    assertThatThrownBy(() -> publisher.requirePayable())
        .isInstanceOf(BudgetSpentException.class)
        .hasMessageContaining("budget=0.000000000000986/day")
        .hasMessageContaining("2026-03-02T00:00:00Z")
        .hasMessageContaining("raise budget");
    commit("insert into t values (2)");
    pass(Duration.ofHours(10));
    publisher.ticket();
    looked();
    assertThat(line.state().newest()).as("not even for who asks").isEqualTo(2);
    assertThat(plan().publishesLeft()).isZero();

    synchronized (purse) {
      purse.spent = BigInteger.ZERO; // a new day
    }
    pass(Duration.ofHours(9));
    published(3);
    publisher.requirePayable();
  }

  @Test
  void whatMayBeSpentInAnHourIsLookedAtBeforehandToo() throws Exception {
    twoVersions(10_000, Duration.ofMinutes(5), Cadence.OnLag.WARN);
    purse.leftThisHour = units(99);
    assertThatThrownBy(() -> publisher.requirePayable())
        .isInstanceOf(SpendLimitException.class)
        .hasMessageContaining("nothing was committed")
        .hasMessageContaining("maxFeePerHour");
  }

  @Test
  void aPriceThatRoseMakesTheNextStepLonger() throws Exception {
    twoVersions(10_000, Duration.ofHours(20), Cadence.OnLag.WARN);
    Duration before = plan().step();
    purse.price = 1_000;
    commit("insert into t values (2)");
    pass(before.plusSeconds(1));
    published(3);
    assertThat(plan().step()).isGreaterThan(before.multipliedBy(8));
    assertThat(plan().publishesLeft()).isEqualTo(8);
  }

  @Test
  void aRestartGoesOnAtTheSamePace() throws Exception {
    twoVersions(10_000, Duration.ofMinutes(5), Cadence.OnLag.WARN);
    end();
    writer = null;
    publisher = null;
    pass2(Duration.ofSeconds(100));

    begin(10_000, Duration.ofMinutes(5), Cadence.OnLag.WARN);
    assertThat(publisher.money().orElseThrow().last().orElseThrow().price().wei())
        .isEqualTo(units(100));
    commit("insert into t values (2)");
    pass(Duration.ofSeconds(400));
    looked();
    assertThat(line.state().newest()).as("500 seconds since the last").isEqualTo(2);
    pass(Duration.ofSeconds(170));
    published(3);
  }

  private void pass2(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void whatWasClaimedByAProcessThatDiedIsGivenBack() throws Exception {
    twoVersions(10_000, Duration.ofMinutes(5), Cadence.OnLag.WARN);
    end();
    writer = null;
    publisher = null;
    synchronized (purse) {
      purse.claims.replaceAll((who, wei) -> units(9_000));
    }
    begin(10_000, Duration.ofMinutes(5), Cadence.OnLag.WARN);
    until(() -> purse.claimedByAll().signum() == 0, "nothing was staged");
  }

  @Test
  void whoSharesTheAccountHalvesThePace() throws Exception {
    twoVersions(10_000, Duration.ofHours(20), Cadence.OnLag.WARN);
    Duration alone = plan().step();
    purse.wanting("another", true);
    commit("insert into t values (2)");
    pass(alone.plusSeconds(5));
    looked();
    assertThat(line.state().newest()).isEqualTo(2);
    pass(alone);
    published(3);
  }
}
