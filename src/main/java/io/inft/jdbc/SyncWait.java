package io.inft.jdbc;

import io.inft.failure.InftException;
import io.inft.replica.Session;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A wait for a publish that {@code Statement.cancel} of another thread can end. */
final class SyncWait {
  private final Session session;

  // Mutable, guarded by this.
  private @Nullable Thread waiting;
  private boolean cancelled;

  SyncWait(Session session) {
    this.session = session;
  }

  /** Publishes what is committed and waits. */
  InftConnection.Version sync(Duration timeout) throws InftException {
    synchronized (this) {
      waiting = Thread.currentThread();
      cancelled = false;
    }
    try {
      Session.Published published = session.sync(timeout);
      return new InftConnection.Version(published.version(), published.root());
    } finally {
      synchronized (this) {
        waiting = null;
        if (cancelled) {
          // The interrupt was ours, not the application's.
          Thread.interrupted();
        }
      }
    }
  }

  /** Ends the wait, if there is one. */
  synchronized void cancel() {
    if (waiting != null) {
      cancelled = true;
      waiting.interrupt();
    }
  }
}
