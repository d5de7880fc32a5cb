package io.inft.replica.publish.policy;

/**
 * What is known at one moment when it is decided what to publish next.
 *
 * @param thread what the publishing thread is told to do and has under way
 * @param waiting what was committed and asked for
 * @param generation how the generation stands that is written
 * @param allowance what the budget allows
 */
public record Known(
    OfThread thread,
    Waiting waiting,
    Generation generation,
    Allowance allowance,
    Pace pace,
    Retry retry) {

  /**
   * What the budget allows.
   *
   * @param payable whether it pays the next version
   * @param waitNanos how long that must not be made unless a caller waits for it
   */
  public record Allowance(boolean payable, long waitNanos) {
    /** There is no budget, or there is enough. */
    public static final Allowance FREE = new Allowance(true, 0);
  }

  /**
   * The publishing thread.
   *
   * @param running whether it may begin something new
   * @param hasTasks whether callers handed in something to be done between two publishes
   */
  public record OfThread(boolean running, boolean hasTasks, Flight flight) {}

  /** The version that is being anchored. */
  public record Flight(boolean under, boolean landed, long begunNanos) {
    /** Nothing is being anchored. */
    public static final Flight NONE = new Flight(false, false, 0);

    public static Flight since(long begunNanos, boolean landed) {
      return new Flight(true, landed, begunNanos);
    }
  }

  /**
   * What waits to be published.
   *
   * @param noted whether anything was committed that no version holds
   * @param sinceNanos when the oldest commit was noted that is not anchored, 0 if there is none
   * @param asked whether a caller waits for a version that is not even staged
   * @param askedSinceNanos since when
   * @param askedLastNanos since when the newest of them does
   * @param callers how many of them there are
   * @param urgent whether such a caller does not wait for the budget's pace
   * @param agedAtNanos when the age of what waits was written down last, 0 if never
   */
  public record Waiting(
      boolean noted,
      long sinceNanos,
      boolean asked,
      long askedSinceNanos,
      long askedLastNanos,
      long callers,
      boolean urgent,
      long agedAtNanos) {}

  /**
   * The generation.
   *
   * @param outgoing versions that are staged and not confirmed
   * @param compacting whether a snapshot is being made or stored in the background
   * @param finalityDue whether versions in blocks that are not final are to be looked after
   * @param wantsCheckpoint whether SQLite's log has grown so far that a checkpoint should be tried
   * @param uncounted whether something was committed since events were counted
   * @param ageUnwritten whether the age of what waits is not on disk
   * @param unsentNanos how long until the anchor of a version that is staged behind the one in
   *     flight is sent ahead; long, if none is to be
   */
  public record Generation(
      int outgoing,
      boolean compacting,
      boolean finalityDue,
      boolean wantsCheckpoint,
      boolean uncounted,
      boolean ageUnwritten,
      long unsentNanos) {
    /** Nothing is to be sent ahead. */
    public static final long NONE_UNSENT = Long.MAX_VALUE;
  }
}
