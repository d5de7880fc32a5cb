package io.inft.store.zerog;

import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few daemon threads that end when they are idle or the store is closed. Tasks must not wait for
 * other tasks of the same workers.
 */
final class Workers implements AutoCloseable {
  /** What one task may take: it is a few calls, each with a limit of its own. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private final ThreadPoolExecutor threads;

  /** Done in full or not at all; an exception ends its siblings too. */
  @FunctionalInterface
  interface Task {
    void run() throws InftException;
  }

  Workers(String name, int count) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            runnable -> {
              Thread thread = new Thread(runnable, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  Executor executor() {
    return threads;
  }

  /**
   * Runs something by itself.
   *
   * @throws RejectedExecutionException they are closed
   */
  Future<?> submit(Runnable task) {
    return threads.submit(task);
  }

  boolean isClosed() {
    return threads.isShutdown();
  }

  /** Runs tasks side by side and returns when all are done, or after the first failure. */
  void run(String store, List<? extends Task> tasks) throws InftException {
    List<Future<?>> running = new ArrayList<>(tasks.size());
    boolean complete = false;
    try {
      for (Task task : tasks) {
        running.add(
            threads.submit(
                () -> {
                  task.run();
                  return true;
                }));
      }
      for (Future<?> future : running) {
        future.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
      }
      complete = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException(store, "go on: interrupted", e);
    } catch (TimeoutException e) {
      throw new StoreUnavailableException(store, "go on: a node takes too long", e);
    } catch (RejectedExecutionException | CancellationException e) {
      throw new StoreUnavailableException(store, "go on: it was closed", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InftException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      if (!complete) {
        running.forEach(future -> future.cancel(true));
      }
    }
  }

  @Override
  public void close() {
    for (Runnable begun : threads.shutdownNow()) {
      if (begun instanceof Future<?> waitedFor) {
        waitedFor.cancel(true); // it will not be done, and somebody may wait for it
      }
    }
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a thread of the store does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
