package io.inft.replica.local;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after all publishers whose threads ended because nothing happened, on one thread that ends
 * with the last of them. It looks at memory and at files of this disk, and never waits for a
 * network: who has something to do gets a thread of its own again. Safe for many threads.
 */
public final class IdleWatch {
  private static final Logger LOG = LoggerFactory.getLogger(IdleWatch.class);

  /** How often. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** One that is looked after. */
  public interface Sleeper {
    /** Whether something happened that its thread must see to. */
    boolean wantsThread();

    void awaken();

    /** Somebody interrupted the one thread there is; waits for nobody. */
    void interrupted();
  }

  private static final IdleWatch ALL = new IdleWatch();

  // Guarded by this.
  private final Set<Sleeper> sleepers = new LinkedHashSet<>();
  private @Nullable Thread thread;

  private IdleWatch() {}

  public static IdleWatch ofThisProcess() {
    return ALL;
  }

  /**
   * Looks after it from now on.
   *
   * @throws OutOfMemoryError there is no thread to be had; it must be removed then
   */
  public synchronized void add(Sleeper sleeper) {
    sleepers.add(sleeper);
    if (thread == null) {
      Thread begun = EngineThreads.daemon(this::watch, "inft-idle");
      begun.start();
      thread = begun;
    }
  }

  public synchronized void remove(Sleeper sleeper) {
    sleepers.remove(sleeper);
    if (sleepers.isEmpty()) {
      notifyAll();
    }
  }

  private void watch() {
    try {
      List<Sleeper> all = sleepers();
      while (!all.isEmpty()) {
        boolean interrupted = isInterruptedDozing();
        all.forEach(sleeper -> lookAfter(sleeper, interrupted));
        all = sleepers();
      }
    } finally {
      gone(Thread.currentThread());
    }
  }

  /** The others must be looked after whatever one does. */
  private static void lookAfter(Sleeper sleeper, boolean interrupted) {
    try {
      if (interrupted) {
        sleeper.interrupted();
      } else if (wantsThread(sleeper)) {
        sleeper.awaken();
      }
    } catch (RuntimeException | Error e) {
      LOG.warn("an idle database could not be looked after, it is tried again", e);
    }
  }

  /** What fails here fails on its own thread too, which tells it to those who wait. */
  private static boolean wantsThread(Sleeper sleeper) {
    try {
      return sleeper.wantsThread();
    } catch (RuntimeException | Error e) {
      LOG.warn("an idle database could not be looked at, its own thread does that", e);
      return true;
    }
  }

  private synchronized boolean isInterruptedDozing() {
    try {
      if (!sleepers.isEmpty()) {
        Waits.signalled(this, LOOK.toMillis());
      }
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** When there are none the thread is let go, and ends. */
  private synchronized List<Sleeper> sleepers() {
    if (sleepers.isEmpty()) {
      thread = null;
    }
    return List.copyOf(sleepers);
  }

  /** After something that nobody can go on from; whoever is added next begins another one. */
  private synchronized void gone(Thread ended) {
    if (thread == ended) {
      thread = null;
    }
  }
}
