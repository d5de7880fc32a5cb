package io.inft.replica.local;

import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * What time it is by the chain, for ages of blocks: the time of the newest block that has a version
 * of this generation, and what went by since. The machine's clock may be wrong and may be set; so
 * it is believed once, when this begins, and only if it is not behind that block. Nodes keep logs
 * by their own time. Safe for many threads.
 */
public final class ChainTime {
  private final Clock clock;
  private final LongSupplier nanos;

  // Mutable, guarded by this.
  private long newestSeconds = -1;
  private long baseSeconds;
  private long baseNanos;

  /**
   * @param nanos a clock that does not jump
   */
  public ChainTime(Clock clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
  }

  /** In Unix seconds; to be asked every now and then, so that a new block is noticed. */
  public synchronized long seconds(WriterState state) {
    long newest = state.confirmed().timeSeconds();
    long now = nanos.getAsLong();
    if (newestSeconds < 0) {
      baseSeconds = Math.max(newest, clock.millis() / 1000);
      baseNanos = now;
    } else if (newest != newestSeconds) {
      baseSeconds = newest;
      baseNanos = now;
    }
    newestSeconds = newest;
    return baseSeconds + (now - baseNanos) / 1_000_000_000;
  }
}
