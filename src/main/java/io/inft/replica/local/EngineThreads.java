package io.inft.replica.local;

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
 * The few threads that all engines of this JVM share. They are daemons, hold no class loader but
 * this driver's, and go away when idle, so nothing is left behind after the last database was
 * closed.
 */
public final class EngineThreads {
  private static final long IDLE_SECONDS = 2;

  private static volatile EngineThreads current = new EngineThreads();

  private final ThreadPoolExecutor pool = pool();
  private final ThreadPoolExecutor anchoring = waiting();
  private final ScheduledThreadPoolExecutor timer = timer();

  private EngineThreads() {}

  private static ThreadFactory named(String name) {
    AtomicInteger next = new AtomicInteger();
    return task -> daemon(task, name + next.incrementAndGet());
  }

  /** A thread that keeps neither the JVM alive nor the application that happened to need it. */
  public static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(EngineThreads.class.getClassLoader());
    return thread;
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
  public static ExecutorService anchoring() {
    return current.anchoring;
  }

  public static ExecutorService pooled() {
    return current.pool;
  }

  public static ScheduledFuture<?> later(Runnable task, long delay, TimeUnit unit) {
    return current.timer.schedule(task, delay, unit);
  }

  /**
   * Has idle threads end now instead of soon, because their class loader is going; what runs goes
   * on. Whoever needs some later gets new ones.
   */
  public static synchronized void letGo() {
    EngineThreads before = current;
    current = new EngineThreads();
    before.pool.shutdown();
    before.anchoring.shutdown();
    before.timer.shutdownNow();
  }
}
