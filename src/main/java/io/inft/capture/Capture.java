package io.inft.capture;

import io.inft.failure.ForeignChangeException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.lazy.PartialDatabase;
import io.inft.sqlite.LockPage;
import io.inft.sqlite.WalIndexHeader;
import io.inft.sqlite.WalPosition;
import io.inft.sqlite.WriterQueue;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Knows which pages changed since the newest staged version: {@link LogFollower} sees what is
 * committed, {@link Changes} remembers it, {@link ReadMarkHolder} keeps the log from vanishing,
 * {@link Checkpoints} let it begin anew. Safe for many threads; each public method takes the lock
 * that guards all of them, except those that say what they cost.
 */
public final class Capture implements AutoCloseable {
  private static final int WAL_HEADER_BYTES = 32;
  private static final int FRAME_HEADER_BYTES = 24;

  private final WorkingFiles files;
  private final WriterQueue writers = new WriterQueue();
  private final Changes changes;
  private final CheckpointPace pace = new CheckpointPace();
  private final LogFollower log;
  private final ReadMarkHolder hold;
  private final Checkpoints checkpoints;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock: the database file as this engine left it, and whether others wrote to it.
  private FileMark mark = new FileMark(-1, 0);
  private boolean touched;

  /** Whether pages may have come since the mark was taken, which is nobody else's doing. */
  private boolean arriving;

  /** Whether a version is being staged; changed under the lock. */
  private volatile boolean pinned;

  private Capture(WorkingFiles files, Changes changes, Checkpoints.Journals journals) {
    this.files = files;
    this.arriving = files.file().isPartial();
    this.changes = changes;
    this.log = new LogFollower(files, changes, pace);
    this.hold = new ReadMarkHolder(files, log, writers);
    this.checkpoints = new Checkpoints(files, log, changes, hold, pace, journals);
  }

  /**
   * Takes up a generation: finds out what changed since its newest staged version, even if the
   * process was killed, and begins to hold the log.
   *
   * @param partial what brings the database's pages; empty if they are all here
   * @param staged where the log stood when the newest version was staged
   * @param creation pragmas for a database that does not exist yet
   */
  public static Capture open(
      Path generation,
      Path database,
      Optional<PartialDatabase> partial,
      long baseVersion,
      WalPosition staged,
      boolean compareAll,
      Map<String, String> creation,
      Clock clock)
      throws InftException {
    return open(
        generation,
        journal -> journal.write(generation),
        database,
        partial,
        baseVersion,
        staged,
        compareAll,
        creation,
        clock);
  }

  /** Opens with another way to write journals. */
  public static Capture open(
      Path generation,
      Checkpoints.Journals journals,
      Path database,
      Optional<PartialDatabase> partial,
      long baseVersion,
      WalPosition staged,
      boolean compareAll,
      Map<String, String> creation,
      Clock clock)
      throws InftException {
    WorkingFiles files = WorkingFiles.open(database, partial, creation);
    try {
      Changes changes = new Changes(baseVersion, compareAll, clock);
      Capture capture = new Capture(files, changes, journals);
      capture.recover(staged, CaptureJournal.read(generation, baseVersion));
      capture.moved();
      return capture;
    } catch (InftException | RuntimeException e) {
      files.close(e);
      throw e;
    }
  }

  private void recover(WalPosition staged, Optional<CaptureJournal> journal) throws InftException {
    lock.lock();
    try {
      log.takeUp(staged);
      journal.ifPresent(changes::journaled);
      log.follow();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the log changed since {@code last}; costs a few nanoseconds. */
  public boolean changedSince(WalIndexHeader last) throws InftException {
    return files.index().changedSince(last);
  }

  /** The log's state now, as SQLite's index tells it; takes no lock. */
  public WalIndexHeader header() throws InftException {
    return files.index().read();
  }

  /** Where writers of the database wait for each other, and checkpoints for them; takes no lock. */
  public WriterQueue writers() {
    return writers;
  }

  /** Whether the log has grown so far that a checkpoint should be tried; a volatile read. */
  public boolean wantsCheckpoint(WalIndexHeader header) {
    return pace.wants(header);
  }

  /** Whether the changed pages are all known, so that not every page must be compared. */
  public boolean isExact() {
    lock.lock();
    try {
      return changes.isExact();
    } finally {
      lock.unlock();
    }
  }

  /** Whether anything was committed that no version holds. */
  public boolean isDirty() throws InftException {
    lock.lock();
    try {
      log.follow();
      return !changes.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether pages are known to have changed since the newest staged version. Not so when all must
   * be compared, to find out what has.
   */
  public boolean knowsChanges() throws InftException {
    lock.lock();
    try {
      log.follow();
      return changes.pages() > 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * What is committed and in no version.
   *
   * @param exact whether all changed pages are known
   */
  public record Loose(long commits, long pages, int pageSize, boolean exact) {}

  /** Looks at the log first, so that nothing is missing. */
  public Loose loose() throws InftException {
    lock.lock();
    try {
      log.follow();
      long pageCount = log.seen().pageCount();
      return new Loose(
          changes.commits(),
          pageCount == 0 ? changes.pages() : changes.pagesWithin(pageCount),
          (int) number("PRAGMA page_size"),
          changes.isExact());
    } finally {
      lock.unlock();
    }
  }

  /** How many commits the pin holds, also those of a process before. */
  public long pinnedCommits() {
    lock.lock();
    try {
      return changes.pinnedCommits();
    } finally {
      lock.unlock();
    }
  }

  /** How many commits there were before this capture began, told from the files as they lay. */
  public void recounted(long commits) {
    lock.lock();
    try {
      changes.recounted(commits);
    } finally {
      lock.unlock();
    }
  }

  /**
   * How many pages are dirty after a look at the log; empty when somebody else is at work for
   * longer than that.
   */
  public OptionalInt dirtyPagesWithin(Duration patience) throws InftException {
    try {
      if (!lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return OptionalInt.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
    try {
      log.follow();
      return OptionalInt.of(changes.pages());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves the held snapshot to the newest commit and says what changed since the newest staged
   * version. No checkpoint runs until {@link #staged} or {@link #release} is called, so the images
   * stay readable.
   */
  public Pin pin() throws InftException {
    lock.lock();
    try {
      requireOwnFiles();
      hold.toNewestForSure();
      Pin pin = changes.pinned(files, log.position(), pageCount(), hold.snapshot());
      pinned = true;
      return pin;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks whether the files at their paths are those that are open, and as long as they must be.
   *
   * @throws ForeignChangeException they are not
   */
  public void requireSameFiles() throws InftException {
    lock.lock();
    try {
      requireOwnFiles();
    } finally {
      lock.unlock();
    }
  }

  /** Takes note of what the database file looks like after this engine's own change to it. */
  private void moved() throws LocalStorageException {
    mark = FileMark.of(files.database());
  }

  private void lookAtFile() throws LocalStorageException {
    if (arriving) {
      arriving = files.file().isPartial();
      return;
    }
    touched |= !mark.equals(FileMark.of(files.database()));
  }

  /**
   * Whether nobody but this engine wrote to the database file while it was open, and the log has
   * all that its index speaks of. If not, the file must be proved page by page at the next open.
   */
  public boolean isUntouched() throws InftException {
    lock.lock();
    try {
      lookAtFile();
      long frames = header().maxFrame();
      long expected =
          frames == 0
              ? 0
              : WAL_HEADER_BYTES + frames * (FRAME_HEADER_BYTES + number("PRAGMA page_size"));
      FileMark log = FileMark.of(WorkingFiles.logOf(files.database()));
      return !touched && Math.max(0, log.sizeBytes()) >= expected;
    } finally {
      lock.unlock();
    }
  }

  private void requireOwnFiles() throws InftException {
    files.same().require();
    log.follow();
    long pages = log.seen().pageCount();
    if (pages == 0) {
      return;
    }
    int pageSize = (int) number("PRAGMA page_size");
    for (long page = files.file().sizeBytes() / pageSize + 1; page <= pages; page++) {
      if (!changes.isInLog(page) && page != LockPage.number(pageSize)) {
        throw new ForeignChangeException(
            files.database().toString(), "it was cut off before page " + page);
      }
    }
  }

  /** Whether the database file is the one at its path. */
  public boolean isAtItsPath() throws InftException {
    return files.same().isDatabaseAtItsPath();
  }

  /**
   * Saves what is committed to a file that was deleted or replaced at its path: while it is open
   * here it can still be read.
   */
  public void rescueTo(Path target) throws InftException {
    lock.lock();
    try {
      files.gate().backupTo(target);
    } finally {
      lock.unlock();
    }
  }

  private long pageCount() throws InftException {
    long pageCount = log.seen().pageCount();
    return pageCount == 0 ? number("PRAGMA page_count") : pageCount;
  }

  private long number(String pragma) throws InftException {
    return Long.parseLong(hold.snapshot().text(pragma));
  }

  /** The newest sequence number in the application's event table; 0 if there is none. */
  public long newestEvent() throws InftException {
    lock.lock();
    try {
      return EventTail.newest(files.gate());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Holds a writer back while a checkpoint is overdue: the log would grow as long as writers are
   * busy. While a version is being staged nobody is held back. For callers that have no transaction
   * open; takes no lock.
   */
  public void letCheckpointPass(WalIndexHeader header) {
    long deadline = System.nanoTime() + ReadMarkHolder.PATIENCE.toNanos();
    while (!pinned
        && files.file().takesWrites()
        && pace.isOverdue(header)
        && System.nanoTime() < deadline) {
      LockSupport.parkNanos(500_000);
    }
  }

  /** The database's page size. */
  public int pageSize() throws InftException {
    lock.lock();
    try {
      return (int) number("PRAGMA page_size");
    } finally {
      lock.unlock();
    }
  }

  /**
   * A new read connection on exactly the pinned snapshot, for work that takes longer than until the
   * next version; empty when something was committed since.
   */
  public Optional<SqliteLink> alsoPin(Pin pin) throws InftException {
    lock.lock();
    try {
      return pin.position().equals(log.position()) ? hold.another() : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells that everything up to a pin is in a staged version. To be called after that version is
   * durable on this disk.
   */
  public void staged(Pin pin, long version) {
    lock.lock();
    try {
      changes.staged(pin, version, log.isInLogOf(pin.position()));
      pinned = false;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets which pages differ from a version: every page must be compared with it. */
  public void distrust(long version) {
    lock.lock();
    try {
      changes.distrust(version);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The newest staged version was taken back, and the one before it has the same pages: from now on
   * they are compared with that, and the journal on disk says so.
   */
  public void renumber(long version) throws InftException {
    lock.lock();
    try {
      changes.renumbered(version);
      checkpoints.journal(true);
    } finally {
      lock.unlock();
    }
  }

  /** Gives up a pin without a version: what it saw stays to be published. */
  public void release(Pin pin) {
    lock.lock();
    try {
      changes.released(pin);
      pinned = false;
    } finally {
      lock.unlock();
    }
  }

  /** Lets SQLite move the log into the database file if it has grown. Never loses track. */
  public void checkpointIfWanted() throws InftException {
    lock.lock();
    try {
      if (!pinned && files.file().takesWrites() && pace.wants(header())) {
        lookAtFile();
        checkpoints.ifWanted();
        moved();
      }
    } finally {
      lock.unlock();
    }
  }

  /** What the user's own {@code PRAGMA wal_checkpoint} becomes. */
  public int[] checkpoint(String mode) throws InftException {
    lock.lock();
    try {
      if (pinned || !files.file().takesWrites()) {
        return checkpoints.busy();
      }
      lookAtFile();
      int[] row =
          mode.equals("PASSIVE") || mode.equals("NOOP")
              ? checkpoints.passive()
              : checkpoints.byForce(mode);
      moved();
      return row;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes the journal and lets go. When the journal finds no room, the log is kept as it is: then
   * it tells what changed.
   */
  @Override
  public void close() throws InftException {
    lock.lock();
    try {
      if (!files.file().takesWrites()) {
        files.closeKeepingLog(); // it tells what changed
        return;
      }
      try {
        log.follow();
        checkpoints.journalLeft(
            changes.images(files, log.position()), pageCount(), (int) number("PRAGMA page_size"));
      } catch (InftException | RuntimeException | Error e) {
        files.closeKeepingLog(e);
        throw e;
      }
      files.close();
    } finally {
      lock.unlock();
    }
  }
}
