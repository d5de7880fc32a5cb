package io.inft.replica;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few threads that all engines of this JVM share. They are daemons and go away when idle, so
 * nothing is left behind after the last database was closed.
 */
final class Workers {
  private static final long IDLE_SECONDS = 2;

  private static final ThreadPoolExecutor POOL = pool();
  private static final ThreadPoolExecutor ANCHORING = waiting();
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private Workers() {}

  private static ThreadFactory named(String name) {
    AtomicInteger next = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + next.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private static ThreadPoolExecutor pool() {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            named("inft-worker-"));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("inft-timer-"));
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private static ThreadPoolExecutor waiting() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        named("inft-anchor-"));
  }

  /** For work that waits for a network most of the time: as many threads as there is of it. */
  static ExecutorService anchoring() {
    return ANCHORING;
  }

  static ExecutorService pooled() {
    return POOL;
  }

  static ScheduledFuture<?> later(Runnable task, long delay, TimeUnit unit) {
    return TIMER.schedule(task, delay, unit);
  }
}
