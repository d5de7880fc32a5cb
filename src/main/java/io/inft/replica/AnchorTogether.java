package io.inft.replica;

import io.inft.bytes.Blob;
import io.inft.failure.InftException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.PublishTimeoutException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.registry.Registry.AnchorRequest;
import io.inft.replica.local.Waits;
import io.inft.replica.publish.Anchoring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where many publishing threads meet to anchor in one transaction. Each takes part until it leaves;
 * as soon as everybody who takes part waits for an anchor, all anchors go out together. Safe for
 * many threads.
 */
final class AnchorTogether {
  private final Registry registry;
  private final Semaphore working;
  private final Duration patience;

  // Mutable, guarded by this.
  private final List<Waiting> waiting = new ArrayList<>();
  private int busy;

  /**
   * @param parallelism how many may work at the same time; who waits for an anchor does not count
   * @param patience how long an anchor waits for those who are not as far yet, and then for the
   *     registry
   */
  AnchorTogether(Registry registry, int parallelism, Duration patience) {
    this.registry = registry;
    this.patience = patience;
    this.working = new Semaphore(parallelism);
  }

  private record Waiting(AnchorRequest request, CompletableFuture<Anchored> outcome) {
    int objectBytes() {
      return request.object().map(Blob::sizeBytes).orElse(0);
    }
  }

  /** Takes part before the work begins, so that nobody goes off without the others. */
  synchronized Part join() {
    busy++;
    return new Part();
  }

  /** One who takes part; used by one thread after the other. */
  final class Part implements Anchoring {
    private final AtomicBoolean holds = new AtomicBoolean();
    private boolean left; // guarded by the outer object

    /**
     * Waits for a place to work.
     *
     * @throws PublishTimeoutException others kept all of them for too long
     */
    void begin() throws PublishTimeoutException {
      try {
        if (!working.tryAcquire(Batch.LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new PublishTimeoutException("publishing", "others are still at work", null);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PublishTimeoutException("publishing", "interrupted", e);
      }
      holds.set(true);
    }

    private void pause() {
      if (holds.compareAndSet(true, false)) {
        working.release();
      }
    }

    @Override
    public Anchored anchor(AnchorRequest request) throws InftException {
      pause();
      DatabaseId id = request.id();
      Waiting own = new Waiting(request, new CompletableFuture<>());
      List<Waiting> all;
      synchronized (AnchorTogether.this) {
        waiting.add(own);
        busy--;
        all = takeIfComplete();
      }
      send(all);
      try {
        if (!Waits.done(own.outcome(), patience)) {
          send(withoutOthers(own));
        }
        return own.outcome().get(patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw unknown(id, "the registry does not answer", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof InftException failure) {
          throw failure;
        }
        throw new PublishTimeoutException("anchoring together", "it failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unknown(id, "it was interrupted", e);
      } finally {
        synchronized (AnchorTogether.this) {
          busy++;
        }
      }
    }

    private OutcomeUnknownException unknown(DatabaseId id, String why, Exception cause) {
      return new OutcomeUnknownException(
          "anchoring '" + id + "' together with others",
          why + "; publishing again finds out",
          cause);
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

  /** All that are ready, without those who are not, unless somebody is sending them already. */
  private synchronized List<Waiting> withoutOthers(Waiting own) {
    if (!waiting.contains(own)) {
      return List.of();
    }
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    return all;
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
    List<Waiting> group = new ArrayList<>();
    int bytes = 0;
    for (Waiting one : all) {
      bytes += one.objectBytes();
      if (group.size() == Batch.MAX_TOGETHER || bytes > AnchorRequest.MAX_BATCH_OBJECT_BYTES) {
        sendTogether(group);
        group = new ArrayList<>();
        bytes = one.objectBytes();
      }
      group.add(one);
    }
    if (!group.isEmpty()) {
      sendTogether(group);
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
    } catch (InftException | RuntimeException | Error e) { // or else they would wait in vain
      all.forEach(one -> one.outcome().completeExceptionally(e));
    }
  }
}
