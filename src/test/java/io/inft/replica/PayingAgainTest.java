package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.local.Network;
import io.inft.replica.restore.ObjectPolicy;
import io.inft.seal.Padding;
import io.inft.store.LeasedStore;
import io.inft.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an open database needs is paid for again before its time is over. */
class PayingAgainTest {
  private static final Duration ENDLESS = Duration.ofDays(1000);

  @TempDir Path folder;

  private final AtomicReference<LeasedStore> leased = new AtomicReference<>();

  private Store lease(Store store) {
    leased.compareAndSet(null, new LeasedStore(store, ENDLESS, Clock.systemUTC()));
    return leased.get();
  }

  private static EngineSettings renewingAfter(EngineSettings settings, Duration age) {
    return new EngineSettings(
        settings.id(),
        settings.home(),
        settings.create(),
        settings.cadence(),
        settings.ending(),
        new ObjectPolicy(age, Padding.PADME),
        settings.inlining(),
        settings.newPasswords(),
        settings.creationPragmas(),
        settings.networkLimits(),
        settings.session());
  }

  /** The head some seconds after a database was written, or as soon as something was renewed. */
  private long versionAfterAWhile(World world, Duration renewAfter) throws Exception {
    EngineSettings settings = renewingAfter(world.settings("laptop", "a"), renewAfter);
    Network network = world.network();
    try (World.Desk desk = new World.Desk(Engines.open(settings, network))) {
      desk.run("CREATE TABLE t(n)");
      long written = desk.session.sync(Duration.ofSeconds(30)).version();
      long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      long version = written;
      while (System.nanoTime() < until && version == written && renewals() == 0) {
        Thread.sleep(50);
        version = network.registry().head(settings.id()).version();
      }
      return version - written;
    }
  }

  private int renewals() {
    return leased.get() == null ? 0 : leased.get().renewals();
  }

  @Test
  void aStoreThatTakesAnotherPaymentGetsItAndNoNewVersion() throws Exception {
    try (World world = new World(folder, this::lease)) {
      assertThat(versionAfterAWhile(world, Duration.ZERO)).isZero();
      assertThat(renewals()).isPositive();
    }
  }

  @Test
  void anotherStoreGetsANewSnapshot() throws Exception {
    try (World world = new World(folder)) {
      assertThat(versionAfterAWhile(world, Duration.ZERO)).isPositive();
    }
  }

  @Test
  void theStatusSaysUntilWhenItIsPaidOnceThatWasLookedUp() throws Exception {
    try (World world = new World(folder, this::lease)) {
      EngineSettings settings = world.settings("laptop", "a");
      try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
        desk.run("CREATE TABLE t(n)");
        desk.session.sync(Duration.ofSeconds(30));
        Instant before = Instant.now();
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < until && paidUntil(desk).isEmpty()) {
          Thread.sleep(20);
        }
        assertThat(paidUntil(desk).orElseThrow())
            .isBetween(before.plus(ENDLESS).minusSeconds(60), Instant.now().plus(ENDLESS));
      }
    }
  }

  private static Optional<Instant> paidUntil(World.Desk desk) throws Exception {
    return desk.session.status().line().orElseThrow().paidUntil();
  }
}
