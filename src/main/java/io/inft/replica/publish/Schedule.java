package io.inft.replica.publish;

import java.time.Duration;

/**
 * When the next version is due, told from the cadence the user wants and from how long the network
 * took lately. Not thread-safe: the publisher guards it.
 */
final class Schedule {
  /** How often somebody looks at a line where nothing is due. */
  static final Duration POLL = Duration.ofSeconds(1);

  private static final Duration COUNT = Duration.ofMillis(100);
  private static final Duration GATHER = Duration.ofMillis(50);

  private final Cadence cadence;
  private long stagedNanos;
  private long uploadNanos;
  private long anchorNanos;
  private long countedNanos;
  private long appended;
  private long events;

  Schedule(Cadence cadence, long nowNanos) {
    this.cadence = cadence;
    this.stagedNanos = nowNanos;
    this.countedNanos = nowNanos - COUNT.toNanos();
  }

  /** A version is being staged; events are counted anew. */
  void staging(long nowNanos) {
    stagedNanos = nowNanos;
    appended = 0;
    events = 0;
  }

  /** How long it took to store a version. */
  void uploaded(long tookNanos) {
    uploadNanos = tookNanos;
  }

  /** How long it took until a version was confirmed. */
  void anchored(long tookNanos) {
    anchorNanos = tookNanos;
  }

  /** A connection appended an event. */
  void appended() {
    appended++;
  }

  /** So many events are in the table and in no version. */
  void counted(long pending, long nowNanos) {
    events = pending;
    countedNanos = nowNanos;
  }

  /** How many events wait, whoever appended them. */
  long pendingEvents(long pending) {
    return Math.max(appended, pending);
  }

  /** Whether to look again how many events wait. */
  boolean wantsCount(long nowNanos) {
    return nowNanos - countedNanos >= COUNT.toNanos();
  }

  /** Whether the first who asked has waited long enough for others to join. */
  boolean isGathered(PublishTickets waiting, long nowNanos) {
    return waiting.isAsked() && gatherLeft(waiting, nowNanos) <= 0;
  }

  /**
   * The first who asks waits for others, a twentieth of what all of them will wait for then:
   * writers that were let go together commit again together, and one anchor does for all.
   */
  private long gatherLeft(PublishTickets waiting, long nowNanos) {
    long gather = Math.min(GATHER.toNanos(), anchorNanos / 20);
    return gather - (nowNanos - waiting.askedSinceNanos());
  }

  /** Whether what nobody waits for is due: its time is over, or its events are enough. */
  boolean isTime(long nowNanos) {
    return intervalLeft(nowNanos) <= 0 || Math.max(appended, events) >= cadence.eventBatch();
  }

  private long intervalLeft(long nowNanos) {
    return cadence.syncInterval().toNanos() - (nowNanos - stagedNanos);
  }

  /**
   * Nanoseconds until the version behind the one in flight should be staged: as late as possible,
   * so that many commits ride in it, and early enough to be stored when that one is confirmed.
   */
  long aheadLeft(AnchorInFlight before, long nowNanos) {
    long ahead = Math.max(0, anchorNanos - uploadNanos - uploadNanos / 4);
    return ahead - (nowNanos - before.begunNanos);
  }

  /**
   * Nanoseconds until something may be due while nothing is in flight.
   *
   * @param noted whether something was committed that no version holds
   */
  long left(PublishTickets waiting, boolean noted, long nowNanos) {
    long left = POLL.toNanos();
    if (noted) {
      left = Math.min(left, intervalLeft(nowNanos));
      long count = COUNT.toNanos() - (nowNanos - countedNanos);
      left = Math.min(left, count > 0 ? count : COUNT.toNanos());
    }
    return waiting.isAsked() ? Math.min(left, gatherLeft(waiting, nowNanos)) : left;
  }
}
