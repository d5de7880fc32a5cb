package io.inft.replica;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be said of a generation that nobody has open, by looking at its files. */
record IdleGeneration(Path folder, LineState state) {
  private static final Logger LOG = LoggerFactory.getLogger(IdleGeneration.class);

  private Path database() {
    return folder.resolve(Restore.DATABASE);
  }

  /** Whether all of it was published, so that nothing is lost with it. */
  static boolean isUntouched(Path generation) throws InftException {
    if (!LineState.isIn(generation)) {
      return false;
    }
    LineState state;
    try {
      state = LineState.read(generation);
    } catch (CorruptObjectException e) {
      LOG.warn("{} is kept: {}", generation, e.getMessage());
      return false;
    }
    return state.putAside().isEmpty() && !new IdleGeneration(generation, state).hasUnpublished();
  }

  /** Whether it has anything that the registry does not know. */
  boolean hasUnpublished() throws InftException {
    if (!state.outgoing().isEmpty()) {
      return true;
    }
    Optional<CaptureJournal> journal = CaptureJournal.read(folder, state.newest());
    boolean journaled =
        journal.isPresent() && (!journal.get().complete() || !journal.get().pages().isEmpty());
    boolean unknown = state.newest() > 0 && !new LeavesFile(folder).exists();
    return unknown || journaled || LogAtRest.hasTail(database(), state.staged()) || touched();
  }

  /** Whether somebody wrote to the database file since its orderly close. */
  boolean touched() throws InftException {
    Path database = database();
    if (state.closed().sizeBytes() == 0) {
      // Never closed in order. Its log is there then, unless somebody else opened and closed it.
      return Files.exists(database)
          && !Files.exists(database.resolveSibling(database.getFileName() + "-wal"));
    }
    try {
      return Files.size(database) != state.closed().sizeBytes()
          || Files.getLastModifiedTime(database).toMillis() != state.closed().millis();
    } catch (IOException e) {
      throw new LocalStorageException(database, "look at", e);
    }
  }
}
