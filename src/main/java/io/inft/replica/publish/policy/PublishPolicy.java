package io.inft.replica.publish.policy;

import java.time.Duration;

/**
 * Decides what the publishing thread does next, from the cadence the user wants, from what waits,
 * from what the budget allows and from how long the network took lately. There is at most one
 * version ahead of the one in flight, and it is staged as late as its upload allows: the later, the
 * more commits ride in it. Only for a crowd of callers there are a few, each staged after a longer
 * while: what an anchor costs is little for each of them then.
 */
public record PublishPolicy(Cadence cadence) {
  /** How often a generation is looked at where nothing is due. */
  public static final Duration POLL = Duration.ofSeconds(1);

  /** How often something is looked at that ends by itself. */
  public static final Duration PAUSE = Duration.ofMillis(100);

  /** How often events are counted while something waits for its interval. */
  static final Duration COUNT = Duration.ofMillis(100);

  /** The longest time that a caller who asks waits for another one to come. */
  private static final Duration GATHER = Duration.ofMillis(50);

  /** The longest time that it waits while others come one after the other. */
  private static final Duration GATHER_ALL = Duration.ofMillis(250);

  /** So many callers that wait are a crowd. */
  static final int CROWD = 32;

  /** Versions on their way at once while a crowd waits. */
  private static final int MOST_OF_CROWD = 4;

  /** Versions on their way at once: one in flight and one ahead. */
  private static final int MOST_OUTGOING = 2;

  /** What is due now; else how long nothing will be. */
  public Decision next(Known known, long nowNanos) {
    Known.OfThread thread = known.thread();
    Known.Generation generation = known.generation();
    boolean inFlight = thread.flight().under();
    boolean mayTry = known.retry().mayTry(nowNanos);
    if (thread.flight().landed()) {
      return Decision.Step.LAND;
    }
    if (!thread.running()) {
      return inFlight || generation.compacting()
          ? new Decision.Wait(PAUSE.toMillis())
          : Decision.Step.STOP;
    }
    if (thread.hasTasks()) {
      // Nothing more is staged ahead of it: it begins when what is in flight has landed.
      return inFlight ? until(known, nowNanos) : Decision.Step.TASK;
    }
    if (mayTry && !inFlight && generation.finalityDue()) {
      return Decision.Step.LOOK_AFTER_FINALITY;
    }
    if (mayTry && !inFlight && generation.outgoing() > 0) {
      return Decision.Step.SEND;
    }
    if (mayTry && inFlight && generation.unsentNanos() <= 0) {
      return Decision.Step.SEND_AHEAD;
    }
    if (mayTry && isDue(known, nowNanos) && hasRoom(known, nowNanos)) {
      return Decision.Step.STAGE;
    }
    if (generation.wantsCheckpoint()) {
      return Decision.Step.CHECKPOINT;
    }
    if (wantsCount(known, nowNanos)) {
      return Decision.Step.COUNT_EVENTS;
    }
    return wantsAge(known, nowNanos) ? Decision.Step.WRITE_AGE : until(known, nowNanos);
  }

  private Decision until(Known known, long nowNanos) {
    long millis = Math.min(left(known, nowNanos), known.generation().unsentNanos()) / 1_000_000;
    return new Decision.Wait(Math.max(1, Math.min(POLL.toMillis(), millis)));
  }

  /** Whether what waits has waited long enough, or something failed and is tried again. */
  private boolean isDue(Known known, long nowNanos) {
    Known.Waiting waiting = known.waiting();
    if (!known.allowance().payable()) {
      return false;
    }
    boolean paced = known.allowance().waitNanos() <= 0;
    boolean gathered =
        waiting.asked() && (waiting.urgent() || paced) && gatherLeft(known, nowNanos) <= 0;
    return gathered
        || (waiting.noted()
            && paced
            && (known.retry().isPending() || isTime(known.pace(), nowNanos)));
  }

  /** Whether what no caller waits for is due: its time is over, or its events are enough. */
  private boolean isTime(Pace pace, long nowNanos) {
    return intervalLeft(pace, nowNanos) <= 0 || pace.events() >= cadence.eventBatch();
  }

  private long intervalLeft(Pace pace, long nowNanos) {
    return cadence.syncInterval().toNanos() - (nowNanos - pace.stagedNanos());
  }

  /**
   * A caller who asks waits for others, a twentieth of what all of them will wait for then, and as
   * long again after each that comes, a quarter at most: writers that were let go together commit
   * again together, and one anchor does for all.
   */
  private static long gatherLeft(Known known, long nowNanos) {
    long anchor = known.pace().anchorNanos();
    long next = Math.min(GATHER.toNanos(), anchor / 20);
    long all = Math.min(GATHER_ALL.toNanos(), anchor / 4);
    return Math.min(
        next - (nowNanos - known.waiting().askedLastNanos()),
        all - (nowNanos - known.waiting().askedSinceNanos()));
  }

  /**
   * Nanoseconds until a version may be staged behind others for the crowd that waits; each gathers
   * for twice as long as the one before it, but no longer once nobody else comes: the last of a
   * crowd still may be in the block of the others.
   */
  private static long crowdLeft(Known known, long nowNanos) {
    int outgoing = known.generation().outgoing();
    if (known.waiting().callers() < CROWD || outgoing >= MOST_OF_CROWD) {
      return POLL.toNanos();
    }
    long all = GATHER_ALL.toNanos() << Math.max(0, outgoing - 1);
    return Math.min(
        GATHER.toNanos() - (nowNanos - known.waiting().askedLastNanos()),
        all - (nowNanos - known.waiting().askedSinceNanos()));
  }

  /** Whether a version may be staged now: none is on its way, or one that will soon be there. */
  private static boolean hasRoom(Known known, long nowNanos) {
    int outgoing = known.generation().outgoing();
    return outgoing == 0
        || (known.thread().flight().under()
            && (crowdLeft(known, nowNanos) <= 0
                || (outgoing < MOST_OUTGOING && aheadLeft(known, nowNanos) <= 0)));
  }

  /**
   * Nanoseconds until the version behind the one in flight should be staged: as late as possible,
   * so that many commits ride in it, and early enough to be stored when that one is confirmed. What
   * need not be stored is staged then.
   */
  private static long aheadLeft(Known known, long nowNanos) {
    Pace pace = known.pace();
    if (pace.uploadNanos() == 0) {
      return POLL.toNanos();
    }
    long ahead = Math.max(0, pace.anchorNanos() - pace.uploadNanos() - pace.uploadNanos() / 4);
    return ahead - (nowNanos - known.thread().flight().begunNanos());
  }

  /** Nanoseconds until something may be due. */
  private long left(Known known, long nowNanos) {
    long left =
        known.retry().isPending() ? known.retry().left(nowNanos) : landedLeft(known, nowNanos);
    if (!known.thread().flight().under()) {
      return left;
    }
    long crowd = crowdLeft(known, nowNanos);
    return known.generation().outgoing() < MOST_OUTGOING
        ? Math.max(left, Math.min(crowd, aheadLeft(known, nowNanos)))
        : Math.max(left, crowd);
  }

  /** Nanoseconds until something may be due while nothing is in flight and nothing failed. */
  private long landedLeft(Known known, long nowNanos) {
    long left = POLL.toNanos();
    if (!known.allowance().payable()) {
      return left;
    }
    long paceLeft = known.allowance().waitNanos();
    if (known.waiting().noted()) {
      left = Math.min(left, Math.max(paceLeft, intervalLeft(known.pace(), nowNanos)));
      long count = COUNT.toNanos() - (nowNanos - known.pace().countedNanos());
      left = Math.min(left, count > 0 ? count : COUNT.toNanos());
    }
    if (!known.waiting().asked()) {
      return left;
    }
    long gather = gatherLeft(known, nowNanos);
    return Math.min(left, known.waiting().urgent() ? gather : Math.max(paceLeft, gather));
  }

  /** Whether to look how many events wait: only while something waits for its interval. */
  private static boolean wantsCount(Known known, long nowNanos) {
    return known.waiting().noted()
        && !known.thread().flight().under()
        && nowNanos - known.pace().countedNanos() >= COUNT.toNanos()
        && known.generation().uncounted();
  }

  /**
   * Whether what waits has waited so long, and its age is not on disk, that a small write is worth
   * it. What is killed before that is younger than that write would have said it is.
   */
  private static boolean wantsAge(Known known, long nowNanos) {
    Known.Waiting waiting = known.waiting();
    return waiting.noted()
        && nowNanos - waiting.sinceNanos() >= POLL.toNanos()
        && (waiting.agedAtNanos() == 0 || nowNanos - waiting.agedAtNanos() >= POLL.toNanos())
        && known.generation().ageUnwritten();
  }

  /**
   * Whether an event that was appended completes a batch, so that its caller asks for a publish.
   *
   * @param pending events in the table and in no version
   * @param batchSize as the caller wants it
   */
  public static boolean completesBatch(Pace pace, long pending, int batchSize) {
    return Math.max(pace.appended(), pending) >= batchSize;
  }

  /** What becomes of a commit that is about to be made. */
  public enum OnCommit {
    GO_ON,
    WARN,
    BLOCK,
    FAIL
  }

  /**
   * Whether a commit may be made though so much waits for so long. A warning is given once in
   * {@code maxLag}.
   *
   * @param sinceNanos when the oldest commit was noted that is not anchored, 0 if there is none
   * @param warnedAtNanos when a warning was given last, 0 if never
   */
  public OnCommit beforeCommit(long sinceNanos, long warnedAtNanos, long nowNanos) {
    long lagMillis = (nowNanos - sinceNanos) / 1_000_000;
    if (sinceNanos == 0 || lagMillis <= cadence.maxLag().toMillis()) {
      return OnCommit.GO_ON;
    }
    return switch (cadence.onLag()) {
      case WARN ->
          warnedAtNanos == 0 || nowNanos - warnedAtNanos > cadence.maxLag().toNanos()
              ? OnCommit.WARN
              : OnCommit.GO_ON;
      case BLOCK -> OnCommit.BLOCK;
      case FAIL -> OnCommit.FAIL;
    };
  }
}
