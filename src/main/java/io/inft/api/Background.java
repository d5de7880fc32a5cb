package io.inft.api;

import io.inft.jdbc.Target;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A few daemon threads that go away when idle. */
final class Background implements AutoCloseable {
  private static final int THREADS = 8;
  private static final long IDLE_SECONDS = 2;

  private final ThreadPoolExecutor pool;

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
    try {
      pool.execute(
          () -> {
            try {
              future.complete(call.run());
            } catch (SQLException | RuntimeException e) {
              future.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException closed) {
      future.completeExceptionally(Target.closed("the client"));
    }
    return future;
  }

  /** Waits for what was begun; takes nothing new. */
  @Override
  public void close() {
    pool.shutdown();
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
