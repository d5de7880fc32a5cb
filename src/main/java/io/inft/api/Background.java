package io.inft.api;

import io.inft.jdbc.Target;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A few daemon threads that go away when idle. */
final class Background implements AutoCloseable {
  private static final int THREADS = 8;
  private static final long IDLE_SECONDS = 2;

  /** How long a close waits for what was begun. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final ThreadPoolExecutor pool;
  private final Map<Object, CompletableFuture<?>> begun = new ConcurrentHashMap<>();

  Background() {
    pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "inft-storage");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  /** A call that fails with an SQLException. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws SQLException;
  }

  /** Fails with the call's own exception. */
  <T> CompletableFuture<T> run(Call<T> call) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Object ticket = new Object();
    begun.put(ticket, future);
    var unused = future.whenComplete((value, failure) -> begun.remove(ticket));
    try {
      pool.execute(
          () -> {
            try {
              future.complete(call.run());
            } catch (SQLException | RuntimeException | Error e) {
              future.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException closed) {
      future.completeExceptionally(Target.closed("the client"));
    }
    return future;
  }

  /**
   * Takes nothing new and waits for what was begun, but not for ever: what a network keeps is then
   * interrupted, and told to be closed.
   */
  @Override
  public void close() {
    pool.shutdown();
    long deadline = System.nanoTime() + LONGEST.toNanos();
    boolean interrupted = false;
    while (!pool.isTerminated() && deadline - System.nanoTime() > 0) {
      try {
        boolean unused = pool.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (!pool.isTerminated()) {
      pool.shutdownNow();
      List.copyOf(begun.values())
          .forEach(one -> one.completeExceptionally(Target.closed("the client")));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
