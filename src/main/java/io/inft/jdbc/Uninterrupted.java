package io.inft.jdbc;

import io.inft.failure.InftException;
import java.nio.channels.ClosedByInterruptException;
import java.sql.SQLException;

/**
 * Work for a thread that may be interrupted, as in an executor that shuts down. SQLite does not
 * look at interrupts, so a program moved here must not fail where sqlite-jdbc would not. An
 * interrupt from before the work waits until it is done; one that comes meanwhile ends a wait for
 * the network, and is there afterwards in any case.
 */
final class Uninterrupted {
  /** More interrupts than anybody means. */
  private static final int TRIES = 100;

  private Uninterrupted() {}

  /** Something to do. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws InftException, SQLException;
  }

  /** Does it once. */
  static <T> T once(Work<T> work) throws InftException, SQLException {
    return run(work, 1);
  }

  /**
   * Does something that leaves nothing behind when it fails: if an interrupt closed a file under
   * it, once more.
   */
  static <T> T again(Work<T> work) throws InftException, SQLException {
    return run(work, TRIES);
  }

  private static <T> T run(Work<T> work, int tries) throws InftException, SQLException {
    boolean interrupted = Thread.interrupted();
    try {
      for (int left = tries - 1; ; left--) {
        try {
          return work.run();
        } catch (InftException e) {
          if (left == 0 || !closedAFile(e)) {
            throw e;
          }
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean closedAFile(Throwable failure) {
    int depth = 0;
    for (Throwable e = failure; e != null && depth < 20; e = e.getCause()) {
      if (e instanceof ClosedByInterruptException) {
        return true;
      }
      depth++;
    }
    return false;
  }
}
