package io.inft.replica.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.failure.InftException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.PublishTimeoutException;
import io.inft.replica.Dump;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.World;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every commit goes through the steps of the flow, and none of them is too bad to fail at. */
class PublishStepsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  private World.Desk open(World world, Consumer<PublishStep> watcher) throws Exception {
    return open(world, EngineSettings.Durability.ANCHORED, watcher);
  }

  private World.Desk open(
      World world, EngineSettings.Durability durability, Consumer<PublishStep> watcher)
      throws Exception {
    EngineSettings settings =
        World.withDurability(world.settings("laptop", "db"), durability, PATIENCE);
    return new World.Desk(Engines.open(settings, world.network(), Clock.systemUTC(), watcher));
  }

  @Test
  void anAnchoredInsertTakesEachStepInItsOrder() throws Exception {
    List<PublishStep> steps = new CopyOnWriteArrayList<>();
    try (World world = new World(folder);
        World.Desk desk = open(world, steps::add)) {
      desk.run("CREATE TABLE t(x)");
      steps.clear();

      desk.run("INSERT INTO t VALUES (1)");

      // Let go is told of by the thread that lets go, while the caller goes on.
      desk.session.sync(PATIENCE);
      // A look that finds nothing more may come between: the caller asks when it has committed.
      assertThat(steps).startsWith(PublishStep.PINNED, PublishStep.READ, PublishStep.PACKED);
      assertThat(steps).containsSubsequence(Arrays.copyOf(PublishStep.values(), 10));
      assertThat(steps).contains(PublishStep.LET_GO);
    }
  }

  @Test
  void aLookThatFindsNothingStopsAfterReading() throws Exception {
    List<PublishStep> steps = new CopyOnWriteArrayList<>();
    try (World world = new World(folder);
        World.Desk desk = open(world, steps::add)) {
      desk.run("CREATE TABLE t(x)");
      steps.clear();
      desk.session.sync(PATIENCE);
      assertThat(steps).startsWith(PublishStep.PINNED, PublishStep.READ);
      assertThat(steps)
          .doesNotContain(PublishStep.PACKED, PublishStep.STAGED, PublishStep.ANCHORED);
    }
  }

  /** A bug is told at once, and tried again all the same. */
  private static void untilPublished(World.Desk desk) throws InftException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        desk.session.sync(PATIENCE);
        return;
      } catch (NotPublishedException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  /** What goes wrong, once. */
  enum Wrong {
    FAILURE {
      @Override
      void at(PublishStep step) {
        sneak(new PublishTimeoutException("a test", "at " + step, null));
      }
    },
    BUG {
      @Override
      void at(PublishStep step) {
        throw new IllegalStateException("a test's, at " + step);
      }
    },
    /** As when the heap is full for a moment. */
    ERROR {
      @Override
      void at(PublishStep step) {
        throw new OutOfMemoryError("a test's, at " + step);
      }
    };

    abstract void at(PublishStep step);

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(InftException e) throws E {
      throw (E) e;
    }
  }

  /** The pages that changed, too: what was read at a step that failed is read again. */
  @ParameterizedTest
  @EnumSource
  void whatGoesWrongAtAnyStepIsTriedAgainAndLosesNothing(Wrong wrong) throws Exception {
    AtomicReference<@Nullable PublishStep> next = new AtomicReference<>();
    try (World world = new World(folder);
        World.Desk desk =
            open(
                world,
                EngineSettings.Durability.LOCAL,
                step -> {
                  if (next.compareAndSet(step, null)) {
                    wrong.at(step);
                  }
                })) {
      desk.run("CREATE TABLE t(x)");
      for (PublishStep step : PublishStep.values()) {
        if (step == PublishStep.LET_GO) {
          continue; // then all is done
        }
        next.set(step);
        desk.run("INSERT INTO t VALUES ('" + step + "')");
        untilPublished(desk);
        assertThat(next.get()).as("%s was reached", step).isNull();
        try (World.Desk fresh = world.open("cloud", "db")) {
          assertThat(fresh.ask("SELECT count(*) FROM t WHERE x = '" + step + "'"))
              .as("%s at %s", wrong, step)
              .isEqualTo("1");
          assertThat(Dump.of(fresh.connection)).isEqualTo(Dump.of(desk.connection));
        }
      }
    }
  }
}
