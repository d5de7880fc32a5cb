package io.inft.devnet;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A process that must not outlive this one: it is asked to end, and made to end if it does not, by
 * {@link #close} or at the latest when the JVM exits. Safe for many threads.
 */
final class ChildProcess implements AutoCloseable {
  private static final int GRACE_SECONDS = 10;

  private final Process process;
  private final Thread onExit;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  ChildProcess(Process process, String name) {
    this.process = process;
    this.onExit = new Thread(this::end, name + "-exit");
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  Process process() {
    return process;
  }

  /** Whether it was ended from here, or is about to be. */
  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Returns when it has ended. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException shuttingDown) {
      // the hook does the same; one of the two waits for the other
    }
    end();
  }

  private void end() {
    lock.lock();
    try {
      closed = true;
      process.destroy();
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    } finally {
      lock.unlock();
    }
  }
}
