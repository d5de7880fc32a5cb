package io.inft.sqlite;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to take SQLite's write lock, for all that write one database in this JVM: SQLite
 * lets them sleep and try again, so that of a thousand some wait for long while the lock is free.
 * It is a courtesy and no lock: whoever writes without a turn, or after waiting in vain, meets the
 * lock of SQLite, which alone counts. Safe for many threads.
 *
 * <p>Turns are given in the order in which they were asked for, nearly: waking a thread takes
 * longer than many a commit, so the first few that wait are woken together, and whoever runs first
 * takes the turn, also one who just came. The same one is passed over {@value #PASSES} times at
 * most.
 */
public final class WriterQueue {
  /** Then the turn is handed over. */
  static final int PASSES = 16;

  /** How many that wait are woken at a time. */
  private static final int AWAKE = 4;

  // Mutable, guarded by this.
  private final Deque<Place> waiting = new ArrayDeque<>();
  private @Nullable Place holder;

  /** What became of a wait. */
  public enum Outcome {
    TAKEN,
    TOO_LATE,
    CANCELLED
  }

  /** A place for one who writes, which has the turn or not. */
  public Place place() {
    return new Place();
  }

  /** One who writes. Its owner takes and releases turns; anybody may cancel a wait. */
  public final class Place {
    // Mutable, guarded by the queue: who waits, how often others went first, whether he may.
    private @Nullable Thread thread;
    private int passed;
    private boolean awake;
    private boolean cancelled;

    private Place() {}

    public boolean isHeld() {
      synchronized (WriterQueue.this) {
        return holder == this;
      }
    }

    /** Takes the turn if that is nobody's, without waiting for it. */
    public boolean takeIfFree() {
      synchronized (WriterQueue.this) {
        if (holder == null) {
          pass(waiting.peekFirst());
          holder = this;
        }
        return holder == this;
      }
    }

    /**
     * Waits for the turn, behind all who wait already. As SQLite does, it does not listen to an
     * interrupt of the thread, which is there afterwards.
     */
    public Outcome take(long atMostNanos) {
      return waitForIt(atMostNanos, false);
    }

    /** The same, before all who wait already. */
    public Outcome takeFirst(long atMostNanos) {
      return waitForIt(atMostNanos, true);
    }

    private Outcome waitForIt(long atMostNanos, boolean first) {
      if (!enter(first)) {
        return Outcome.TAKEN;
      }
      long deadline = System.nanoTime() + atMostNanos;
      boolean interrupted = false;
      try {
        while (true) {
          Outcome outcome = look(deadline - System.nanoTime());
          if (outcome != null) {
            return outcome;
          }
          LockSupport.parkNanos(WriterQueue.this, Math.max(1, deadline - System.nanoTime()));
          interrupted |= Thread.interrupted();
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    /** False if there is nothing to wait for. */
    private boolean enter(boolean first) {
      synchronized (WriterQueue.this) {
        if (takeIfFree()) {
          return false;
        }
        thread = Thread.currentThread();
        passed = first ? PASSES : 0;
        awake = true;
        cancelled = false;
        if (first) {
          waiting.addFirst(this);
        } else {
          waiting.addLast(this);
        }
        return true;
      }
    }

    private @Nullable Outcome look(long leftNanos) {
      synchronized (WriterQueue.this) {
        if (holder == null) {
          pass(waiting.peekFirst());
          holder = this;
        }
        if (holder == this) {
          leave();
          return Outcome.TAKEN;
        }
        if (!cancelled && leftNanos > 0) {
          awake = false;
          return null;
        }
        leave();
        return cancelled ? Outcome.CANCELLED : Outcome.TOO_LATE;
      }
    }

    private void pass(@Nullable Place first) {
      if (first != null) {
        first.passed++;
      }
    }

    private void leave() {
      waiting.remove(this);
      thread = null;
    }

    /** Ends a wait that is under way; later ones are not touched. */
    public void cancel() {
      synchronized (WriterQueue.this) {
        cancelled = true;
        LockSupport.unpark(thread);
      }
    }

    /** Gives the turn on. Nothing happens if this one has not got it. */
    public void release() {
      synchronized (WriterQueue.this) {
        if (holder == this) {
          holder = null;
          handOn();
        }
      }
    }
  }

  private void handOn() {
    Place first = waiting.peekFirst();
    if (first == null) {
      return;
    }
    if (first.passed >= PASSES) {
      waiting.removeFirst();
      holder = first;
      LockSupport.unpark(first.thread);
      return;
    }
    Iterator<Place> next = waiting.iterator();
    for (int i = 0; i < AWAKE && next.hasNext(); i++) {
      Place one = next.next();
      if (!one.awake) {
        one.awake = true;
        LockSupport.unpark(one.thread);
      }
    }
  }
}
