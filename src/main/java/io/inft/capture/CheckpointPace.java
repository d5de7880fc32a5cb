package io.inft.capture;

import io.inft.sqlite.WalIndexHeader;

/**
 * When a checkpoint is worth trying, counted in frames of the log. Changed under the lock of {@link
 * Capture}, asked by anybody.
 */
public final class CheckpointPace {
  /** Frames in the log at which a checkpoint is tried. */
  private static final long TRY_FRAMES = 1000;

  /** Frames by which a checkpoint that readers kept from finishing is put off. */
  private static final long BACK_OFF_FRAMES = 500;

  /** Frames at which readers and writers are made to wait for the log to begin anew. */
  public static final long FORCE_FRAMES = 4000;

  private volatile long next = TRY_FRAMES;

  boolean wants(WalIndexHeader header) {
    return header.maxFrame() >= next;
  }

  boolean isOverdue(WalIndexHeader header) {
    return header.maxFrame() >= FORCE_FRAMES && wants(header);
  }

  /** The log begins anew, or has: less is to be moved than was. */
  void logBeginsAnew() {
    next = TRY_FRAMES;
  }

  /**
   * All was moved. The log begins anew with some later commit; until then there is nothing to move.
   */
  void moved(long frames) {
    next = frames + TRY_FRAMES;
  }

  /** Readers kept some of it from being moved. */
  void putOff(long frames) {
    next = frames + BACK_OFF_FRAMES;
  }
}
