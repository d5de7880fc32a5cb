package io.inft.replica.partial;

import io.inft.bytes.ByteSource;
import io.inft.bytes.DurableFiles;
import io.inft.capture.CaptureJournal;
import io.inft.commit.CommitObject;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.StoreUnavailableException;
import io.inft.lazy.HydrationProgress;
import io.inft.lazy.PageRequest;
import io.inft.lazy.PageSink;
import io.inft.lazy.PageSpan;
import io.inft.lazy.PageSupplier;
import io.inft.lazy.PartialDatabase;
import io.inft.lazy.WholeCheck;
import io.inft.pack.state.StateTree;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.PageHashesFile;
import io.inft.replica.local.Waits;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.Restore;
import io.inft.replica.restore.Tip;
import io.inft.replica.restore.Unreadable;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version that a generation was begun from, as long as not all of its pages are here, though it
 * is written already. Beside the database lie the version's commit object ({@code base}) and its
 * page hashes ({@code base-leaves}), until the file is whole. Safe for many threads.
 *
 * <p>The file takes no checkpoint before the page hashes are here and all that came was proved by
 * them. Until then it has nothing but pages of the version, and what is committed is in the log.
 */
public final class PartialBase implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartialBase.class);
  private static final String RECORD = "base";
  private static final String LEAVES = "base-leaves";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(100);

  /** So long a background that failed just now has to begin again. */
  private static final Duration ANOTHER_TRY = Duration.ofSeconds(2);

  private final Path generation;
  private final Tip tip;
  private final VersionPages pages;
  private final BaseLeaves leaves;

  /**
   * Whether the page hashes were kept by an earlier process, so that the file may have taken a
   * checkpoint, though they may be gone or damaged by now.
   */
  private final boolean kept;

  private final PartialVersion version;
  private final CompletableFuture<Void> whole = new CompletableFuture<>();

  // Mutable, guarded by this.
  private @Nullable FutureTask<StateTree> coming;
  private boolean closed;

  private PartialBase(Path generation, Tip tip, VersionPages pages, Duration longestWait)
      throws InftException {
    this.generation = generation;
    this.tip = tip;
    this.pages = pages;
    this.leaves = new BaseLeaves(tip.version(), tip.manifest(), EngineThreads.anchoring());
    PageHashesFile stored = new PageHashesFile(generation, LEAVES);
    this.kept =
        stored.exists()
            || new PageHashesFile(generation).exists()
            || Files.exists(generation.resolve(CaptureJournal.FILE));
    stored
        .read(tip.version(), tip.manifest().stateKey())
        .filter(leaves::areOf)
        .ifPresent(leaves::become);
    synchronized (this) { // the background may ask for the page hashes at once
      this.version =
          PartialVersion.open(
              generation.resolve(WorkingCopy.DATABASE),
              tip,
              new Proving(),
              new Check(),
              longestWait);
      if (!leaves.areKnown()) {
        version.database().holdWrites();
      }
    }
  }

  /** Hands on what the page hashes say, as far as they are known. */
  private final class Proving implements PageSupplier {
    @Override
    public PageSpan span(long page) {
      return pages.span(page);
    }

    @Override
    public void supply(PageRequest request, PageSink sink) throws InftException {
      pages.supply(request, (page, bytes, from) -> leaves.came(page, bytes, from, sink));
    }
  }

  /** Each page was proved by its hash. */
  private final class Check implements WholeCheck {
    @Override
    public void prove() throws InftException {
      leaves();
    }

    @Override
    public boolean isFinal(InftException failure) {
      return Unreadable.isWrong(failure);
    }

    @Override
    public void whole() throws InftException {
      whole.complete(null);
      LOG.info("all pages of version {} are here", tip.version());
      forget(generation);
    }
  }

  private static void forget(Path generation) throws InftException {
    new PageHashesFile(generation, LEAVES).forget();
    DurableFiles.deleteIfExists(generation.resolve(RECORD));
  }

  /**
   * Where the pages of a version are, if a generation can be begun before they are here.
   *
   * @return empty if its packs do not tell page hashes as the state root has them
   */
  public static Optional<Pages> pages(Restore.Opened opened, PackAccess access)
      throws InftException {
    VersionPages pages = PartialVersion.pages(opened.tip(), opened.keys(), access);
    return pages.tellLeaves() ? Optional.of(new Pages(opened.tip(), pages)) : Optional.empty();
  }

  /** Where the pages of a version are. */
  public static final class Pages {
    private final Tip tip;
    private final VersionPages pages;

    private Pages(Tip tip, VersionPages pages) {
      this.tip = tip;
      this.pages = pages;
    }

    /** Makes the database in a folder that is still being built. */
    public void create(Path building) throws InftException {
      DurableFiles.replace(building.resolve(RECORD), tip.commit().toBytes());
      PartialVersion.create(building.resolve(WorkingCopy.DATABASE), tip.manifest());
    }

    /** Opens what was made, in its place; page 1 is fetched. */
    public PartialBase open(Path generation, Duration longestWait) throws InftException {
      return opened(new PartialBase(generation, tip, pages, longestWait));
    }
  }

  private static PartialBase opened(PartialBase base) throws InftException {
    boolean opened = false;
    try {
      base.version.requireDatabase();
      opened = true;
      return base;
    } finally {
      if (!opened) {
        base.close();
      }
    }
  }

  /**
   * Opens what a process left before all was here.
   *
   * @param restore reads from the network
   * @return empty if all of it is here
   * @throws io.inft.failure.CorruptObjectException what is here of it cannot be gone on with
   */
  public static Optional<PartialBase> resume(
      Path generation, Restore restore, Keys keys, PackAccess access, Duration longestWait)
      throws InftException {
    if (!PartialVersion.isPartial(generation.resolve(WorkingCopy.DATABASE))) {
      if (Files.exists(generation.resolve(RECORD))) {
        forget(generation);
      }
      return Optional.empty();
    }
    Tip tip = tip(record(generation), restore, keys);
    return Optional.of(
        opened(
            new PartialBase(
                generation, tip, PartialVersion.pages(tip, keys, access), longestWait)));
  }

  /**
   * Why a generation that was begun before all pages were here cannot be gone on with, which no
   * crash leaves behind; for one that nobody has open.
   *
   * @return a clause about its database; empty if it can, and of a generation that is whole
   */
  public static Optional<String> damage(Path generation) throws InftException {
    Path database = generation.resolve(WorkingCopy.DATABASE);
    Optional<String> found = PartialDatabase.damage(database);
    if (found.isPresent() || !PartialVersion.isPartial(database)) {
      return found;
    }
    if (!Files.exists(generation.resolve(RECORD))) {
      return Optional.of("which version its pages are of is gone ('" + RECORD + "')");
    }
    try {
      record(generation);
      return Optional.empty();
    } catch (CorruptObjectException
        | NotOurObjectException
        | FormatTooNewException
        | FormatTooOldException e) {
      return Optional.of("which version its pages are of cannot be told: " + e.getMessage());
    }
  }

  private static CommitObject record(Path generation) throws InftException {
    return CommitObject.parse(
        DurableFiles.read(generation.resolve(RECORD), CommitObject.MAX_BYTES));
  }

  private static Tip tip(CommitObject commit, Restore restore, Keys keys) throws InftException {
    byte[] bytes = commit.toBytes();
    ObjectRef ref = new ObjectRef(MerkleRoot.of(ByteSource.of(bytes)), bytes.length);
    return restore.tip(ref, commit, keys);
  }

  /**
   * Brings the rest of a database that nobody has open, so that it is an ordinary file.
   *
   * @param secret opens the version that it was begun from
   * @throws io.inft.failure.WorkingCopyLockedException somebody has it open
   */
  public static void complete(
      Path generation, Restore restore, Secret secret, PackAccess access, Duration longestWait)
      throws InftException {
    Keyring keyring =
        Keyring.parse(record(generation).body().keyring().toBytes(), restore.context());
    Optional<PartialBase> base =
        resume(generation, restore, Keys.open(keyring, secret), access, longestWait);
    if (base.isPresent()) {
      try (PartialBase opened = base.get()) {
        opened.requireWhole("a copy");
      }
    }
  }

  /** The number of the version. */
  public long version() {
    return tip.version();
  }

  /** SQLite opens the file through this, and whoever reads it beside SQLite does. */
  public PartialDatabase database() {
    return version.database();
  }

  public boolean isWhole() {
    return version.isWhole();
  }

  public HydrationProgress progress() {
    return version.progress();
  }

  /**
   * Whether its page hashes were not here when this was opened, nor ever before, so that the file
   * took no checkpoint: they are {@linkplain #leaves() still to come}.
   */
  public boolean awaitsLeaves() {
    return !kept;
  }

  /** Why the version is none; then nothing is read from it, and nothing published upon it. */
  public Optional<InftException> refusal() {
    InftException found = leaves.refusal();
    return found != null ? Optional.of(found) : version.refusal();
  }

  /** Brings the page hashes and the rest in the background from now on. */
  public void hydrate() {
    if (!leaves.areKnown()) {
      var unused = coming();
    }
    database().hydrate();
  }

  private synchronized FutureTask<StateTree> coming() {
    FutureTask<StateTree> task = coming;
    if (task == null || (task.isDone() && !leaves.areKnown())) {
      task = new FutureTask<>(this::bring);
      try {
        EngineThreads.anchoring().execute(task);
      } catch (RejectedExecutionException | OutOfMemoryError e) { // no thread for it, now
        task =
            failed(new StoreUnavailableException("the storage", "begin to bring page hashes", e));
      }
      coming = task;
    }
    return task;
  }

  private static FutureTask<StateTree> failed(StoreUnavailableException why) {
    FutureTask<StateTree> task =
        new FutureTask<>(
            () -> {
              throw why;
            });
    task.run();
    return task;
  }

  /**
   * The page hashes of the version, which are fetched if they are not here; to be copied by who
   * changes them.
   *
   * @throws io.inft.failure.SubstitutedObjectException they are not those of the version, or a page
   *     that came is not
   */
  public StateTree leaves() throws InftException {
    InftException wrong = leaves.refusal();
    if (wrong != null) {
      throw wrong;
    }
    StateTree known = leaves.known();
    return known != null ? known : PartialVersion.await(coming());
  }

  /** They are durable, and all that came is proved, before the file takes anything else. */
  private StateTree bring() throws InftException {
    try {
      StateTree tree = leaves.fetched(); // by a try that could not keep them
      if (tree == null) {
        tree = leaves.fetch(pages.packs());
        leaves.requireState(tree);
      }
      leaves.requireHere(tree, generation.resolve(WorkingCopy.DATABASE), here(), !kept);
      keep(tree);
      return tree;
    } catch (InftException e) {
      throw Unreadable.isWrong(e) ? leaves.refused(e) : e;
    }
  }

  private BaseLeaves.Here here() {
    PartialDatabase database = database();
    return new BaseLeaves.Here() {
      @Override
      public boolean isPresent(long page) {
        return database.isPresent(page);
      }

      @Override
      public byte[] page(long page) throws InftException {
        return database.page(page);
      }
    };
  }

  /**
   * Nobody has them before they are kept, so that no version is built upon hashes that are not. Not
   * after this was closed: another one may go on with the generation.
   */
  private synchronized void keep(StateTree tree) throws InftException {
    if (closed) {
      throw closedEarly();
    }
    PageHashesFile own = new PageHashesFile(generation);
    if (!kept && !own.exists()) {
      own.writeBase(tip.version(), tree);
    }
    new PageHashesFile(generation, LEAVES).writeAll(tip.version(), tree);
    leaves.become(tree);
    database().allowWrites();
  }

  private LocalStorageException closedEarly() {
    return new LocalStorageException(
        generation, "read", new IOException("it was closed before all of it was here"));
  }

  /**
   * Waits until all pages are here, for what cannot be done before.
   *
   * @param what that is, for the log
   */
  public void requireWhole(String what) throws InftException {
    if (isWhole()) {
      return;
    }
    HydrationProgress now = progress();
    LOG.info(
        "{} needs all pages of version {}, and {} of {} are to come",
        what,
        tip.version(),
        now.missing(),
        now.pages());
    hydrate();
    long began = System.nanoTime();
    long moved = began;
    long missing = now.missing();
    while (!isWhole() && !isWholeWithin(what)) {
      now = progress();
      moved = now.missing() < missing ? System.nanoTime() : moved;
      missing = now.missing();
      requireGoingOn(now, System.nanoTime() - began, System.nanoTime() - moved);
    }
  }

  private boolean isWholeWithin(String what) throws InftException {
    try {
      return Waits.doneOrInterrupted(whole, LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishTimeoutException(what, "interrupted", e);
    }
  }

  private void requireGoingOn(HydrationProgress now, long nanos, long nanosStill)
      throws InftException {
    Optional<InftException> refused = refusal();
    if (refused.isPresent()) {
      throw refused.get();
    }
    if (now.state() == HydrationProgress.State.CLOSED) {
      throw closedEarly();
    }
    boolean fails = now.state() == HydrationProgress.State.WAITING && nanos > ANOTHER_TRY.toNanos();
    if (fails && now.failure().isPresent()) {
      throw now.failure().get();
    }
    if (nanosStill > PATIENCE.toNanos()) {
      throw new StoreUnavailableException(
          "the storage", "bring the last " + now.missing() + " pages", null);
    }
  }

  /** What is here stays for whoever opens it next. */
  @Override
  public void close() throws InftException {
    FutureTask<StateTree> task;
    synchronized (this) {
      closed = true;
      task = coming;
    }
    if (task != null) {
      task.cancel(true);
    }
    leaves.close();
    version.close();
  }
}
