package io.inft.replica.local;

import io.inft.capture.CaptureJournal;
import io.inft.capture.LogAtRest;
import io.inft.capture.PageSet;
import io.inft.capture.WorkingFiles;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.lazy.PartialDatabase;
import io.inft.registry.Kind;
import io.inft.sqlite.WalTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be said of a generation that nobody has open, by looking at its files. */
public record IdleGeneration(Path folder, WriterState state) {
  private static final Logger LOG = LoggerFactory.getLogger(IdleGeneration.class);

  private Path database() {
    return folder.resolve(WorkingCopy.DATABASE);
  }

  /** Whether all of it was published, so that nothing is lost with it. */
  public static boolean isUntouched(Path generation) throws InftException {
    if (!WriterState.isIn(generation)) {
      return false;
    }
    WriterState state;
    try {
      state = WriterState.read(generation);
    } catch (CorruptObjectException | FormatTooNewException | FormatTooOldException e) {
      LOG.warn("{} is kept: {}", generation, e.getMessage());
      return false;
    }
    return state.putAside().isEmpty() && !new IdleGeneration(generation, state).hasUnpublished();
  }

  /** Whether it has anything that the registry does not know. */
  public boolean hasUnpublished() throws InftException {
    if (!state.outgoing().stream().allMatch(one -> one.kind().equals(Kind.ARCHIVE))) {
      return true;
    }
    // What only carries others has nothing of its own.
    Optional<CaptureJournal> journal = CaptureJournal.read(folder, state.newest());
    boolean journaled =
        journal.isPresent() && (!journal.get().complete() || !journal.get().pages().isEmpty());
    boolean unknown = state.newest() > 0 && !knowsPages();
    return unknown || journaled || LogAtRest.hasTail(database(), state.staged()) || touched();
  }

  /**
   * Whether it can be told what changed. As long as not all pages are here nothing is moved into
   * the file before the page hashes are, and the log tells.
   */
  private boolean knowsPages() {
    return new PageHashesFile(folder).exists() || PartialDatabase.isPartial(database());
  }

  /**
   * What of it the registry does not know, told from its files alone: somebody may have it open.
   * The database file itself is not opened, because closing it again would drop SQLite's locks if
   * that somebody is in this process.
   */
  public Lag unpublished() throws InftException {
    Optional<CaptureJournal> journal = CaptureJournal.read(folder, state.newest());
    WalTail tail = LogAtRest.tail(database(), state.staged());
    PageSet pages = journal.map(one -> one.pages().copy()).orElseGet(PageSet::new);
    if (tail.databasePages() > 0) {
      pages.truncate(tail.databasePages());
    }
    tail.frames().forEach(frame -> pages.add(frame.pageNumber()));
    long commits = looseCommits(journal, tail);
    boolean exact =
        journal.map(CaptureJournal::complete).orElse(true) && (state.newest() == 0 || knowsPages());
    if (commits == 0 && pages.isEmpty() && state.outgoing().isEmpty() && exact) {
      return Lag.NOTHING;
    }
    long all = pages.size() + state.backlog().pages();
    return new Lag(
        commits + state.backlog().commits(),
        all,
        all * pageSize(),
        state.outgoing().size(),
        Optional.of(since(tail, pages)),
        exact);
  }

  /** What the journal counted, and what came behind it. */
  private long looseCommits(Optional<CaptureJournal> journal, WalTail tail) throws InftException {
    if (journal.isEmpty() || journal.get().commits() < 0) {
      return tail.commits();
    }
    WalTail behind = LogAtRest.tail(database(), journal.get().position());
    return journal.get().commits() + Math.min(behind.commits(), tail.commits());
  }

  private int pageSize() throws InftException {
    int known = LogAtRest.pageSize(database());
    return known != 0 ? known : state.backlog().pageSize();
  }

  /** What was written down; else the age of what holds the commits, which bounds it. */
  private Instant since(WalTail tail, PageSet pages) throws InftException {
    if (state.backlog().sinceMillis() != 0) {
      return Instant.ofEpochMilli(state.backlog().sinceMillis());
    }
    List<Path> holders = new ArrayList<>();
    if (!tail.isEmpty()) {
      holders.add(WorkingFiles.logOf(database()));
    }
    if (!pages.isEmpty()) {
      holders.add(folder.resolve(CaptureJournal.FILE));
    }
    if (!state.outgoing().isEmpty()) {
      holders.add(folder.resolve(WriterState.FILE));
    }
    Instant oldest = Instant.now();
    for (Path holder : holders) {
      try {
        Instant modified = Files.getLastModifiedTime(holder).toInstant();
        oldest = modified.isBefore(oldest) ? modified : oldest;
      } catch (NoSuchFileException gone) {
        LOG.debug("{} has gone meanwhile", holder);
      } catch (IOException e) {
        throw new LocalStorageException(holder, "look at", e);
      }
    }
    return oldest;
  }

  /** Whether somebody wrote to the database file since its orderly close. */
  boolean touched() throws InftException {
    Path database = database();
    if (!Files.exists(database)) {
      return state.newest() > 0 || state.closed().sizeBytes() > 0;
    }
    if (PartialDatabase.isPartial(database)) {
      return false; // pages come into it, and nobody else can open it
    }
    if (state.closed().sizeBytes() == 0) {
      // Never closed in order. Its log is there then, unless somebody else opened and closed it.
      return !Files.exists(database.resolveSibling(database.getFileName() + "-wal"));
    }
    try {
      return Files.size(database) != state.closed().sizeBytes()
          || Files.getLastModifiedTime(database).toMillis() != state.closed().millis();
    } catch (IOException e) {
      throw new LocalStorageException(database, "look at", e);
    }
  }
}
