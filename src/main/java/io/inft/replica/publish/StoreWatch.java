package io.inft.replica.publish;

import io.inft.failure.InftException;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Waits;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the store can be reached, found out beside publishing, so that nobody waits for it. It is
 * asked for an object that it must have; what it says of that does not matter here. Safe for many
 * threads.
 */
final class StoreWatch {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);

  /** How long an answer counts. */
  static final Duration FRESH = Duration.ofMinutes(2);

  /** Between two questions. */
  static final Duration PAUSE = Duration.ofSeconds(30);

  /** What it said last. */
  enum Answer {
    NONE,
    REACHED,
    UNREACHED
  }

  private record Answered(Answer answer, long atNanos) {}

  private final StoreReader store;
  private final LongSupplier nanos;

  // Mutable; asking is guarded by this.
  private volatile Answered last;
  private boolean asking;

  StoreWatch(StoreReader store, LongSupplier nanos) {
    this.store = store;
    this.nanos = nanos;
    this.last = new Answered(Answer.NONE, nanos.getAsLong());
  }

  /** Waits for the answer to what was asked; false if there is none in time. */
  synchronized boolean awaitAnswer(Duration most) {
    return Waits.until(this, () -> !asking, most);
  }

  /** What it said last; nothing, if that was too long ago. */
  Answer answer() {
    Answered now = last;
    return nanos.getAsLong() - now.atNanos() > FRESH.toNanos() ? Answer.NONE : now.answer();
  }

  /** Has it asked, unless it was a moment ago. Waits for nobody. */
  void ask(ObjectRef object) {
    synchronized (this) {
      boolean answered =
          last.answer() != Answer.NONE && nanos.getAsLong() - last.atNanos() < PAUSE.toNanos();
      if (asking || answered) {
        return;
      }
      asking = true;
    }
    boolean begun = false;
    try {
      EngineThreads.anchoring().execute(() -> look(object));
      begun = true;
    } finally {
      if (!begun) {
        end(Answer.UNREACHED);
      }
    }
  }

  private void look(ObjectRef object) {
    Answer answer = Answer.UNREACHED;
    try {
      boolean unused = store.contains(object);
      answer = Answer.REACHED;
    } catch (InftException e) {
      LOG.debug("{} cannot be reached to carry versions to it", store.describe(), e);
    } finally {
      end(answer);
    }
  }

  private synchronized void end(Answer answer) {
    asking = false;
    last = new Answered(answer, nanos.getAsLong());
    notifyAll();
  }
}
