package io.inft.evm;

import io.inft.bytes.LastActs;
import io.inft.failure.InftException;
import io.inft.failure.OutcomeUnknownException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Questions to an endpoint that do not depend on each other, asked at once: over a network each
 * takes as long as all of them. Safe for many threads; its own end soon when nothing is asked.
 */
final class Together {
  /** Longer than any endpoint is waited for, with all repetitions. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final int IDLE_SECONDS = 5;

  private static volatile ThreadPoolExecutor threads = threads();

  static {
    LastActs.add(Together::letGo);
  }

  private Together() {}

  /** Something to ask. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws InftException;
  }

  /** What is being asked. */
  static final class Answer<T> {
    private final FutureTask<T> task;

    private Answer(FutureTask<T> task) {
      this.task = task;
    }

    /** The answer, or the failure as if it had been asked for here. */
    T get() throws InftException {
      try {
        return task.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof InftException failure) {
          throw failure;
        }
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw new IllegalStateException(e.getCause());
      } catch (TimeoutException e) {
        throw new OutcomeUnknownException("asking the chain", "no answer in " + LONGEST, e);
      } catch (InterruptedException e) {
        task.cancel(true);
        Thread.currentThread().interrupt();
        throw new OutcomeUnknownException("asking the chain", "interrupted", e);
      }
    }

    /** Nobody wants to know any more. */
    void forget() {
      task.cancel(true);
    }
  }

  static <T> Answer<T> ask(Question<T> question) {
    FutureTask<T> task = new FutureTask<>(question::ask);
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      task.run(); // they were let go just now
    }
    return new Answer<>(task);
  }

  private static ThreadPoolExecutor threads() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(null, task, "inft-ask", 0, false);
          thread.setDaemon(true);
          thread.setContextClassLoader(Together.class.getClassLoader());
          return thread;
        });
  }

  private static void letGo() {
    ThreadPoolExecutor before = threads;
    threads = threads();
    before.shutdown();
  }
}
