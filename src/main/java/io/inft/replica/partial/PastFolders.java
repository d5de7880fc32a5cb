package io.inft.replica.partial;

import io.inft.bytes.DurableFiles;
import io.inft.commit.Manifest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.WorkingCopyLockedException;
import io.inft.observe.Observed;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.Restore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of read-only states of one database: makes the one of a version, whole or partial,
 * takes a share of it, and deletes those that nobody has open when they take too much room.
 *
 * <p>A partial state is open in one process. Another one that wants the same version then makes a
 * state of its own, and so does who wants all of it at once; such a state goes with its session.
 */
public final class PastFolders {
  private static final Logger LOG = LoggerFactory.getLogger(PastFolders.class);
  private static final String PREFIX = "past-";
  private static final String PART = "part-";
  private static final long MAX_BYTES = 4L << 30;
  private static final int MAX_STATES = 8;

  private final Path folder;
  private final Restore restore;
  private final Restore.Opened opened;
  private final PackAccess access;
  private final PagesWanted wanted;
  private final Observed observed;

  // Mutable: where its pages are, once that was looked up.
  private @Nullable VersionPages pages;

  /**
   * @param folder of the database on this machine
   * @param opened the version whose state is wanted
   */
  public PastFolders(
      Path folder,
      Restore restore,
      Restore.Opened opened,
      PackAccess access,
      PagesWanted wanted,
      Observed observed) {
    this.folder = folder;
    this.restore = restore;
    this.opened = opened;
    this.access = access;
    this.wanted = wanted;
    this.observed = observed;
  }

  /**
   * A state of which the caller has a share.
   *
   * @param own whether nobody else looks for it
   * @param partial if not all of it is here
   * @param whyWhole why it is not opened before all of it is here; empty if it is
   */
  public record Taken(
      Path state, boolean own, Optional<PartialVersion> partial, Optional<String> whyWhole) {

    /** To be called once, when nobody of the caller's has it open. */
    public void giveBack() throws InftException {
      boolean useless = own || partial.flatMap(PartialVersion::refusal).isPresent();
      try {
        if (partial.isPresent()) {
          PartialStates.leave(state);
        }
      } finally {
        PastLocks.unshare(state);
      }
      if (useless) {
        PastLocks.deleteIfUnused(state);
      }
    }
  }

  /**
   * Takes the state of the version, and makes it if it is not there.
   *
   * @param whyWhole why all of it is to be here first; empty if pages may come later
   */
  public Taken take(Optional<String> whyWhole) throws InftException {
    String name = PREFIX + opened.anchored().version();
    name += "-" + opened.anchored().anchor().root().abbreviated();
    Path state = folder.resolve(name);
    boolean own = false;
    boolean repaired = false;
    while (true) {
      if (!Files.isDirectory(state)) {
        make(state, whyWhole.isEmpty());
        evict(state);
      }
      if (!PastLocks.share(state)) {
        continue;
      }
      Optional<Taken> taken = Optional.empty();
      try {
        taken = joined(state, own, whyWhole);
      } catch (CorruptObjectException e) {
        if (repaired) {
          throw e;
        }
        LOG.warn("what is here of {} cannot be gone on with, beginning anew", state, e);
        repaired = true;
      } finally {
        if (taken.isEmpty()) {
          PastLocks.unshare(state);
        }
      }
      if (taken.isPresent()) {
        return taken.get();
      }
      if (!PastLocks.deleteIfUnused(state)) {
        state = folder.resolve(name + "-" + UUID.randomUUID());
        own = true;
      }
    }
  }

  /** Empty if the state is partial and no use to this caller. */
  private Optional<Taken> joined(Path state, boolean own, Optional<String> whyWhole)
      throws InftException {
    boolean partial = PartialVersion.isPartial(state.resolve(WorkingCopy.DATABASE));
    if (partial && whyWhole.isPresent()) {
      return Optional.empty();
    }
    if (!partial) {
      return Optional.of(
          new Taken(
              state,
              own,
              Optional.empty(),
              Optional.of(whyWhole.orElse("all of it was here already"))));
    }
    try {
      Optional<PartialVersion> joined =
          PartialStates.join(state, opened, this::pages, wanted.longestWait());
      return Optional.of(
          new Taken(
              state,
              own,
              joined,
              joined.isPresent() ? Optional.empty() : Optional.of("all of it was here already")));
    } catch (WorkingCopyLockedException e) {
      LOG.info("another process brings the pages of {}", state);
      return Optional.empty();
    }
  }

  /** Before anything is made as large as the version says that it is. */
  private VersionPages pages() throws InftException {
    VersionPages known = pages;
    if (known == null) {
      known = PartialVersion.pages(opened.tip(), opened.keys(), access);
      pages = known;
    }
    return known;
  }

  /** What is being built is held like a state: if this process dies, the next one clears it. */
  private void make(Path state, boolean partial) throws InftException {
    if (partial) {
      pages();
    }
    Path building = folder.resolve(PART + UUID.randomUUID());
    DurableFiles.createFolders(building);
    try {
      if (!PastLocks.begin(building)) {
        return; // the caller sees that there is no state yet, and comes again
      }
      try {
        if (partial) {
          PartialVersion.create(building.resolve(WorkingCopy.DATABASE), opened.tip().manifest());
        } else {
          long began = System.nanoTime();
          restore.rebuildToRead(opened, building);
          Manifest manifest = opened.tip().manifest();
          observed.restored(
              opened.anchored().version(),
              manifest.pageCount() * manifest.pageSize(),
              System.nanoTime() - began);
        }
        DurableFiles.forceFolder(building);
        Files.move(building, state, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        PastLocks.unshare(building);
      }
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      LOG.debug("another process restored {} first", state);
      DurableFiles.deleteTree(building);
    } catch (IOException e) {
      DurableFiles.deleteTree(building);
      throw new LocalStorageException(state, "build", e);
    } catch (InftException e) {
      DurableFiles.deleteTree(building);
      throw e;
    }
  }

  /** Deletes what a process that died had begun, and states beyond what may be kept. */
  private void evict(Path keep) throws InftException {
    List<Path> all;
    try (Stream<Path> entries = Files.list(folder)) {
      all = entries.filter(entry -> !entry.equals(keep)).toList();
    } catch (IOException e) {
      throw new LocalStorageException(folder, "list", e);
    }
    for (Path entry : named(all, PastLocks.DOOMED)) {
      try {
        DurableFiles.deleteTree(entry);
      } catch (LocalStorageException e) {
        LOG.debug("another process may be deleting it, and the next one tries again", e);
      }
    }
    for (Path entry : named(all, PART)) {
      PastLocks.deleteIfUnused(entry);
    }
    long bytes = size(keep);
    int count = 1;
    List<Path> states = new ArrayList<>(named(all, PREFIX));
    states.sort(Comparator.comparing(PastFolders::modified).reversed());
    for (Path state : states) {
      bytes += size(state);
      count++;
      if ((bytes > MAX_BYTES || count > MAX_STATES) && PastLocks.deleteIfUnused(state)) {
        LOG.info("deleted the read-only state {}", state);
      }
    }
  }

  private static List<Path> named(List<Path> entries, String prefix) {
    return entries.stream()
        .filter(entry -> entry.getFileName().toString().startsWith(prefix))
        .toList();
  }

  private static long modified(Path state) {
    return state.toFile().lastModified();
  }

  private static long size(Path state) {
    return state.resolve(WorkingCopy.DATABASE).toFile().length();
  }
}
