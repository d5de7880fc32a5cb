package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.PublishTimeoutException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where many publishing threads meet to anchor in one transaction. Each takes part until it leaves;
 * as soon as everybody who takes part waits for an anchor, all anchors go out together. Safe for
 * many threads.
 */
final class AnchorTogether {
  private final Registry registry;
  private final Semaphore working;

  // Mutable, guarded by this.
  private final List<Waiting> waiting = new ArrayList<>();
  private int busy;

  /**
   * @param parallelism how many may work at the same time; who waits for an anchor does not count
   */
  AnchorTogether(Registry registry, int parallelism) {
    this.registry = registry;
    this.working = new Semaphore(parallelism);
  }

  private record Waiting(Registry.AnchorRequest request, CompletableFuture<Anchored> outcome) {}

  /** Takes part before the work begins, so that nobody goes off without the others. */
  synchronized Part join() {
    busy++;
    return new Part();
  }

  /** One who takes part; used by one thread after the other. */
  final class Part implements Anchoring {
    private final AtomicBoolean holds = new AtomicBoolean();
    private boolean left; // guarded by the outer object

    /** Waits for a place to work. */
    void begin() {
      working.acquireUninterruptibly();
      holds.set(true);
    }

    private void pause() {
      if (holds.compareAndSet(true, false)) {
        working.release();
      }
    }

    @Override
    public Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
      pause();
      Waiting own = new Waiting(new Registry.AnchorRequest(id, anchor), new CompletableFuture<>());
      List<Waiting> all;
      synchronized (AnchorTogether.this) {
        waiting.add(own);
        busy--;
        all = takeIfComplete();
      }
      send(all);
      try {
        return own.outcome().get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof InftException failure) {
          throw failure;
        }
        throw new PublishTimeoutException("anchoring together", "it failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new OutcomeUnknownException(
            "anchoring '" + id + "' together with others",
            "it was interrupted; publishing again finds out",
            e);
      } finally {
        synchronized (AnchorTogether.this) {
          busy++;
        }
      }
    }

    /** Is done, well or not. Leaving twice is harmless. */
    void leave() {
      pause();
      List<Waiting> all;
      synchronized (AnchorTogether.this) {
        if (left) {
          return;
        }
        left = true;
        busy--;
        all = takeIfComplete();
      }
      send(all);
    }
  }

  private List<Waiting> takeIfComplete() {
    if (busy > 0) {
      return List.of();
    }
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  private void send(List<Waiting> all) {
    for (int from = 0; from < all.size(); from += Batch.MAX_TOGETHER) {
      sendTogether(all.subList(from, Math.min(all.size(), from + Batch.MAX_TOGETHER)));
    }
  }

  private void sendTogether(List<Waiting> all) {
    try {
      List<Registry.AnchorOutcome> outcomes =
          registry.anchorMany(all.stream().map(Waiting::request).toList());
      for (int i = 0; i < all.size(); i++) {
        CompletableFuture<Anchored> outcome = all.get(i).outcome();
        outcomes.get(i).anchored().ifPresent(outcome::complete);
        outcomes.get(i).failure().ifPresent(outcome::completeExceptionally);
        outcome.completeExceptionally(
            new IllegalStateException("an outcome without anchor or failure"));
      }
    } catch (InftException | RuntimeException e) {
      all.forEach(one -> one.outcome().completeExceptionally(e));
    }
  }
}
