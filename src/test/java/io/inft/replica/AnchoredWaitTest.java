package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.PublishTimeoutException;
import io.inft.replica.publish.policy.Cadence;
import io.inft.store.FaultyStore;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With durability=anchored a commit is waited for, however the driver came to see it. */
class AnchoredWaitTest {
  @TempDir Path folder;

  private World.Desk anchored(World world, Duration patience) throws Exception {
    EngineSettings settings =
        World.withCadence(
            world.settings("laptop", "db"),
            Duration.ofHours(1),
            100,
            Duration.ofHours(1),
            Cadence.OnLag.WARN);
    return new World.Desk(
        Engines.open(
            World.withDurability(settings, EngineSettings.Durability.ANCHORED, patience),
            world.network()));
  }

  @Test
  void aCommitSeenByACallThatMayNotWaitIsWaitedForByTheNextThatMay() throws Exception {
    try (World world = new World(folder);
        World.Desk desk = anchored(world, Duration.ofSeconds(60))) {
      try (Statement statement = desk.connection.createStatement()) {
        statement.execute("CREATE TABLE t(x)");
      }
      desk.session.afterCall(false, false);
      assertThat(desk.session.version()).isZero();

      desk.session.afterCall(true, true);
      assertThat(desk.session.version()).as("never inside a transaction").isZero();

      desk.session.afterCall(false, true);
      assertThat(desk.session.version()).isEqualTo(1);
    }
  }

  @Test
  void aWaitInVainIsOwedUntilOneSucceeds() throws Exception {
    FaultyStore[] faulty = new FaultyStore[1];
    try (World world = new World(folder, store -> faulty[0] = new FaultyStore(store, 1));
        World.Desk desk = anchored(world, Duration.ofMillis(300))) {
      faulty[0].unreliable(1);
      assertThatThrownBy(() -> desk.run("CREATE TABLE t(x)"))
          .isInstanceOf(PublishTimeoutException.class);
      assertThatThrownBy(() -> desk.session.afterCall(false, true))
          .as("still not anchored")
          .isInstanceOf(PublishTimeoutException.class);

      faulty[0].unreliable(0);
      desk.session.sync(Duration.ofSeconds(60));

      desk.session.afterCall(false, true);
      assertThat(desk.session.version()).isEqualTo(1);
    }
  }
}
