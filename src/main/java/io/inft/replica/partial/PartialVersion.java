package io.inft.replica.partial;

import io.inft.bytes.Digest;
import io.inft.commit.Manifest;
import io.inft.commit.PackEnd;
import io.inft.commit.PackEntry;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.lazy.Base;
import io.inft.lazy.HydrationProgress;
import io.inft.lazy.PageSupplier;
import io.inft.lazy.PartialDatabase;
import io.inft.lazy.WholeCheck;
import io.inft.pack.PackReader;
import io.inft.pack.state.PageHasher;
import io.inft.pack.state.StateTree;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Waits;
import io.inft.replica.restore.EndRead;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.Tip;
import io.inft.replica.restore.Unreadable;
import io.inft.sqlite.DatabaseHeader;
import io.inft.sqlite.LockPage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A version on this disk whose pages come when they are read, and after a while all others. When
 * they are all here they are proved by the version's state root, and the file is an ordinary one.
 * Safe for many threads.
 */
public final class PartialVersion implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartialVersion.class);

  /** That somebody waits for a directory. Stores end their own reads before. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final Tip version;
  private final PartialDatabase database;

  private PartialVersion(Tip version, PartialDatabase database) {
    this.version = version;
    this.database = database;
  }

  /** Why no version can be opened so in this process; empty if one can. */
  public static Optional<String> unavailable() {
    return PartialDatabase.unavailable();
  }

  /** Whether not all of a database file is here. */
  public static boolean isPartial(Path database) {
    return PartialDatabase.isPartial(database);
  }

  private static Base base(Manifest manifest) {
    return new Base(manifest.pageSize(), manifest.pageCount(), manifest.stateRoot());
  }

  /** Makes the file of a version, of which nothing is here yet. */
  static void create(Path file, Manifest manifest) throws LocalStorageException {
    PartialDatabase.create(file, base(manifest));
  }

  /**
   * Where the pages of a version are. Fetches the directories of all packs, side by side.
   *
   * @throws CorruptObjectException the version is none
   */
  static VersionPages pages(Tip version, Keys keys, PackAccess access) throws InftException {
    return new VersionPages(directories(version, keys, access), version.manifest());
  }

  /**
   * Opens a file that is partial. Fetches page 1.
   *
   * @throws io.inft.failure.WorkingCopyLockedException another process has it open
   * @throws CorruptObjectException the version is none, or what is here of it is damaged
   */
  static PartialVersion open(Path file, Tip version, VersionPages pages, Duration longestWait)
      throws InftException {
    Check check = new Check(version);
    PartialVersion opened = open(file, version, pages, check, longestWait);
    check.of(opened.database);
    try {
      opened.requireDatabase();
    } catch (InftException e) {
      opened.closing(e);
      throw e;
    }
    return opened;
  }

  /**
   * The same with another proof, and nothing fetched.
   *
   * @param check is asked when all pages are here
   */
  static PartialVersion open(
      Path file, Tip version, PageSupplier pages, WholeCheck check, Duration longestWait)
      throws InftException {
    return new PartialVersion(
        version,
        PartialDatabase.open(
            file,
            new PartialDatabase.Setup(
                base(version.manifest()), pages, EngineThreads.anchoring(), longestWait, check)));
  }

  private static List<PackReader> directories(Tip version, Keys keys, PackAccess access)
      throws InftException {
    List<PackEntry> packs = version.commit().body().restoreSet();
    List<PackEnd> ends = version.ends();
    Map<Integer, EndRead> reads = EndPlan.of(ends);
    List<FutureTask<PackReader>> tasks = new ArrayList<>();
    try {
      for (int place = 0; place < packs.size(); place++) {
        PackEntry pack = packs.get(place);
        Optional<PackEnd> end = VersionPages.end(ends, place);
        EndRead read = reads.getOrDefault(place, EndRead.PART);
        FutureTask<PackReader> task =
            new FutureTask<>(
                () ->
                    access.directory(
                        version.commit(), pack, keys, version.manifest().stateKey(), end, read));
        tasks.add(task);
        begin(task, EngineThreads.anchoring());
      }
      List<PackReader> opened = new ArrayList<>();
      for (FutureTask<PackReader> task : tasks) {
        opened.add(await(task));
      }
      return opened;
    } finally {
      tasks.forEach(task -> task.cancel(true));
    }
  }

  /**
   * Has a task done on another thread.
   *
   * @throws StoreUnavailableException there is no thread for it now
   */
  static void begin(FutureTask<?> task, Executor executor) throws StoreUnavailableException {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      throw new StoreUnavailableException("the storage", "begin to read a pack", e);
    }
  }

  static <T> T await(FutureTask<T> task) throws InftException {
    return await(task, LONGEST_WAIT);
  }

  static <T> T await(FutureTask<T> task, Duration longest) throws InftException {
    try {
      return task.get(longest.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new StoreUnavailableException("the storage", "read the directory of a pack", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishTimeoutException("restore", "interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InftException failure) {
        throw failure;
      }
      throw new IllegalStateException("the directory of a pack could not be read", e.getCause());
    }
  }

  /** As a whole restore looks at it, as far as one page tells. */
  void requireDatabase() throws InftException {
    Manifest manifest = version.manifest();
    DatabaseHeader header =
        DatabaseHeader.parse(Arrays.copyOf(database.page(1), DatabaseHeader.BYTES));
    if (header.pageSize() != manifest.pageSize()) {
      throw new CorruptObjectException(
          "database of version " + version.version(),
          0,
          "has pages of " + header.pageSize() + " bytes, its manifest says " + manifest.pageSize());
    }
  }

  private void closing(InftException why) {
    try {
      database.close();
    } catch (InftException e) {
      why.addSuppressed(e);
    }
  }

  /** Proves all pages together. */
  private static final class Check implements WholeCheck {
    private final Tip version;
    private final CompletableFuture<PartialDatabase> opened = new CompletableFuture<>();

    Check(Tip version) {
      this.version = version;
    }

    void of(PartialDatabase database) {
      opened.complete(database);
    }

    @Override
    public void prove() throws InftException {
      PartialDatabase database =
          Waits.done(opened, LONGEST_WAIT)
              ? Waits.result(opened).orElseThrow()
              : raise(new StoreUnavailableException("the working copy", "open", null));
      Manifest manifest = version.manifest();
      StateTree tree = new StateTree(manifest.stateKey(), manifest.pageSize());
      tree.resize(manifest.pageCount());
      PageHasher hasher = tree.hasher();
      byte[] leaf = new byte[Digest.BYTES];
      long lockPage = LockPage.number(manifest.pageSize());
      for (long page = 1; page <= manifest.pageCount(); page++) {
        if (page != lockPage) {
          hasher.leaf(page, database.page(page), 0, leaf, 0);
          tree.set(page, leaf, 0);
        }
      }
      Digest found = tree.root();
      if (!found.equals(manifest.stateRoot())) {
        throw new SubstitutedObjectException(
            "state of version " + version.version(),
            manifest.stateRoot().toString(),
            found.toString());
      }
    }

    private static PartialDatabase raise(InftException failure) throws InftException {
      throw failure;
    }

    @Override
    public boolean isFinal(InftException failure) {
      return Unreadable.isWrong(failure);
    }

    @Override
    public void whole() {
      LOG.info("all pages of version {} are here", version.version());
    }
  }

  /** SQLite opens the file through this. */
  public PartialDatabase database() {
    return database;
  }

  /** Whether all of it is here and proved. Costs a few nanoseconds. */
  public boolean isWhole() {
    return database.isWhole();
  }

  public HydrationProgress progress() {
    return database.progress();
  }

  /** Why the version is none, found when all of it was here. */
  public Optional<InftException> refusal() {
    if (database.isWhole()) {
      return Optional.empty();
    }
    HydrationProgress progress = database.progress();
    return progress.state() == HydrationProgress.State.REFUSED
        ? progress.failure()
        : Optional.empty();
  }

  /** What is here stays for whoever opens it next. */
  @Override
  public void close() throws InftException {
    database.close();
  }
}
