package io.inft.capture;

import io.inft.sqlite.WalFrame;
import io.inft.sqlite.WalPosition;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * Which pages differ from the newest staged version, and which frames of the log have them, now and
 * in that version. Guarded by the lock of {@link Capture}.
 */
final class Changes {
  /** Pages beyond the last one that a journal lists beforehand. */
  private static final int GROWTH_PAGES = 512;

  private final Clock clock;

  // Mutable.
  private Map<Long, Long> newestFrames = new HashMap<>();
  private Map<Long, Long> baseFrames = new HashMap<>();
  private PageSet dirty = new PageSet();
  private PageSet withoutBase = new PageSet();
  private TransactionTally tally = new TransactionTally();
  private boolean compareAll;
  private long baseVersion;
  private long commits;
  private long pinnedCommits;
  private WalPosition position = WalPosition.START;

  Changes(long baseVersion, boolean compareAll, Clock clock) {
    this.baseVersion = baseVersion;
    this.compareAll = compareAll;
    this.clock = clock;
  }

  boolean isEmpty() {
    return !compareAll && dirty.isEmpty();
  }

  int pages() {
    return dirty.size();
  }

  /** How many of the changed pages a database of so many pages has. */
  int pagesWithin(long pageCount) {
    PageSet within = dirty.copy();
    within.truncate(pageCount);
    return within.size();
  }

  /** Whether the changed pages are all known. */
  boolean isExact() {
    return !compareAll;
  }

  /** SQL commits since the newest staged version. */
  long commits() {
    return commits;
  }

  /** How many of them the newest pin holds. */
  long pinnedCommits() {
    return pinnedCommits;
  }

  /** They were counted before the log was opened, which may have lost some of it. */
  void recounted(long before) {
    commits = before;
  }

  /** How far the log has been read. */
  void readTo(WalPosition now) {
    position = now;
  }

  /** Whether the log has a page, as far as it was followed. */
  boolean isInLog(long page) {
    return newestFrames.containsKey(page);
  }

  /** A frame that the staged version holds. */
  void held(WalFrame frame) {
    baseFrames.put(frame.pageNumber(), frame.frame());
    newestFrames.put(frame.pageNumber(), frame.frame());
  }

  /** A frame that was found after the process had died: what it replaced is not known. */
  void found(WalFrame frame) {
    withoutBase.add(frame.pageNumber());
    committed(frame);
  }

  /** A frame that was committed since. */
  void committed(WalFrame frame) {
    newestFrames.put(frame.pageNumber(), frame.frame());
    dirty.add(frame.pageNumber());
    tally.frame(frame, clock.millis());
    if (frame.commits()) {
      commits++;
    }
  }

  /** What a journal knows of before the log that is there. */
  void journaled(CaptureJournal journal) {
    dirty.addAll(journal.pages());
    withoutBase.addAll(journal.pages());
    compareAll |= !journal.complete();
  }

  /** The frames seen so far are in the file, and others may take their places. */
  void logMoved() {
    newestFrames.clear();
    baseFrames.clear();
  }

  /** Pages may have changed that nobody knows of: every page must be compared. */
  void compareAll() {
    compareAll = true;
  }

  /** The changed pages are being moved into the file, over what the staged version has there. */
  void overwritesBase() {
    withoutBase.addAll(dirty);
  }

  /** What a journal must say now. */
  CaptureJournal journal(boolean complete) {
    return new CaptureJournal(
        baseVersion, complete && !compareAll, dirty.copy(), commits, position);
  }

  /**
   * A journal with the pages that the database will grow by: then most of what is committed in the
   * next moments is in it already.
   */
  CaptureJournal journalWithGrowth(long pageCount) {
    CaptureJournal journal = journal(true);
    if (!dirty.isEmpty()) {
      for (long page = 1; page <= GROWTH_PAGES; page++) {
        journal.pages().add(pageCount + page);
      }
    }
    return journal;
  }

  boolean isCoveredBy(CaptureJournal journal) {
    return journal.pages().containsAll(dirty);
  }

  /** All of it, held still; the tally of SQL commits goes with it. */
  Pin pinned(WorkingFiles files, WalPosition position, long pageCount, SqliteLink snapshot) {
    Pin pin =
        new Pin(
            baseVersion,
            pageCount,
            position,
            dirty.copy(),
            withoutBase.copy(),
            compareAll,
            images(files, position),
            new PageImages(files.logPages(), files.file(), position, Map.copyOf(baseFrames)),
            tally,
            snapshot);
    tally = new TransactionTally();
    pinnedCommits = commits;
    return pin;
  }

  PageImages images(WorkingFiles files, WalPosition position) {
    return new PageImages(files.logPages(), files.file(), position, Map.copyOf(newestFrames));
  }

  /** Everything up to a pin is in a version. */
  void staged(Pin pin, long version, boolean sameLog) {
    dirty.clear();
    newestFrames.forEach(
        (page, frame) -> {
          if (!sameLog || frame > pin.position().frame()) {
            dirty.add(page);
          }
        });
    baseFrames = sameLog ? new HashMap<>(pin.images().frames()) : new HashMap<>();
    withoutBase.clear();
    compareAll = false;
    baseVersion = version;
    commits = Math.max(0, commits - pinnedCommits);
    pinnedCommits = 0;
  }

  /** Nothing of a pin went into a version. */
  void released(Pin pin) {
    tally = pin.tally().followedBy(tally);
  }

  /** The version that the pages are compared with is as another one, page for page. */
  void renumbered(long version) {
    baseVersion = version;
  }

  /** Nothing is known of how the pages differ from a version. */
  void distrust(long version) {
    compareAll = true;
    baseVersion = version;
    baseFrames.clear();
  }
}
