package io.inft.registry.onchain;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was told of one id, and whether a head that was read may be older than that. Times are
 * {@link System#nanoTime}, those of callers too. Safe for many threads.
 *
 * <p>Who tells may lie, and may be ahead of who is asked for the head. So a version that was told
 * of and not found is looked for again, but neither at once nor for long.
 */
final class IdNews {
  /** Heads are not asked for more often than this because of what was told. */
  static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

  /** So long a version that was told of is looked for. */
  static final long BELIEVED_NANOS = Duration.ofSeconds(10).toNanos();

  /** So long after a head was read it may take until it is told of. */
  static final long GRACE_NANOS = Duration.ofSeconds(5).toNanos();

  private static final long NOTHING = -1;

  private final LongSupplier nanoClock;
  private final Clock clock;

  // Mutable state, guarded by this.
  private int users;
  private @Nullable Instant last;
  private long toldVersion = NOTHING;
  private long toldNanos;
  private boolean unclear;
  private long unclearNanos;
  private boolean heard;
  private long heardSince;
  private long readVersion = NOTHING;
  private long missedVersion = NOTHING;
  private long missedNanos;

  IdNews(LongSupplier nanoClock, Clock clock) {
    this.nanoClock = nanoClock;
    this.clock = clock;
  }

  synchronized void join() {
    users++;
  }

  /** One user less; returns whether there are none left. */
  synchronized boolean leave() {
    users--;
    return users == 0;
  }

  /** A version was anchored, somebody says. */
  synchronized void told(long version) {
    long now = nanoClock.getAsLong();
    boolean isOver = toldVersion == NOTHING || now - toldNanos > BELIEVED_NANOS;
    toldVersion = isOver ? version : Math.max(toldVersion, version);
    toldNanos = now;
    last = clock.instant();
    if (version >= missedVersion) {
      missedVersion = NOTHING;
    }
  }

  /** A version was taken back, or something that cannot be read was said. */
  synchronized void toldUnclearly() {
    becomesUnclear();
    last = clock.instant();
  }

  private void becomesUnclear() {
    unclear = true;
    unclearNanos = nanoClock.getAsLong();
  }

  /** From now on everything is told; what happened before may have been missed. */
  synchronized void begins() {
    becomesUnclear();
    heard = true;
    heardSince = unclearNanos;
    toldVersion = NOTHING;
    readVersion = NOTHING;
    missedVersion = NOTHING;
  }

  /** From now on nothing is told. */
  synchronized void ends() {
    heard = false;
    missedVersion = NOTHING;
  }

  synchronized Optional<Instant> last() {
    return Optional.ofNullable(last);
  }

  synchronized boolean isOutdated(long version, long askedNanos) {
    long now = nanoClock.getAsLong();
    if (now - askedNanos < LOOK_NANOS) {
      return false;
    }
    boolean isNewer =
        toldVersion > version && (toldNanos - askedNanos >= 0 || now - toldNanos < BELIEVED_NANOS);
    return isNewer || (unclear && unclearNanos - askedNanos >= 0);
  }

  /** A head was read: the first one since it began is where counting starts. */
  synchronized void read(long version, long askedNanos) {
    if (!heard || askedNanos - heardSince < 0) {
      return;
    }
    boolean isMissed = readVersion != NOTHING && version > Math.max(readVersion, toldVersion);
    if (isMissed && missedVersion == NOTHING) {
      missedNanos = nanoClock.getAsLong();
    }
    if (isMissed) {
      missedVersion = version;
    }
    readVersion = Math.max(readVersion, version);
  }

  /** Whether a head was read that should have been told of and was not. */
  synchronized boolean isMissing() {
    return missedVersion != NOTHING && nanoClock.getAsLong() - missedNanos > GRACE_NANOS;
  }
}
