package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import io.inft.replica.local.Network;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.publish.GenerationWriter;
import io.inft.replica.publish.Publisher;
import io.inft.replica.publish.policy.Cadence;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/** A database that nobody uses has no thread, and is published as before when somebody does. */
class IdleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Cadence SOON =
      new Cadence(Duration.ofMillis(1), 100, Duration.ofHours(1), Cadence.OnLag.WARN);

  @TempDir Path folder;

  private final AtomicInteger unwanted = new AtomicInteger();
  private WorkingCopy copy;
  private GenerationWriter line;
  private Publisher publisher;
  private Connection writer;

  @BeforeEach
  void begin() throws Exception {
    World world = new World(folder, real -> real);
    EngineSettings settings = world.settings("laptop", "db").with(SOON);
    Network network = world.network();
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
            Clock.systemUTC(),
            new SecureRandom());
    line = new Opening(scope, settings).open();
    publisher = new Publisher(line, SOON, "idle");
    publisher.start(unwanted::incrementAndGet);
    Properties properties = new Properties();
    properties.setProperty("wal_autocheckpoint", "0");
    writer = new JDBC().connect("jdbc:sqlite:" + line.database(), properties);
  }

  @AfterEach
  void end() throws Exception {
    writer.close();
    publisher.close();
    line.close();
    copy.close();
    until(() -> threads("inft-idle") == 0, "nothing is left to be watched");
  }

  private void commit(String sql) throws Exception {
    try (Statement statement = writer.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && thread.getName().equals(name))
        .count();
  }

  private void asleep() throws Exception {
    until(() -> threads("inft-publish-idle") == 0, "its thread ends");
    assertThat(threads("inft-idle")).isEqualTo(1);
    assertThat(publisher.hasEnded()).isFalse();
    assertThat(publisher.ended()).isNotDone();
  }

  private static void until(BooleanSupplier done, String what) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("gave up waiting until %s", what).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  @Test
  void isWokenByWhoCommitsWhoAsksAndWhoEnds() throws Exception {
    asleep();
    commit("CREATE TABLE t(x)");
    publisher.note(line.capture().header());
    until(() -> line.state().anchored() == 1, "what was committed is anchored");

    asleep();
    publisher.await(publisher.ticket(), PATIENCE, () -> false);

    asleep();
    publisher.beginStop();
    assertThat(publisher.resume()).isTrue();
    commit("INSERT INTO t VALUES (1)");
    publisher.await(publisher.ticket(), PATIENCE, () -> false);
    assertThat(line.state().anchored()).isEqualTo(2);

    asleep();
    publisher.close();
    assertThat(publisher.ended()).isDone();
    until(() -> threads("inft-publish-idle") == 0, "its thread ends for good");
  }

  @Test
  void noticesWhatNobodyToldOf() throws Exception {
    asleep();
    commit("CREATE TABLE t(x)");
    until(() -> line.state().anchored() == 1, "a commit past the driver is anchored");
    asleep();
  }

  @Test
  void whoInterruptsTheWatchInterruptsAll() throws Exception {
    asleep();
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("inft-idle"))
        .forEach(Thread::interrupt);
    until(() -> unwanted.get() == 1, "the owner is told");
    commit("CREATE TABLE t(x)");
    until(() -> line.state().anchored() == 1, "it is still looked after");
  }
}
