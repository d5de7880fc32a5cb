package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.sqlite.DatabaseFile;
import io.inft.sqlite.WalFile;
import io.inft.sqlite.WalFrame;
import io.inft.sqlite.WalIndex;
import io.inft.sqlite.WalIndexHeader;
import io.inft.sqlite.WalPages;
import io.inft.sqlite.WalPosition;
import io.inft.sqlite.WalTail;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which pages changed since the newest staged version, and holds SQLite's log so that no
 * frame vanishes before it was seen.
 *
 * <p>The truth about commits is the WAL index and the committed frames of the WAL. Two connections
 * take turns at always being inside a read transaction ({@code hold}): frames newer than its
 * snapshot can neither be overwritten nor moved into the database file, whatever anybody calls. A
 * third one ({@code gate}) takes the write lock for the moment in which a checkpoint lets go of
 * that snapshot.
 *
 * <p>Before a checkpoint the changed pages are written to the {@link CaptureJournal}.
 *
 * <p>Safe for many threads; each public method takes the lock.
 */
final class Capture implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Capture.class);

  /** Frames in the log at which a checkpoint is tried. */
  static final long CHECKPOINT_FRAMES = 1000;

  /** Frames by which a checkpoint that readers kept from finishing is put off. */
  private static final long BACK_OFF_FRAMES = 500;

  /** Frames at which readers and writers are made to wait for the log to begin anew. */
  static final long FORCE_FRAMES = 4000;

  private static final Duration FORCE_WAIT = Duration.ofSeconds(1);
  private static final Duration GATE_WAIT = Duration.ofSeconds(2);
  private static final int PIN_ATTEMPTS = 8;

  /** Pages beyond the last one that a journal lists beforehand. */
  private static final int GROWTH_PAGES = 512;

  /** Makes a journal durable before it returns. */
  @FunctionalInterface
  interface Journals {
    void write(CaptureJournal journal) throws InftException;
  }

  private final Path generation;
  private final Journals journals;
  private final Path database;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final WalFile wal;
  private final WalPages walPages;
  private final WalIndex index;
  private final DatabaseFile file;
  private final SqliteLink gate;

  /** Whether a checkpoint is trying to get the write lock. */
  private volatile boolean waitsForWriters;

  // Mutable, guarded by the lock.
  private SqliteLink hold;
  private SqliteLink standby;
  private WalPosition position;
  private WalIndexHeader seen;
  private Map<Long, Long> newestFrames = new HashMap<>();
  private Map<Long, Long> baseFrames = new HashMap<>();
  private PageSet dirty = new PageSet();
  private PageSet withoutBase = new PageSet();
  private TransactionTally tally = new TransactionTally();
  private volatile boolean pinned;
  private boolean compareAll;
  private long baseVersion;
  private volatile long nextCheckpointFrame = CHECKPOINT_FRAMES;

  private Capture(
      Path generation,
      Journals journals,
      Path database,
      Clock clock,
      WalFile wal,
      WalPages walPages,
      WalIndex index,
      DatabaseFile file,
      SqliteLink[] links,
      long baseVersion) {
    this.generation = generation;
    this.journals = journals;
    this.database = database;
    this.clock = clock;
    this.wal = wal;
    this.walPages = walPages;
    this.index = index;
    this.file = file;
    this.hold = links[0];
    this.standby = links[1];
    this.gate = links[2];
    this.baseVersion = baseVersion;
    this.position = WalPosition.START;
    this.seen = new WalIndexHeader(0, 0, 0, 0, 0, 0, 0);
  }

  /**
   * Takes up a generation: finds out what changed since its newest staged version, even if the
   * process was killed, and begins to hold the log.
   *
   * @param staged where the log stood when the newest version was staged
   * @param creation pragmas for a database that does not exist yet
   */
  static Capture open(
      Path generation,
      Path database,
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
        baseVersion,
        staged,
        compareAll,
        creation,
        clock);
  }

  /** The same with another way to write journals. */
  static Capture open(
      Path generation,
      Journals journals,
      Path database,
      long baseVersion,
      WalPosition staged,
      boolean compareAll,
      Map<String, String> creation,
      Clock clock)
      throws InftException {
    SqliteLink[] links = new SqliteLink[3];
    WalFile wal = null;
    WalPages walPages = null;
    WalIndex index = null;
    DatabaseFile file = null;
    try {
      for (int i = 0; i < links.length; i++) {
        links[i] = SqliteLink.open(database, Duration.ofSeconds(5), i == 0 ? creation : Map.of());
        if (i == 0) {
          links[0].beginRead();
        }
      }
      Path log = database.resolveSibling(database.getFileName() + "-wal");
      wal = WalFile.open(log);
      walPages = WalPages.open(log);
      index = WalIndex.open(database.resolveSibling(database.getFileName() + "-shm"));
      file = DatabaseFile.open(database);
      Capture capture =
          new Capture(
              generation,
              journals,
              database,
              clock,
              wal,
              walPages,
              index,
              file,
              links,
              baseVersion);
      capture.recover(staged, compareAll);
      return capture;
    } catch (InftException | RuntimeException e) {
      closeAll(e, links[2], links[1], links[0], index, walPages, wal, file);
      throw e;
    }
  }

  private void recover(WalPosition staged, boolean compareEverything) throws InftException {
    lock.lock();
    try {
      compareAll = compareEverything;
      WalTail whole = wal.readTail(WalPosition.START, Long.MAX_VALUE);
      boolean sameLog =
          !whole.frames().isEmpty()
              && whole.end().salt1() == staged.salt1()
              && whole.end().salt2() == staged.salt2();
      long stagedFrame = sameLog ? staged.frame() : 0;
      for (WalFrame frame : whole.frames()) {
        if (frame.frame() <= stagedFrame) {
          baseFrames.put(frame.pageNumber(), frame.frame());
        } else {
          dirty.add(frame.pageNumber());
          withoutBase.add(frame.pageNumber());
          tally.frame(frame, clock.millis());
        }
        newestFrames.put(frame.pageNumber(), frame.frame());
      }
      position = whole.end();
      var journal = CaptureJournal.read(generation, baseVersion);
      if (journal.isPresent()) {
        dirty.addAll(journal.get().pages());
        withoutBase.addAll(journal.get().pages());
        compareAll |= !journal.get().complete();
      }
      captureTail();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the log changed since {@code last}; costs a few nanoseconds. */
  boolean changedSince(WalIndexHeader last) throws InftException {
    return index.changedSince(last);
  }

  /** The log's state now, as SQLite's index tells it. */
  WalIndexHeader header() throws InftException {
    return index.read();
  }

  /** Whether the log has grown so far that a checkpoint should be tried. */
  boolean wantsCheckpoint(WalIndexHeader header) {
    return header.maxFrame() >= nextCheckpointFrame;
  }

  /** Whether anything was committed that no version holds. */
  boolean isDirty() throws InftException {
    lock.lock();
    try {
      captureTail();
      return compareAll || !dirty.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether pages are known to have changed since the newest staged version. Not so when all must
   * be compared, to find out what has.
   */
  boolean knowsChanges() throws InftException {
    lock.lock();
    try {
      captureTail();
      return !dirty.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Pages known to have changed since the newest staged version, without looking again. */
  int dirtyPages() {
    lock.lock();
    try {
      return dirty.size();
    } finally {
      lock.unlock();
    }
  }

  private void captureTail() throws InftException {
    WalIndexHeader header = index.read();
    if (header.equals(seen)) {
      return;
    }
    if (endsAt(header, position)) {
      // All of it was seen. Not asked of the log: a writer may be beginning it anew right now.
      seen = header;
      return;
    }
    WalTail tail = wal.readTail(position, header);
    if (tail.lost()) {
      LOG.warn("the log of {} lost frames that were seen; comparing every page instead", database);
      compareAll = true;
      newestFrames.clear();
      baseFrames.clear();
    } else if (tail.restarted()) {
      newestFrames.clear();
      baseFrames.clear();
      nextCheckpointFrame = CHECKPOINT_FRAMES;
    }
    note(tail);
    seen = header;
  }

  private static boolean endsAt(WalIndexHeader header, WalPosition position) {
    return header.maxFrame() == position.frame()
        && header.maxFrame() > 0
        && header.salt1() == position.salt1()
        && header.salt2() == position.salt2();
  }

  private void note(WalTail tail) {
    for (WalFrame frame : tail.frames()) {
      newestFrames.put(frame.pageNumber(), frame.frame());
      dirty.add(frame.pageNumber());
      tally.frame(frame, clock.millis());
    }
    position = tail.end();
  }

  /**
   * Moves the held snapshot to the newest commit and says what changed since the newest staged
   * version. No checkpoint runs until {@link #staged} or {@link #release} is called, so the images
   * stay readable.
   */
  Pin pin() throws InftException {
    lock.lock();
    try {
      if (holdNewest()) {
        return pinned();
      }
      boolean gated = beginGate();
      try {
        if (tryPin()) {
          return pinned();
        }
      } finally {
        if (gated) {
          gate.rollback();
        }
      }
      throw new io.inft.failure.LocalDatabaseException(
          database.toString(), "take a snapshot", "writers kept committing for too long");
    } finally {
      lock.unlock();
    }
  }

  private boolean tryPin() throws InftException {
    captureTail();
    standby.beginRead();
    if (!index.read().equals(seen)) {
      standby.rollback();
      return false;
    }
    SqliteLink old = hold;
    hold = standby;
    standby = old;
    old.rollback();
    return true;
  }

  private Pin pinned() throws InftException {
    pinned = true;
    Pin pin =
        new Pin(
            baseVersion,
            seen.pageCount() == 0 ? pagesOfFile() : seen.pageCount(),
            position,
            dirty.copy(),
            withoutBase.copy(),
            compareAll,
            new PageImages(walPages, file, position, Map.copyOf(newestFrames)),
            new PageImages(walPages, file, position, Map.copyOf(baseFrames)),
            tally,
            hold);
    tally = new TransactionTally();
    return pin;
  }

  private long pagesOfFile() throws InftException {
    return Long.parseLong(hold.text("PRAGMA page_count"));
  }

  /** The newest sequence number in the application's event table; 0 if there is none. */
  long newestEvent() throws InftException {
    lock.lock();
    try {
      return EventTail.newest(gate);
    } finally {
      lock.unlock();
    }
  }

  private boolean beginGate() throws InftException {
    gate.execute("PRAGMA busy_timeout=" + GATE_WAIT.toMillis());
    waitsForWriters = true;
    try {
      return gate.tryBeginWrite();
    } finally {
      waitsForWriters = false;
    }
  }

  /**
   * Holds a writer back while a checkpoint waits for its turn, or is overdue: SQLite's write lock
   * is not fair, and the log would grow as long as writers are busy. While a version is being
   * staged nobody is held back. For callers that have no transaction open.
   */
  void letCheckpointPass(WalIndexHeader header) {
    boolean isLong = header.maxFrame() >= FORCE_FRAMES;
    long deadline = System.nanoTime() + GATE_WAIT.toNanos();
    while ((waitsForWriters || (isLong && !pinned && wantsCheckpoint(header)))
        && System.nanoTime() < deadline) {
      LockSupport.parkNanos(500_000);
    }
  }

  /** Whether the log on disk has commits behind a position. To be asked before SQLite opens it. */
  static boolean hasTail(Path database, WalPosition staged) throws InftException {
    try (WalFile wal = WalFile.open(database.resolveSibling(database.getFileName() + "-wal"))) {
      return !wal.readTail(staged, Long.MAX_VALUE).frames().isEmpty();
    }
  }

  /** The database's page size. */
  int pageSize() throws InftException {
    lock.lock();
    try {
      return Integer.parseInt(hold.text("PRAGMA page_size"));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the log on disk ends before a position that was seen in it: the machine lost power, and
   * the database is older than what was staged from it. To be asked before SQLite opens the
   * database.
   */
  static boolean lostTail(Path database, WalPosition staged) throws InftException {
    if (staged.frame() == 0) {
      return false;
    }
    try (WalFile wal = WalFile.open(database.resolveSibling(database.getFileName() + "-wal"))) {
      WalTail whole = wal.readTail(WalPosition.START, Long.MAX_VALUE);
      boolean sameLog =
          whole.end().salt1() == staged.salt1() && whole.end().salt2() == staged.salt2();
      return sameLog && whole.end().frame() < staged.frame();
    }
  }

  /**
   * A new read connection on exactly the pinned snapshot, for work that takes longer than until the
   * next version; empty when something was committed since.
   */
  java.util.Optional<SqliteLink> alsoPin(Pin pin) throws InftException {
    lock.lock();
    try {
      SqliteLink link = SqliteLink.open(database, Duration.ofSeconds(5), Map.of());
      try {
        link.beginRead();
        WalIndexHeader now = index.read();
        if (now.equals(seen) && pin.position().equals(position)) {
          return java.util.Optional.of(link);
        }
      } catch (InftException e) {
        closeAll(e, link);
        throw e;
      }
      link.close();
      return java.util.Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells that everything up to a pin is in a staged version. To be called after that version is
   * durable on this disk.
   */
  void staged(Pin pin, long version) throws InftException {
    lock.lock();
    try {
      captureTail();
      boolean sameLog =
          position.salt1() == pin.position().salt1() && position.salt2() == pin.position().salt2();
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
      pinned = false;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets which pages differ from a version: every page must be compared with it. */
  void distrust(long version) {
    lock.lock();
    try {
      compareAll = true;
      baseVersion = version;
      baseFrames.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Gives up a pin without a version: what it saw stays to be published. */
  void release(Pin pin) {
    lock.lock();
    try {
      tally = pin.tally().followedBy(tally);
      pinned = false;
    } finally {
      lock.unlock();
    }
  }

  /** Lets SQLite move the log into the database file if it has grown. Never loses track. */
  void checkpointIfWanted() throws InftException {
    lock.lock();
    try {
      if (pinned || !wantsCheckpoint(index.read())) {
        return;
      }
      int[] row = checkpointPassive();
      if (row[1] >= FORCE_FRAMES) {
        // Also when all was moved: readers that take turns keep the log from beginning anew.
        row = checkpointByForce("RESTART", FORCE_WAIT);
      } else if (isWhole(row)) {
        // The log begins anew with some later commit; until then there is nothing to move.
        nextCheckpointFrame = row[1] + CHECKPOINT_FRAMES;
      } else {
        nextCheckpointFrame = index.read().maxFrame() + BACK_OFF_FRAMES;
      }
      LOG.debug("checkpoint of {}: {} of {} frames moved", database, row[2], row[1]);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the whole log was moved into the file; SQLite says -1 for both when it could not look.
   */
  private static boolean isWhole(int[] row) {
    return row[0] == 0 && row[1] >= 0 && row[1] == row[2];
  }

  /** What the user's own {@code PRAGMA wal_checkpoint} becomes. */
  int[] checkpoint(String mode) throws InftException {
    lock.lock();
    try {
      if (pinned) {
        return new int[] {1, (int) index.read().maxFrame(), 0};
      }
      return mode.equals("PASSIVE") || mode.equals("NOOP")
          ? checkpointPassive()
          : checkpointByForce(mode, FORCE_WAIT);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves what is committed into the file, nearly all of it without holding anybody up: the hold
   * goes to the newest commit, the journal is forced to disk, SQLite moves the frames up to the
   * hold. Only then, with the write lock in hand, the hold lets go, so that the log can begin anew;
   * what was committed meanwhile is journaled and moved there, which is little.
   */
  private int[] checkpointPassive() throws InftException {
    if (!holdNewest()) {
      return busy();
    }
    PageSet journaled = journalWithGrowth();
    withoutBase.addAll(dirty);
    int[] row = standby.checkpoint("PASSIVE");
    boolean heldBack = row[0] != 0 || row[2] < position.frame();
    if (heldBack || !beginGate()) {
      return row;
    }
    try {
      captureTail();
      if (!journaled.containsAll(dirty)) {
        journal(true);
      }
      withoutBase.addAll(dirty);
      hold.rollback();
      try {
        row = hold.checkpoint("PASSIVE");
      } finally {
        hold.beginRead();
      }
      if (isWhole(row)) {
        newestFrames.clear();
        baseFrames.clear();
      }
      return row;
    } finally {
      gate.rollback();
    }
  }

  private int[] busy() throws InftException {
    return new int[] {1, (int) index.read().maxFrame(), 0};
  }

  /** Brings the hold to the newest commit; false if writers did not leave it the time. */
  private boolean holdNewest() throws InftException {
    for (int attempt = 0; attempt < PIN_ATTEMPTS; attempt++) {
      if (tryPin()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Writes the journal and lists in it, besides the changed pages, those the database will grow by:
   * then most of what is committed in the next moments is in it already.
   */
  private PageSet journalWithGrowth() throws InftException {
    PageSet pages = dirty.copy();
    if (!pages.isEmpty()) {
      for (long page = 1; page <= GROWTH_PAGES; page++) {
        pages.add(seen.pageCount() + page);
      }
    }
    journals.write(new CaptureJournal(baseVersion, !compareAll, pages));
    return pages;
  }

  /**
   * Makes readers and writers wait until the log can begin anew. Writers may commit between the
   * last look and the checkpoint, so until the tail of the old log was read the journal says:
   * compare everything.
   */
  private int[] checkpointByForce(String mode, Duration wait) throws InftException {
    captureTail();
    journal(false);
    hold.execute("PRAGMA busy_timeout=" + wait.toMillis());
    hold.rollback();
    int[] row;
    waitsForWriters = true;
    try {
      row = hold.checkpoint(mode);
    } finally {
      waitsForWriters = false;
      hold.beginRead();
    }
    boolean done = isWhole(row);
    if (done && mode.equals("TRUNCATE")) {
      // Nothing of the old log is left to read; every commit moves the index's change counter.
      compareAll |= index.read().change() != seen.change();
      position = WalPosition.START;
    } else if (row[1] > position.frame()) {
      WalTail tail = wal.continueOld(position, row[1]);
      if (tail.lost()) {
        LOG.warn("could not read the end of the old log of {}; comparing every page", database);
        compareAll = true;
      }
      note(tail);
    }
    withoutBase.addAll(dirty);
    if (done) {
      newestFrames.clear();
      baseFrames.clear();
      nextCheckpointFrame = row[1] + CHECKPOINT_FRAMES; // less when the log has begun anew
    } else {
      nextCheckpointFrame = index.read().maxFrame() + BACK_OFF_FRAMES;
    }
    seen = new WalIndexHeader(0, 0, 0, 0, 0, 0, 0);
    captureTail();
    journal(true);
    return row;
  }

  private void journal(boolean complete) throws InftException {
    journals.write(new CaptureJournal(baseVersion, complete && !compareAll, dirty));
  }

  PageImages images() {
    lock.lock();
    try {
      return new PageImages(walPages, file, position, Map.copyOf(newestFrames));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes the journal and lets go. The links close last, so SQLite moves the log into the file;
   * only then may the descriptors of the file be closed, because that drops SQLite's locks. When
   * the journal finds no room, the next open sees by the file's time that every page must be
   * compared.
   */
  @Override
  public void close() throws InftException {
    lock.lock();
    try {
      try {
        captureTail();
        journal(true);
      } catch (InftException | RuntimeException e) {
        closeAll(e, gate, standby, hold, index, walPages, wal, file);
        throw e;
      }
      InftException failure = closeAll(null, gate, standby, hold, index, walPages, wal, file);
      if (failure != null) {
        throw failure;
      }
    } finally {
      lock.unlock();
    }
  }

  private static @org.jspecify.annotations.Nullable InftException closeAll(
      @org.jspecify.annotations.Nullable Throwable first,
      @org.jspecify.annotations.Nullable AutoCloseable... closeables) {
    InftException failure = null;
    for (AutoCloseable closeable : closeables) {
      if (closeable == null) {
        continue;
      }
      try {
        closeable.close();
      } catch (Exception e) {
        if (first != null) {
          first.addSuppressed(e);
        } else if (failure != null) {
          failure.addSuppressed(e);
        } else if (e instanceof InftException ours) {
          failure = ours;
        } else {
          throw new IllegalStateException("closing fails in its own ways only", e);
        }
      }
    }
    return failure;
  }
}
