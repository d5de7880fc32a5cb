package io.inft.replica.local;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** Since when the oldest commit waits that no version holds. Safe for many threads. */
public final class CommitAge {
  private final Clock clock;

  /** 0 if nothing waits. */
  private final AtomicLong sinceMillis;

  public CommitAge(Clock clock, long sinceMillis) {
    this.clock = clock;
    this.sinceMillis = new AtomicLong(sinceMillis);
  }

  /** Takes note that something was committed. */
  public void committed() {
    since(clock.millis());
  }

  /** Something waits since then, unless something older does. */
  public void since(long millis) {
    sinceMillis.compareAndSet(0, Math.max(1, millis));
  }

  public long sinceMillis() {
    return sinceMillis.get();
  }

  /** What waited is on its way into a version. */
  public long take() {
    return sinceMillis.getAndSet(0);
  }

  /** It did not get there. */
  public void giveBack(long millis) {
    sinceMillis.set(millis);
  }
}
