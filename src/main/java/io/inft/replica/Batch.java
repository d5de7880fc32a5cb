package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.PublishTimeoutException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.local.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes many databases of one network: several at a time, each for itself, and all heads moved
 * in one transaction. What one of them fails at does not stop the others.
 */
public final class Batch {
  /** As many as the registry takes in one transaction. */
  public static final int MAX_TOGETHER = 256;

  /** What one database may take at most; it goes on in the background then. */
  static final Duration LONGEST = Duration.ofHours(1);

  private Batch() {}

  /**
   * What came of one database.
   *
   * @param head the newest anchored version, which holds everything that was committed
   */
  public record Outcome(DatabaseId id, Optional<Anchored> head, Optional<InftException> failure) {}

  /**
   * Publishes.
   *
   * @param databases each with settings of its own
   * @param network of all of them
   * @param parallelism how many work at the same time, at least 1
   * @param progress told of each outcome when it is there, by one thread at a time
   * @return one outcome for each, in the given order
   */
  public static List<Outcome> publish(
      List<EngineSettings> databases,
      Network network,
      int parallelism,
      Consumer<Outcome> progress) {
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism is at least 1, not " + parallelism);
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (int from = 0; from < databases.size(); from += MAX_TOGETHER) {
      int to = Math.min(databases.size(), from + MAX_TOGETHER);
      outcomes.addAll(
          new Wave(databases.subList(from, to), network, parallelism, progress).publish());
    }
    return List.copyOf(outcomes);
  }

  /** Those that are anchored together. */
  private static final class Wave {
    private final List<EngineSettings> databases;
    private final Network network;
    private final Consumer<Outcome> progress;
    private final AnchorTogether together;
    private final int parallelism;
    private final CountDownLatch left;
    private final Map<DatabaseId, Outcome> outcomes = new LinkedHashMap<>();

    Wave(
        List<EngineSettings> databases,
        Network network,
        int parallelism,
        Consumer<Outcome> progress) {
      this.databases = databases;
      this.network = network;
      this.progress = progress;
      this.parallelism = parallelism;
      this.together = new AnchorTogether(network.registry(), parallelism, patience(databases));
      this.left = new CountDownLatch(databases.size());
      databases.forEach(one -> outcomes.put(one.id(), unfinished(one.id())));
    }

    /** Before it is told, which it is unless something hangs. */
    private static Outcome unfinished(DatabaseId id) {
      return new Outcome(
          id,
          Optional.empty(),
          Optional.of(new PublishTimeoutException("publishing", "not done yet", null)));
    }

    private static Duration patience(List<EngineSettings> databases) {
      return databases.stream()
          .map(one -> one.session().anchorTimeout())
          .max(Duration::compareTo)
          .orElseThrow();
    }

    List<Outcome> publish() {
      List<AnchorTogether.Part> parts = new ArrayList<>();
      databases.forEach(one -> parts.add(together.join()));
      ExecutorService workers =
          Executors.newFixedThreadPool(
              Math.min(parallelism, databases.size()),
              task -> {
                Thread thread = new Thread(task, "inft-batch");
                thread.setDaemon(true);
                return thread;
              });
      try {
        for (int i = 0; i < databases.size(); i++) {
          EngineSettings settings = databases.get(i);
          AnchorTogether.Part part = parts.get(i);
          workers.execute(() -> begin(settings, part, workers));
        }
        awaitAll();
      } finally {
        workers.shutdown();
      }
      synchronized (outcomes) {
        return List.copyOf(outcomes.values());
      }
    }

    /** Each takes its time at most; so do all of them, as many at a time as may work. */
    private void awaitAll() {
      long rounds = 2L + databases.size() / parallelism;
      long deadline = System.nanoTime() + LONGEST.toNanos() * rounds;
      boolean interrupted = false;
      while (left.getCount() > 0 && deadline - System.nanoTime() > 0) {
        try {
          boolean unused = left.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void begin(EngineSettings settings, AnchorTogether.Part part, ExecutorService workers) {
      try {
        part.begin();
        if (!Databases.hasWorkingCopy(settings, network)) {
          ended(settings, part, Optional.empty(), Optional.empty());
          return;
        }
        Session session = Engines.open(settings, network);
        if (!(session instanceof LiveSession live) || live.readOnly()) {
          session.close();
          throw new io.inft.failure.ReadOnlyException(
              "'" + settings.id() + "'", session.readOnlyReason().orElse("it is read-only"));
        }
        var unused =
            live.publishThrough(part)
                .orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS)
                .whenComplete(
                    (anchored, failure) -> {
                      part.leave();
                      Optional<Anchored> head = Optional.ofNullable(anchored).flatMap(same -> same);
                      workers.execute(() -> close(settings, part, live, head, failure));
                    });
      } catch (InftException e) {
        ended(settings, part, Optional.empty(), Optional.of(e));
      } catch (RuntimeException e) {
        ended(
            settings,
            part,
            Optional.empty(),
            Optional.of(new NotPublishedException("publishing", e)));
      }
    }

    private void close(
        EngineSettings settings,
        AnchorTogether.Part part,
        LiveSession session,
        Optional<Anchored> anchored,
        @Nullable Throwable thrown) {
      Optional<InftException> failure = Optional.ofNullable(thrown).map(Wave::typed);
      try {
        session.close();
      } catch (InftException e) {
        failure = failure.isPresent() ? failure : Optional.of(e);
      }
      ended(settings, part, anchored, failure);
    }

    /** The failure itself: a stage of a future wraps what the one before it failed with. */
    private static InftException typed(Throwable thrown) {
      Throwable own =
          thrown instanceof CompletionException && thrown.getCause() != null
              ? thrown.getCause()
              : thrown;
      return own instanceof InftException typed
          ? typed
          : new PublishTimeoutException("publishing", String.valueOf(own), own);
    }

    private void ended(
        EngineSettings settings,
        AnchorTogether.Part part,
        Optional<Anchored> anchored,
        Optional<InftException> failure) {
      part.leave();
      Optional<InftException> why = failure;
      Optional<Anchored> head = failure.isEmpty() ? anchored : Optional.empty();
      if (failure.isEmpty() && head.isEmpty()) {
        try {
          head = network.registry().head(settings.id()).newest();
          if (head.isEmpty()) {
            throw new NotRegisteredException(
                settings.id().toString(), network.registry().describe());
          }
        } catch (InftException e) {
          why = Optional.of(e);
        }
      }
      Outcome outcome = new Outcome(settings.id(), head, why);
      synchronized (outcomes) {
        outcomes.put(settings.id(), outcome);
        try {
          progress.accept(outcome);
        } finally {
          left.countDown();
        }
      }
    }
  }
}
