package io.inft.capture;

import io.inft.failure.InftException;
import io.inft.sqlite.WalIndexHeader;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets SQLite move its log into the database file without losing track of what changed: before any
 * frame is moved, its page is in a {@link CaptureJournal} on disk. Guarded by the lock of {@link
 * Capture}.
 */
final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final Duration FORCE_WAIT = Duration.ofSeconds(1);

  /** Makes a journal durable before it returns. */
  @FunctionalInterface
  interface Journals {
    void write(CaptureJournal journal) throws InftException;
  }

  private final WorkingFiles files;
  private final LogFollower log;
  private final Changes changes;
  private final ReadMarkHolder hold;
  private final CheckpointPace pace;
  private final Journals journals;

  Checkpoints(
      WorkingFiles files,
      LogFollower log,
      Changes changes,
      ReadMarkHolder hold,
      CheckpointPace pace,
      Journals journals) {
    this.files = files;
    this.log = log;
    this.changes = changes;
    this.hold = hold;
    this.pace = pace;
    this.journals = journals;
  }

  void ifWanted() throws InftException {
    if (!pace.wants(header())) {
      return;
    }
    int[] row = passive();
    if (row[1] >= CheckpointPace.FORCE_FRAMES) {
      // Also when all was moved: readers that take turns keep the log from beginning anew.
      row = byForce("RESTART");
    } else if (isWhole(row)) {
      pace.moved(row[1]);
    } else {
      pace.putOff(header().maxFrame());
    }
    LOG.debug("checkpoint of {}: {} of {} frames moved", files.database(), row[2], row[1]);
  }

  private WalIndexHeader header() throws InftException {
    return files.index().read();
  }

  /**
   * Whether the whole log was moved into the file; SQLite says -1 for both when it could not look.
   */
  private static boolean isWhole(int[] row) {
    return row[0] == 0 && row[1] >= 0 && row[1] == row[2];
  }

  /** SQLite's answer when it could move nothing. */
  int[] busy() throws InftException {
    return new int[] {1, (int) header().maxFrame(), 0};
  }

  /**
   * Moves what is committed into the file, nearly all of it without holding anybody up: the hold
   * goes to the newest commit, the journal is forced to disk, SQLite moves the frames up to the
   * hold. Only then, with the write lock in hand, the hold lets go, so that the log can begin anew;
   * what was committed meanwhile is journaled and moved there, which is little.
   */
  int[] passive() throws InftException {
    if (!hold.toNewest()) {
      return busy();
    }
    CaptureJournal journal = changes.journalWithGrowth(log.seen().pageCount());
    journals.write(journal);
    changes.overwritesBase();
    int[] row = hold.checkpointBelow();
    boolean heldBack = row[0] != 0 || row[2] < log.position().frame();
    if (heldBack || !hold.beginGate()) {
      return row;
    }
    try {
      log.follow();
      if (!changes.isCoveredBy(journal)) {
        journal(true);
      }
      changes.overwritesBase();
      row = hold.checkpointLettingGo("PASSIVE");
      if (isWhole(row)) {
        changes.logMoved();
      }
      return row;
    } finally {
      hold.endGate();
    }
  }

  /**
   * Makes readers and writers wait until the log can begin anew. Writers may commit between the
   * last look and the checkpoint, so until the tail of the old log was read the journal says:
   * compare everything.
   */
  int[] byForce(String mode) throws InftException {
    log.follow();
    journal(false);
    int[] row = forced(mode);
    boolean done = isWhole(row);
    if (done && mode.equals("TRUNCATE")) {
      log.cutOff();
    } else {
      log.followOld(row[1]);
    }
    changes.overwritesBase();
    if (done) {
      changes.logMoved();
      pace.moved(row[1]); // less when the log has begun anew
    } else {
      pace.putOff(header().maxFrame());
    }
    log.followAnew();
    journal(true);
    return row;
  }

  /** One that fails may have moved anything that is committed, seen or not. */
  private int[] forced(String mode) throws InftException {
    boolean ended = false;
    try {
      int[] row = hold.checkpointMakingOthersWait(mode, FORCE_WAIT);
      ended = true;
      return row;
    } finally {
      if (!ended) {
        changes.compareAll();
      }
    }
  }

  /** Writes down what changed, and what a close leaves of it in the file. */
  void journalLeft(PageImages images, long pageCount, int pageSize) throws InftException {
    CaptureJournal journal = changes.journal(true);
    PageSet covered = journal.covered(pageCount);
    covered.remove(io.inft.sqlite.LockPage.number(pageSize));
    journals.write(
        covered.isEmpty()
            ? journal
            : journal.with(
                CaptureJournal.Content.of(covered, pageSize, page -> images.page(page, pageSize))));
  }

  /** Writes down what changed. */
  void journal(boolean complete) throws InftException {
    journals.write(changes.journal(complete));
  }
}
