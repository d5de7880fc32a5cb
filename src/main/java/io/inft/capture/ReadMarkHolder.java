package io.inft.capture;

import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.sqlite.WriterQueue;
import java.time.Duration;
import java.util.Optional;

/**
 * Holds SQLite's log so that no frame vanishes before it was seen. Two connections take turns at
 * always being inside a read transaction: frames newer than its snapshot can neither be overwritten
 * nor moved into the database file, whatever anybody calls. A third one, the gate, takes the write
 * lock, before all who queue for it, for the moment in which a checkpoint lets go of that snapshot.
 * Guarded by the lock of {@link Capture}.
 */
final class ReadMarkHolder {
  /** How long a writer may be held back for a checkpoint, and a checkpoint by writers. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int ATTEMPTS = 8;

  private final WorkingFiles files;
  private final LogFollower log;
  private final WriterQueue.Place turn;

  // Mutable: who holds, whose turn is next, and whether the first is inside its transaction.
  private SqliteLink holding;
  private SqliteLink standby;
  private boolean held = true;

  ReadMarkHolder(WorkingFiles files, LogFollower log, WriterQueue writers) {
    this.files = files;
    this.log = log;
    this.turn = writers.place();
    this.holding = files.first();
    this.standby = files.second();
  }

  /** The connection on the held snapshot. */
  SqliteLink snapshot() {
    return holding;
  }

  /** Goes to the newest commit; false if writers did not leave it the time. */
  boolean toNewest() throws InftException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (tryNewest()) {
        return true;
      }
    }
    return false;
  }

  /** Goes to the newest commit, in the end by keeping writers out. */
  void toNewestForSure() throws InftException {
    if (toNewest()) {
      return;
    }
    boolean gated = beginGate();
    try {
      if (tryNewest()) {
        return;
      }
    } finally {
      if (gated) {
        endGate();
      }
    }
    throw new LocalDatabaseException(
        files.database().toString(), "take a snapshot", "writers kept committing for too long");
  }

  private boolean tryNewest() throws InftException {
    log.follow();
    standby.beginRead();
    boolean newest = false;
    try {
      newest = log.isAtNewest();
    } finally {
      if (!newest) {
        standby.rollback();
      }
    }
    if (newest) {
      takeTurns();
    }
    return newest;
  }

  private void takeTurns() throws InftException {
    SqliteLink old = holding;
    boolean wasHeld = held;
    holding = standby;
    standby = old;
    held = true;
    if (wasHeld) {
      old.rollback();
    }
  }

  /** A new read connection on what was followed last; empty when something was committed since. */
  Optional<SqliteLink> another() throws InftException {
    SqliteLink link = files.another();
    try {
      link.beginRead();
      if (log.isAtNewest()) {
        return Optional.of(link);
      }
    } catch (InftException e) {
      try {
        link.close();
      } catch (InftException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    link.close();
    return Optional.empty();
  }

  /** Takes the write lock; false if writers did not give it up in time. */
  boolean beginGate() throws InftException {
    boolean begun = false;
    try {
      files.gate().execute("PRAGMA busy_timeout=" + afterTurn(PATIENCE).toMillis());
      begun = files.gate().tryBeginWrite();
      return begun;
    } finally {
      if (!begun) {
        turn.release();
      }
    }
  }

  /** Waits for the turn; how long then to wait for SQLite's lock, which alone counts. */
  private Duration afterTurn(Duration most) {
    boolean taken = turn.takeFirst(most.toNanos()) == WriterQueue.Outcome.TAKEN;
    return taken ? most : Duration.ZERO;
  }

  void endGate() throws InftException {
    try {
      files.gate().rollback();
    } finally {
      turn.release();
    }
  }

  /** Moves frames up to the held snapshot, holding nobody up. */
  int[] checkpointBelow() throws InftException {
    return standby.checkpoint("PASSIVE");
  }

  /** Runs a checkpoint while nothing is held, and holds again. */
  int[] checkpointLettingGo(String mode) throws InftException {
    if (held) {
      holding.rollback();
      held = false;
    }
    try {
      return holding.checkpoint(mode);
    } finally {
      holding.beginRead();
      held = true;
    }
  }

  /** Lets go for a checkpoint that makes readers and writers wait. */
  int[] checkpointMakingOthersWait(String mode, Duration wait) throws InftException {
    try {
      holding.execute("PRAGMA busy_timeout=" + afterTurn(wait).toMillis());
      return checkpointLettingGo(mode);
    } finally {
      turn.release();
    }
  }
}
