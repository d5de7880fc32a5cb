package io.inft.replica.publish.policy;

/**
 * How publishing went lately: when the newest version was staged, how long the network took, how
 * many events wait.
 *
 * @param stagedNanos when staging last began
 * @param uploadNanos how long storing a version took last, 0 if it was not stored
 * @param anchorNanos how long it took until a version was confirmed last
 * @param countedNanos when events were counted last
 * @param appended events that connections appended since the newest version was staged
 * @param counted events in the table and in no version when they were counted last
 */
public record Pace(
    long stagedNanos,
    long uploadNanos,
    long anchorNanos,
    long countedNanos,
    long appended,
    long counted) {

  /** Before the first version: events may be counted at once. */
  public static Pace beginning(long nowNanos) {
    return new Pace(nowNanos, 0, 0, nowNanos - PublishPolicy.COUNT.toNanos(), 0, 0);
  }

  /** A version is being staged; events are counted anew. */
  public Pace staging(long nowNanos) {
    return new Pace(nowNanos, uploadNanos, anchorNanos, countedNanos, 0, 0);
  }

  /** How long it took to store a version. */
  public Pace uploaded(long tookNanos) {
    return new Pace(stagedNanos, tookNanos, anchorNanos, countedNanos, appended, counted);
  }

  /** How long it took until a version was confirmed. */
  public Pace anchored(long tookNanos) {
    return new Pace(stagedNanos, uploadNanos, tookNanos, countedNanos, appended, counted);
  }

  /** A connection appended an event. */
  public Pace withAppended() {
    return new Pace(stagedNanos, uploadNanos, anchorNanos, countedNanos, appended + 1, counted);
  }

  /** So many events are in the table and in no version. */
  public Pace counted(long pending, long nowNanos) {
    return new Pace(stagedNanos, uploadNanos, anchorNanos, nowNanos, appended, pending);
  }

  /** How many events wait, whichever connection appended them. */
  public long events() {
    return Math.max(appended, counted);
  }
}
