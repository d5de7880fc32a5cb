package io.inft.lazy.vfs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the callbacks, and the class loader they are of, for as long as SQLite has a file open that
 * leads to them: where SQLite belongs to a container, a connection can outlive the application that
 * opened it, and a callback that is gone ends the process. What holds them is a shutdown hook that
 * does nothing, which the runtime itself refers to.
 */
final class HeldCallbacks {
  /** The last callback has returned to native code by then, of which Java sees nothing. */
  private static final long AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Runnable whenUnused;

  // Mutable, guarded by this.
  private final List<FileCallbacks> held = new ArrayList<>();
  private int files;
  private @Nullable Thread hook;
  private boolean leaving;

  /**
   * @param whenUnused is run when no file has been open for a moment
   */
  HeldCallbacks(Runnable whenUnused) {
    this.whenUnused = whenUnused;
  }

  /** What must not be collected. */
  synchronized void hold(FileCallbacks callbacks) {
    held.add(callbacks);
  }

  /** Lets all go, unless a file is open. */
  synchronized boolean letGo() {
    if (files == 0) {
      held.forEach(FileCallbacks::forget);
      held.clear();
    }
    return files == 0;
  }

  /** A file was opened. */
  synchronized void add() {
    files++;
    if (hook == null) {
      Thread thread = new Thread(null, this::nothing, "inft-open-files", 0, false);
      try {
        Runtime.getRuntime().addShutdownHook(thread);
        hook = thread;
      } catch (IllegalStateException e) {
        return; // the process ends, and nothing is collected any more
      }
    }
  }

  /** A file was closed. */
  synchronized void remove() {
    files--;
    if (files == 0 && !leaving) {
      Thread thread = new Thread(null, this::leave, "inft-closed-files", 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
      thread.start(); // which fails where there is no thread; then the next one leaves
      leaving = true;
    }
  }

  private synchronized void nothing() {
    if (held.isEmpty()) {
      throw new IllegalStateException("nothing was held");
    }
  }

  private void leave() {
    long until = System.nanoTime() + AFTER_NANOS;
    for (long left = AFTER_NANOS; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    synchronized (this) {
      leaving = false;
      if (files == 0 && hook != null) {
        try {
          Runtime.getRuntime().removeShutdownHook(hook);
          hook = null;
        } catch (IllegalStateException e) {
          return; // the process ends
        }
      }
    }
    whenUnused.run();
  }
}
