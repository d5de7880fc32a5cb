package io.inft.sqlite;

import java.util.List;

/**
 * What a write-ahead log holds behind a position: whole transactions only.
 *
 * @param frames in order, up to and including the last commit frame; from frame 1 on when {@code
 *     restarted} or {@code lost}
 * @param end where to go on next time
 * @param databasePages pages of the database after the last of these commits, 0 without one
 * @param commits how many transactions these frames are
 * @param restarted the log is of another generation than the position, so reading began at frame 1
 * @param lost the log does not lead through the position: it ends or stops validating before it, or
 *     is gone. What was read up to the position is no longer what SQLite sees
 * @param damaged a frame did not validate although a later frame of the same generation does: more
 *     than a torn tail. SQLite ends the log at such a frame too, so reading did
 */
public record WalTail(
    List<WalFrame> frames,
    WalPosition end,
    long databasePages,
    int commits,
    boolean restarted,
    boolean lost,
    boolean damaged) {
  public WalTail {
    frames = List.copyOf(frames);
  }

  public boolean isEmpty() {
    return frames.isEmpty();
  }

  static WalTail nothing(WalPosition end, boolean lost, boolean damaged) {
    return new WalTail(List.of(), end, 0, 0, false, lost, damaged);
  }
}
