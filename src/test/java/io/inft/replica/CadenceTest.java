package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.LagException;
import io.inft.failure.PublishTimeoutException;
import io.inft.replica.local.Network;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.publish.GenerationWriter;
import io.inft.replica.publish.Publisher;
import io.inft.replica.publish.policy.Cadence;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.store.FaultyStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/** When a line is published, measured with a clock that only the test moves. */
class CadenceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;

  private final AtomicLong nanos = new AtomicLong(1_000_000_001L);
  private final AtomicLong looks = new AtomicLong();
  private FaultyStore store;
  private WorkingCopy copy;
  private GenerationWriter line;
  private Publisher publisher;
  private Connection writer;

  private void begin(Cadence cadence) throws Exception {
    World world = new World(folder, real -> store = new FaultyStore(real, 1));
    EngineSettings settings = world.settings("laptop", "db").with(cadence);
    Network network = world.network();
    copy = WorkingCopy.open(settings.home(), network, settings.id());
    line = new Opening(site(network, settings, copy), settings).open();
    publisher = new Publisher(line, cadence, "test", this::now);
    publisher.start();
    Properties properties = new Properties();
    properties.setProperty("wal_autocheckpoint", "0");
    writer = new JDBC().connect("jdbc:sqlite:" + line.database(), properties);
  }

  private static DatabaseScope site(Network network, EngineSettings settings, WorkingCopy copy) {
    Digest context = DatabaseScope.contextOf(network, settings.id());
    return new DatabaseScope(
        settings.id(),
        network,
        context,
        copy,
        new Commits(network.store(), network.registry(), settings.id(), context),
        settings.objects(),
        Clock.systemUTC(),
        new SecureRandom());
  }

  /** The publishing thread's clock; it asks whenever it looks whether something is due. */
  private long now() {
    if (Thread.currentThread().getName().startsWith("inft-publish")) {
      looks.incrementAndGet();
    }
    return nanos.get();
  }

  private static Cadence cadence(
      Duration syncInterval, int eventBatch, Duration maxLag, Cadence.OnLag onLag) {
    return new Cadence(syncInterval, eventBatch, maxLag, onLag);
  }

  @AfterEach
  void end() throws Exception {
    if (writer != null) {
      writer.close();
    }
    if (publisher != null) {
      store.unreliable(0);
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
  }

  private static void until(BooleanSupplier done, String what) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("gave up waiting until %s", what).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  /** Waits until the publishing thread has looked around more than once. */
  private void looked() throws Exception {
    long before = looks.get();
    until(() -> looks.get() >= before + 6, "the publisher looks");
  }

  private long anchored() {
    return line.state().anchored();
  }

  @Test
  void nothingIsPublishedBeforeTheIntervalIsOverAndEverythingAfterwards() throws Exception {
    begin(cadence(Duration.ofSeconds(30), 100, HOUR, Cadence.OnLag.WARN));
    commit("CREATE TABLE t(x)");
    pass(Duration.ofSeconds(29));
    commit("INSERT INTO t VALUES (1)");
    looked();
    assertThat(anchored()).isZero();
    assertThat(publisher.lag()).isEqualTo(Duration.ofSeconds(29));

    pass(Duration.ofSeconds(1));

    until(() -> anchored() == 1, "the interval's version is anchored");
    until(() -> publisher.lag().isZero(), "nothing waits any more");
  }

  @Test
  void aFullBatchOfEventsIsPublishedAtOnceHoweverTheyWereInserted() throws Exception {
    begin(cadence(HOUR, 3, HOUR, Cadence.OnLag.WARN));
    commit("CREATE TABLE inft_events(seq INTEGER PRIMARY KEY, time, type, payload)");
    commit("INSERT INTO inft_events VALUES (1, 0, 'a', '{}')");
    commit("INSERT INTO inft_events VALUES (2, 0, 'a', '{}')");
    pass(Duration.ofSeconds(1));
    looked();
    assertThat(anchored()).as("two of three").isZero();

    commit("INSERT INTO inft_events VALUES (3, 0, 'b', '{}')");
    pass(Duration.ofSeconds(1));

    until(() -> anchored() == 1, "the batch is anchored");
    commit("INSERT INTO inft_events VALUES (4, 0, 'b', '{}')");
    pass(Duration.ofSeconds(1));
    looked();
    assertThat(anchored()).as("counted anew").isEqualTo(1);
    assertThat(line.pendingEvents()).isEqualTo(1);
  }

  @Test
  void anEventOfTheConnectionCompletesABatchThatPlainInsertsBegan() throws Exception {
    begin(cadence(HOUR, 100, HOUR, Cadence.OnLag.WARN));
    commit("CREATE TABLE inft_events(seq INTEGER PRIMARY KEY, time, type, payload)");
    commit("INSERT INTO inft_events VALUES (1, 0, 'a', '{}')");
    assertThat(publisher.eventAppended(3)).isEmpty();
    commit("INSERT INTO inft_events VALUES (2, 0, 'a', '{}')");
    commit("INSERT INTO inft_events VALUES (3, 0, 'a', '{}')");

    long ticket = publisher.eventAppended(3).orElseThrow();

    publisher.await(ticket, PATIENCE, () -> false);
    assertThat(anchored()).isEqualTo(1);
  }

  @Test
  void beyondMaxLagAWarningIsGivenOnceAndTheCommitGoesOn() throws Exception {
    begin(cadence(HOUR, 100, Duration.ofMinutes(5), Cadence.OnLag.WARN));
    commit("CREATE TABLE t(x)");
    publisher.beforeCommit(() -> false);
    assertThat(publisher.takeWarning()).isEmpty();

    pass(Duration.ofMinutes(6));
    publisher.beforeCommit(() -> false);
    publisher.beforeCommit(() -> false);

    assertThat(publisher.takeWarning()).get().asString().contains("360000 ms").contains("maxLag");
    assertThat(publisher.takeWarning()).isEmpty();
  }

  @Test
  void beyondMaxLagACommitIsRefusedBeforeSqliteCommits() throws Exception {
    begin(cadence(HOUR, 100, Duration.ofMinutes(5), Cadence.OnLag.FAIL));
    store.unreliable(1);
    commit("CREATE TABLE t(x)");
    pass(Duration.ofMinutes(6));

    assertThatThrownBy(() -> publisher.beforeCommit(() -> false))
        .isInstanceOf(LagException.class)
        .hasMessageContaining("maxLag");

    store.unreliable(0);
    until(this::hasNothingToPublish, "the refusal made it publish");
    publisher.beforeCommit(() -> false);
  }

  private boolean hasNothingToPublish() {
    pass(Duration.ofMillis(100));
    return anchored() == 1 && publisher.lag().isZero();
  }

  @Test
  void beyondMaxLagACommitIsHeldBackUntilWhatWaitsIsAnchored() throws Exception {
    begin(cadence(HOUR, 100, Duration.ofMinutes(5), Cadence.OnLag.BLOCK));
    commit("CREATE TABLE t(x)");
    pass(Duration.ofMinutes(6));

    publisher.beforeCommit(() -> false);

    assertThat(anchored()).isEqualTo(1);
  }

  @Test
  void whoIsHeldBackCanBeWokenByAnAbort() throws Exception {
    begin(cadence(HOUR, 100, Duration.ofMinutes(5), Cadence.OnLag.BLOCK));
    store.unreliable(1);
    commit("CREATE TABLE t(x)");
    pass(Duration.ofMinutes(6));

    assertThatThrownBy(() -> publisher.beforeCommit(() -> true))
        .isInstanceOf(PublishTimeoutException.class)
        .hasMessageContaining("aborted");
  }

  @Test
  void anAnchorTimeoutSaysWhatFailedLastAndTheCommitGoesOutLater() throws Exception {
    begin(cadence(Duration.ZERO, 100, HOUR, Cadence.OnLag.WARN));
    store.unreliable(1);
    commit("CREATE TABLE t(x)");
    long ticket = publisher.ticket();

    assertThatThrownBy(() -> publisher.await(ticket, Duration.ofMillis(500), () -> false))
        .isInstanceOf(PublishTimeoutException.class)
        .hasMessageContaining("last failure");

    store.unreliable(0);
    until(this::hasNothingToPublish, "it is published at the next chance");
    publisher.await(ticket, Duration.ZERO, () -> false);
  }

  @Test
  void theEngineTellsSessionsWithOtherCadenceApart() throws Exception {
    try (World world = new World(folder)) {
      EngineSettings settings = world.settings("laptop", "other");
      try (Session first = Engines.open(settings, world.network())) {
        EngineSettings other = settings.with(cadence(HOUR, 100, HOUR, Cadence.OnLag.WARN));
        assertThatThrownBy(() -> Engines.open(other, world.network()))
            .isInstanceOf(InftException.class)
            .hasMessageContaining("syncInterval");
        assertThat(first.valid()).isTrue();
      }
    }
  }
}
