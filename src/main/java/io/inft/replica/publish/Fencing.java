package io.inft.replica.publish;

import io.inft.capture.Capture;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.replica.local.Fork;
import io.inft.replica.publish.version.GenerationFolder;
import io.inft.replica.restore.DatabaseScope;
import io.inft.sqlite.WalIndexHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a generation that lost from doing harm: one whose head another writer moved first, or whose
 * file is another one than SQLite left. It is put aside whole; nothing of it is lost, and nothing
 * goes on as if it had won. Safe for many threads.
 */
final class Fencing {
  private static final Logger LOG = LoggerFactory.getLogger(Fencing.class);

  /** What was committed to a database file that another one was put in the place of. */
  private static final String RESCUED = "rescued.sqlite";

  private final DatabaseScope scope;
  private final GenerationFolder folder;
  private final Capture capture;
  private final GenerationState state;

  // Mutable, guarded by this.
  private volatile @Nullable ForkException fork;

  /** Where what was committed is saved; null while nothing need be. */
  private @Nullable Path rescuedTo;

  /** The log as it is saved there; null if that failed. */
  private @Nullable WalIndexHeader rescued;

  Fencing(DatabaseScope scope, GenerationFolder folder, Capture capture, GenerationState state) {
    this.scope = scope;
    this.folder = folder;
    this.capture = capture;
    this.state = state;
  }

  /** Why the generation was put aside; empty while it goes on. */
  Optional<ForkException> fork() {
    return Optional.ofNullable(fork);
  }

  /**
   * Looks whether the files that are open here are those at their paths.
   *
   * @throws ForkException they are not, or the generation was put aside before
   */
  void requireOwnFiles() throws InftException {
    ForkException before = fork;
    if (before != null) {
      throw before;
    }
    try {
      capture.requireSameFiles();
    } catch (ForeignChangeException e) {
      throw foreign(e);
    }
  }

  /**
   * Puts the generation aside because its file is another one than SQLite left. First, so that no
   * call begins any more that would commit there; then what was committed is saved.
   */
  ForkException foreign(ForeignChangeException found) throws InftException {
    synchronized (this) {
      if (fork == null && !Files.isDirectory(folder.path())) {
        // Nothing is left to put aside, and nowhere to say so.
        fork = ForkException.of(id(), folder.path().toString(), found);
      }
    }
    try {
      return putAside(found);
    } finally {
      rescue();
    }
  }

  /**
   * Nobody uses the generation any more: calls that were under way when it was put aside may have
   * committed after that.
   */
  synchronized void rescueRest() {
    if (rescuedTo != null) {
      rescue();
    }
  }

  /** What was committed to a file that is not at its path any more; without it nobody could. */
  private synchronized void rescue() {
    Path database = folder.database();
    Path target = rescuedTo;
    if (target == null) {
      target = Files.exists(database) ? folder.path().resolve(RESCUED) : database;
    }
    try {
      if (rescuedTo == null && !target.equals(database) && capture.isAtItsPath()) {
        return;
      }
      WalIndexHeader now = capture.header(); // before the copy: what comes later is seen next time
      if (rescued != null && !capture.changedSince(rescued)) {
        return;
      }
      rescuedTo = target;
      capture.rescueTo(target);
      rescued = now;
      LOG.warn("what was committed is saved in {}", target);
    } catch (InftException e) {
      LOG.warn("what was committed could not be saved to {}: {}", target, e.getMessage(), e);
    }
  }

  /** The loser of a race, or what somebody changed: the first cause counts. */
  synchronized ForkException putAside(InftException cause) throws InftException {
    ForkException lost = fork;
    if (lost == null) {
      boolean foreign = cause instanceof ForeignChangeException;
      lost =
          cause instanceof ForeignChangeException change
              ? ForkException.of(id(), folder.path().toString(), change)
              : new ForkException(id(), folder.path().toString(), cause);
      state.putAside(
          foreign ? Fork.Kind.FOREIGN_CHANGE : Fork.Kind.FORK, String.valueOf(cause.getMessage()));
      // Only now: what could not be written down is found and put aside at the next try.
      fork = lost;
      scope.observed().forked(cause);
      LOG.warn("{}", lost.getMessage());
    }
    return lost;
  }

  private String id() {
    return scope.id().toString();
  }
}
