package io.inft.replica.partial;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.restore.Restore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Read-only states of this process whose pages are not all here. All sessions of a state share one;
 * the last one that leaves closes it.
 */
final class PartialStates {
  private static final Logger LOG = LoggerFactory.getLogger(PartialStates.class);
  private static final ConcurrentMap<Path, PartialStates> OPEN = new ConcurrentHashMap<>();

  // Mutable, guarded by this; without sessions it is out of the map, or will be.
  private int sessions;
  private boolean over;
  private @Nullable PartialVersion version;

  private PartialStates() {}

  /** Where the pages of the version are, which takes a fetch. */
  @FunctionalInterface
  interface Pages {
    VersionPages get() throws InftException;
  }

  /**
   * Joins who has a state open, or opens it; empty if all of it is here.
   *
   * @param state its folder; the caller has a share of it
   * @throws io.inft.failure.WorkingCopyLockedException another process has it open
   * @throws CorruptObjectException what is here of it cannot be gone on with
   */
  static Optional<PartialVersion> join(
      Path state, Restore.Opened opened, Pages pages, Duration longestWait) throws InftException {
    Path database = state.resolve(WorkingCopy.DATABASE);
    while (true) {
      PartialStates shared = OPEN.get(state);
      if (shared == null) {
        if (!PartialVersion.isPartial(database)) {
          return Optional.empty();
        }
        shared = OPEN.computeIfAbsent(state, path -> new PartialStates());
      }
      Optional<PartialVersion> joined = shared.enter(state, database, opened, pages, longestWait);
      if (joined.isPresent()) {
        return joined;
      }
    }
  }

  /** Empty if it is over, so that the caller looks again. */
  private synchronized Optional<PartialVersion> enter(
      Path state, Path database, Restore.Opened opened, Pages pages, Duration longestWait)
      throws InftException {
    if (over) {
      return Optional.empty();
    }
    PartialVersion known = version;
    if (known == null) {
      boolean complete = false;
      try {
        if (PartialVersion.isPartial(database)) {
          known = PartialVersion.open(database, opened.tip(), pages.get(), longestWait);
          version = known;
          complete = true;
        }
      } catch (LocalStorageException e) {
        if (PartialVersion.isPartial(database)) {
          throw e;
        }
        LOG.debug("another process has brought the last page of {} just now", state, e);
      } finally {
        if (!complete) {
          over = true;
          OPEN.remove(state, this);
        }
      }
      if (known == null) {
        return Optional.empty();
      }
    }
    Optional<InftException> refusal = known.refusal();
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    sessions++;
    return Optional.of(known);
  }

  /** Gives a share back. What is here of a version that is none is no use to anybody. */
  static void leave(Path state) throws InftException {
    PartialStates shared = OPEN.get(state);
    if (shared != null) {
      shared.left(state);
    }
  }

  private synchronized void left(Path state) throws InftException {
    PartialVersion known = version;
    if (--sessions > 0 || known == null) {
      return;
    }
    over = true;
    OPEN.remove(state, this);
    known.close();
  }
}
