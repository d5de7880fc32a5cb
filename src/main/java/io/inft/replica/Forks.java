package io.inft.replica;

import io.inft.bytes.Digest;
import io.inft.bytes.Scratch;
import io.inft.capture.SqliteLink;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.ForeignFileException;
import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.failure.LocalStorageException;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Fork;
import io.inft.replica.local.ForkTable;
import io.inft.replica.local.Network;
import io.inft.replica.local.PutAside;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.local.WriterState;
import io.inft.replica.partial.PartialBase;
import io.inft.replica.partial.PartialVersion;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.Restore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What can be done with what was put aside: look at it, take it out, take note of it. Nothing here
 * changes what lies there, and no lock is taken; connections that are bound to it may be open.
 */
public final class Forks {
  private Forks() {}

  /** All that was put aside on this machine, oldest first, acknowledged or not. */
  public static List<Fork> list(EngineSettings settings, Network network) throws InftException {
    return WorkingCopy.forks(Databases.folderOf(settings, network));
  }

  /**
   * What was put aside under a name.
   *
   * @throws ForeignFileException nothing was
   */
  public static Fork named(EngineSettings settings, Network network, String generation)
      throws InftException {
    List<Fork> all = list(settings, network);
    return all.stream()
        .filter(fork -> fork.name().equals(generation))
        .findFirst()
        .orElseThrow(
            () ->
                new ForeignFileException(
                    Databases.folderOf(settings, network).resolve(generation).toString(),
                    "no generation of the name '"
                        + generation
                        + "' was put aside; "
                        + (all.isEmpty()
                            ? "none was: this machine has no fork of '" + settings.id() + "'"
                            : "those that were: "
                                + String.join(", ", all.stream().map(Fork::name).toList())
                                + " ('inft forks list "
                                + settings.id()
                                + " --all')")));
  }

  /**
   * Takes note of something: it is not listed as pending any more, and nobody is told of it again.
   * The data stays.
   */
  public static Fork acknowledge(EngineSettings settings, Network network, String generation)
      throws InftException {
    Fork fork = named(settings, network, generation);
    PutAside.acknowledged(fork.generation(), Instant.now());
    return named(settings, network, generation);
  }

  /**
   * Puts aside what this machine has on its way, so that it is never sent; nothing of it is lost.
   * An anchor that was sent before may still take effect, and its version is the head then.
   *
   * @return what was put aside; empty if nothing was on its way
   * @throws io.inft.failure.WorkingCopyLockedException a process has the database open
   */
  public static Optional<Fork> dropOutbox(EngineSettings settings, Network network)
      throws InftException {
    if (Databases.local(settings, network).outbox().isEmpty()) {
      return Optional.empty();
    }
    try (WorkingCopy working = WorkingCopy.open(settings.home(), network, settings.id())) {
      Optional<Path> current = working.currentNotPutAside();
      if (current.isEmpty()) {
        return Optional.empty();
      }
      WriterState state = WriterState.read(current.get());
      if (state.outgoing().isEmpty()) {
        return Optional.empty();
      }
      String reason = "it was on its way and was dropped";
      working.putAside(current.get(), state, Fork.Kind.FORK, reason, Instant.now());
      PutAside.told(current.get(), Instant.now());
      return PutAside.in(current.get());
    }
  }

  /**
   * Writes a database that was put aside to a file of its own, with all that is committed in it,
   * readable by its owner only. It appears whole or not at all.
   *
   * @param replace whether an existing file may be replaced
   */
  public static Fork export(
      EngineSettings settings, Network network, String generation, Path target, boolean replace)
      throws InftException {
    Fork fork = named(settings, network, generation);
    if (Files.exists(target) && !replace) {
      throw new ForeignFileException(
          target.toString(), "it exists already and would be overwritten (--force replaces it)");
    }
    try (Scratch scratch = Scratch.inHome(settings.home(), "fork")) {
      Databases.copyWhole(image(scratch, fork, settings, network), target);
    }
    return fork;
  }

  /**
   * The tables of a database that was put aside, each compared with another state if one is given.
   *
   * @param against opens that state; the comparison needs the secret
   */
  public static List<ForkTable> tables(
      EngineSettings settings, Network network, String generation, Optional<Session> against)
      throws InftException {
    Fork fork = named(settings, network, generation);
    try (Scratch scratch = Scratch.inHome(settings.home(), "fork");
        SqliteLink link = SqliteLink.openAsIs(image(scratch, fork, settings, network))) {
      return ForkTable.of(link, against.map(Session::databaseFile));
    }
  }

  /**
   * A copy that is whole without a log beside it; SQLite reads what it copies. Pages of a version
   * that were to come when it was put aside are brought first, which needs the secret.
   */
  private static Path image(Scratch scratch, Fork fork, EngineSettings settings, Network network)
      throws InftException {
    try {
      return wholeImage(scratch, fork, settings, network);
    } catch (CorruptObjectException | LocalStorageException | LocalDatabaseException e) {
      // Only now: to look at files that others have open would drop their locks.
      Optional<String> damage = PartialBase.damage(fork.generation());
      if (damage.isEmpty()) {
        throw e;
      }
      ForeignFileException told =
          new ForeignFileException(
              fork.database().toString(),
              damage.get()
                  + ", so that the pages that were to come cannot be brought; the head has all that"
                  + " was published, and 'inft forks acknowledge' ends the warnings");
      told.addSuppressed(e);
      throw told;
    }
  }

  private static Path wholeImage(
      Scratch scratch, Fork fork, EngineSettings settings, Network network) throws InftException {
    if (!Files.isRegularFile(fork.database())) {
      throw new ForeignFileException(fork.database().toString(), "there is no database in it");
    }
    if (PartialVersion.isPartial(fork.database())) {
      Digest context = DatabaseScope.contextOf(network, settings.id());
      Commits commits = new Commits(network.store(), network.registry(), settings.id(), context);
      PartialBase.complete(
          fork.generation(),
          new Restore(network.store(), context, commits, EngineThreads.pooled()),
          GenerationOpener.secretOf(settings),
          new PackAccess(network.store(), context, commits),
          settings.session().pages().longestWait());
    }
    Path image = scratch.make("image.sqlite");
    try (SqliteLink source = SqliteLink.openReadOnly(fork.database())) {
      source.backupTo(image);
    }
    try (SqliteLink copy = SqliteLink.openOwn(image)) {
      copy.text("PRAGMA journal_mode=DELETE");
    }
    return image;
  }
}
