package io.inft.capture;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.InftException;
import io.inft.sqlite.WalFrame;
import io.inft.sqlite.WalIndexHeader;
import io.inft.sqlite.WalPosition;
import io.inft.sqlite.WalTail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is committed from SQLite's log, each time from where it stopped. The truth about
 * commits is the WAL index and the committed frames of the WAL. Guarded by the lock of {@link
 * Capture}.
 */
final class LogFollower {
  private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);
  private static final WalIndexHeader NOTHING_SEEN = new WalIndexHeader(0, 0, 0, 0, 0, 0, 0);

  private final WorkingFiles files;
  private final Changes changes;
  private final CheckpointPace pace;

  // Mutable.
  private WalPosition position = WalPosition.START;
  private WalIndexHeader seen = NOTHING_SEEN;

  LogFollower(WorkingFiles files, Changes changes, CheckpointPace pace) {
    this.files = files;
    this.changes = changes;
    this.pace = pace;
  }

  WalPosition position() {
    return position;
  }

  /** What the index said when the log was followed last. */
  WalIndexHeader seen() {
    return seen;
  }

  private void moveTo(WalPosition now) {
    position = now;
    changes.readTo(now);
  }

  /** Whether nothing was committed since. */
  boolean isAtNewest() throws InftException {
    return files.index().read().equals(seen);
  }

  boolean isInLogOf(WalPosition other) {
    return position.salt1() == other.salt1() && position.salt2() == other.salt2();
  }

  /** Takes up a log that another process may have left, up to which a version was staged. */
  void takeUp(WalPosition staged) throws InftException {
    WalTail whole = files.log().readTail(WalPosition.START, Long.MAX_VALUE);
    boolean sameLog =
        !whole.frames().isEmpty()
            && whole.end().salt1() == staged.salt1()
            && whole.end().salt2() == staged.salt2();
    long stagedFrame = sameLog ? staged.frame() : 0;
    for (WalFrame frame : whole.frames()) {
      if (frame.frame() <= stagedFrame) {
        changes.held(frame);
      } else {
        changes.found(frame);
      }
    }
    moveTo(whole.end());
  }

  /** Notes everything that is committed by now. */
  void follow() throws InftException {
    WalIndexHeader header = files.index().read();
    if (header.equals(seen)) {
      return;
    }
    if (endsAt(header, position)) {
      // All of it was seen. Not asked of the log: a writer may be beginning it anew right now.
      seen = header;
      return;
    }
    WalTail tail = tail(header);
    if (tail.lost()) {
      // No SQLite does that while the hold reads from it.
      throw foreign("its write-ahead log lost commits that were read from it");
    } else if (tail.restarted()) {
      changes.logMoved();
      pace.logBeginsAnew();
    }
    note(tail);
    seen = header;
  }

  private WalTail tail(WalIndexHeader header) throws InftException {
    try {
      return files.log().readTail(position, header);
    } catch (CorruptObjectException e) {
      throw foreign("its write-ahead log lost commits: " + e.getMessage());
    }
  }

  private ForeignChangeException foreign(String what) {
    return new ForeignChangeException(files.database().toString(), what);
  }

  private static boolean endsAt(WalIndexHeader header, WalPosition position) {
    return header.maxFrame() == position.frame()
        && header.maxFrame() > 0
        && header.salt1() == position.salt1()
        && header.salt2() == position.salt2();
  }

  private void note(WalTail tail) {
    tail.frames().forEach(changes::committed);
    moveTo(tail.end());
  }

  /** Notes what is left of a log that may be beginning anew, up to its last frame. */
  void followOld(long lastFrame) throws InftException {
    if (lastFrame <= position.frame()) {
      return;
    }
    WalTail tail = files.log().continueOld(position, lastFrame);
    if (tail.lost()) {
      LOG.warn(
          "could not read the end of the old log of {}; comparing every page", files.database());
      changes.compareAll();
    }
    note(tail);
  }

  /** The log was cut off; every commit since the last look moved the index's change counter. */
  void cutOff() throws InftException {
    if (files.index().read().change() != seen.change()) {
      changes.compareAll();
    }
    moveTo(WalPosition.START);
  }

  /** Looks again, also when the index says what it said before. */
  void followAnew() throws InftException {
    seen = NOTHING_SEEN;
    follow();
  }
}
