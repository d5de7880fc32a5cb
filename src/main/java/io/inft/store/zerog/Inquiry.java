package io.inft.store.zerog;

import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Asks several nodes side by side and hands out what they say as it comes, so that the caller can
 * stop when he has heard enough; closing it ends the questions that are still open. Used by one
 * thread.
 *
 * @param <A> what is learnt
 */
final class Inquiry<A> implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final String store;
  private final Workers workers;
  private final BlockingQueue<Outcome<A>> outcomes = new LinkedBlockingQueue<>();
  private final List<Future<?>> running = new ArrayList<>();
  private int open;

  Inquiry(String store, Workers workers) {
    this.store = store;
    this.workers = workers;
  }

  /** Asks somebody something; bounded by its own call's deadline. */
  @FunctionalInterface
  interface Question<A> {
    A ask() throws InftException;
  }

  /** What came of a question: one of both. */
  record Outcome<A>(Optional<A> answer, Optional<InftException> failure) {}

  void ask(Question<A> question) throws StoreUnavailableException {
    try {
      running.add(
          workers.submit(
              () -> {
                Outcome<A> outcome;
                try {
                  outcome = new Outcome<>(Optional.of(question.ask()), Optional.empty());
                } catch (InftException e) {
                  outcome = new Outcome<>(Optional.empty(), Optional.of(e));
                } catch (RuntimeException | Error e) {
                  StoreUnavailableException broken =
                      new StoreUnavailableException(store, "ask a node", e);
                  outcomes.add(new Outcome<>(Optional.empty(), Optional.of(broken)));
                  throw e;
                }
                outcomes.add(outcome);
              }));
    } catch (RejectedExecutionException e) {
      throw new StoreUnavailableException(store, "go on: it was closed", e);
    }
    open++;
  }

  /** How many questions are not answered yet. */
  int open() {
    return open;
  }

  /** The next outcome; empty if none comes in time. */
  Optional<Outcome<A>> next(Duration atMost) throws StoreUnavailableException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      long left = end - System.nanoTime();
      try {
        Outcome<A> next =
            outcomes.poll(Math.min(LOOK.toNanos(), Math.max(0, left)), TimeUnit.NANOSECONDS);
        if (next != null) {
          open--;
          return Optional.of(next);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreUnavailableException(store, "go on: interrupted", e);
      }
      if (workers.isClosed()) { // what waited for a thread will never be asked
        throw new StoreUnavailableException(store, "go on: it was closed", null);
      }
      if (left <= 0) {
        return Optional.empty();
      }
    }
  }

  @Override
  public void close() {
    running.forEach(future -> future.cancel(true));
  }
}
