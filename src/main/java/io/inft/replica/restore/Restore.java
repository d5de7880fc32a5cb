package io.inft.replica.restore;

import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.TransferListener;
import io.inft.capture.SqliteLink;
import io.inft.commit.Attachment;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.commit.Manifest;
import io.inft.commit.PackEntry;
import io.inft.commit.SealedManifest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NoSlotException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.WrongKeyException;
import io.inft.pack.state.StateTree;
import io.inft.registry.Anchored;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.PageHashesFile;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.local.WriterState;
import io.inft.seal.Keyring;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import io.inft.sqlite.DatabaseHeader;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a version from storage to disk. Each step checks what the step before named:
 *
 * <ol>
 *   <li>the commit object against root, checksum and author that the registry recorded
 *   <li>the keyring inside it against the registry's word, and the secret against the keyring
 *   <li>the sealed manifest, which must match the commit object's public commitment to the state
 *   <li>each page pack of the restore set, decrypted and decompressed block by block
 *   <li>every page against the state root
 *   <li>everything to disk, and only then a name
 * </ol>
 */
public final class Restore {
  private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

  /** From so many bytes on it pays to get the cipher up to speed first. */
  private static final long LARGE_BYTES = 32 << 20;

  private final StoreReader store;
  private final PackAccess packs;
  private final Digest context;
  private final Commits commits;
  private final ExecutorService workers;

  public Restore(StoreReader store, Digest context, Commits commits, ExecutorService workers) {
    this.store = store;
    this.packs = new PackAccess(store, context, commits);
    this.context = context;
    this.commits = commits;
    this.workers = workers;
  }

  /** The database whose objects are read. */
  public Digest context() {
    return context;
  }

  /** A version whose key was found and whose manifest was read. */
  public record Opened(Anchored anchored, Tip tip, Keys keys) {}

  /** Steps 1 to 3. While a password's key is derived, the packs are fetched. */
  public Opened open(Anchored version, Unlocking unlocking) throws InftException {
    return open(version, unlocking, true);
  }

  /**
   * The same for pages that may come later.
   *
   * @param allAtOnce whether all pages are wanted at once, whatever the size; if not, nothing is
   *     done for them ahead where they are many
   */
  public Opened open(Anchored version, Unlocking unlocking, boolean allAtOnce)
      throws InftException {
    CommitObject commit = commits.fetch(version);
    Keyring keyring = Keyring.parse(commit.body().keyring().toBytes(), context);
    unlocking.begin(keyring);
    boolean large = isLarge(commit.body().restoreSet());
    if (large && allAtOnce) {
      workers.execute(Seal::warmUp);
    }
    if (!large || allAtOnce) {
      packs.fetchAhead(commit, unlocking::isRunning);
    }
    return open(version, commit, unlocking.keys(keyring));
  }

  private static boolean isLarge(List<PackEntry> restoreSet) {
    return restoreSet.stream().mapToLong(PackEntry::sizeBytes).sum() >= LARGE_BYTES;
  }

  /** Steps 1 to 3 when the data key is known already. */
  public Opened open(Anchored version, CommitObject commit, Keys keys) throws InftException {
    return new Opened(version, tip(Commits.refOf(version), commit, keys), keys);
  }

  /** A commit object with its sealed manifest, checked against its public part. */
  public Tip tip(ObjectRef ref, CommitObject commit, Keys keys) throws InftException {
    return Tip.of(ref, commit, sealedManifest(commit, keys));
  }

  /** The sealed manifest of a commit object with what rides in it, checked likewise. */
  SealedManifest sealedManifest(CommitObject commit, Keys keys) throws InftException {
    Attachment attachment = commit.body().manifest();
    ObjectLabel label =
        new ObjectLabel(
            context,
            commit.body().version(),
            commit.body().epoch(),
            SealedType.MANIFEST,
            attachment.index());
    byte[] plain;
    try {
      plain =
          Seal.open(keys.of(commit.body().epoch()), label, packs.sealed(commit, attachment))
              .readAll(SealedManifest.MAX_BYTES);
    } catch (WrongKeyException | NoSlotException e) {
      throw PackAccess.notUnderItsKey("manifest of version " + commit.body().version(), e);
    }
    SealedManifest sealed = SealedManifest.parse(plain, commit.body());
    sealed.manifest().requireFor(commit.body());
    return sealed;
  }

  /**
   * An older generation that has nothing unpublished and that nobody has open.
   *
   * @param commit of the version that it has
   * @param known the packs that its pages came from, as a later version must list them
   */
  public record Reuse(Path generation, long version, CommitObject commit, List<PackEntry> known) {
    public Reuse {
      known = List.copyOf(known);
    }

    long pagesVersion() {
      return commit.body().pagesVersion();
    }
  }

  /**
   * Steps 4 to 6: rebuilds the database in {@code building} and leaves there all that a generation
   * needs. Nothing has its final name yet.
   *
   * @param reuse an older generation; packs that it has already are not fetched
   */
  public StateTree rebuild(
      Opened version, Path building, Optional<Reuse> reuse, TransferListener listener)
      throws InftException {
    Anchored anchored = version.anchored();
    StateTree tree = rebuildFile(version, building, reuse, listener);
    ObjectFolder objects = new ObjectFolder(building, store);
    writeState(
        version,
        building,
        commits.keepTail(anchored, Optional.of(version.tip().commit()), objects));
    return tree;
  }

  /**
   * Leaves all that a generation needs but the pages, which come later: the database has been made,
   * and has none.
   */
  public void withoutPages(Opened version, Path building) throws InftException {
    ObjectFolder objects = new ObjectFolder(building, store);
    objects.keep(version.tip().commit().toBytes());
    writeState(
        version,
        building,
        commits.keepTail(version.anchored(), Optional.of(version.tip().commit()), objects));
  }

  /** Steps 4 to 6 for a state upon which nothing will be published. */
  public void rebuildToRead(Opened version, Path building) throws InftException {
    rebuildFile(version, building, Optional.empty(), TransferListener.NONE);
    writeState(version, building, List.of());
  }

  private static void writeState(Opened version, Path building, List<WriterState.Inlined> inlined)
      throws InftException {
    Anchored anchored = version.anchored();
    WriterState.empty()
        .withInlined(inlined)
        .withAnchored(
            anchored.version(),
            version.tip().ref(),
            anchored.block().number(),
            anchored.block().timeSeconds())
        .withClosed(building.resolve(WorkingCopy.DATABASE))
        .write(building);
  }

  private StateTree rebuildFile(
      Opened version, Path building, Optional<Reuse> reuse, TransferListener listener)
      throws InftException {
    long began = System.nanoTime();
    List<PackEntry> restoreSet = version.tip().commit().body().restoreSet();
    Optional<StateTree> onTop =
        reuse.isPresent() ? onTop(version, building, reuse.get()) : Optional.empty();
    StateTree tree;
    if (onTop.isPresent()) {
      tree = onTop.get();
    } else {
      if (isLarge(restoreSet)) { // of a past version nobody did before
        Seal.warmUp();
      }
      tree = whole(version, building.resolve(WorkingCopy.DATABASE), restoreSet, listener);
    }
    requireDatabase(version, building.resolve(WorkingCopy.DATABASE));
    new PageHashesFile(building).writeAll(version.tip().version(), tree);
    new ObjectFolder(building, store).keep(version.tip().commit().toBytes());
    LOG.info(
        "restored version {}: {} pages, {} packs listed, in {} ms",
        version.tip().version(),
        version.tip().manifest().pageCount(),
        restoreSet.size(),
        (System.nanoTime() - began) / 1_000_000);
    return tree;
  }

  /** The pages are those that were signed; whether they are a database is the author's doing. */
  private static void requireDatabase(Opened version, Path database) throws InftException {
    Manifest manifest = version.tip().manifest();
    if (manifest.pageCount() == 0) {
      return; // before its first table
    }
    String what = "database of version " + version.tip().version();
    byte[] first = new byte[DatabaseHeader.BYTES];
    try (InputStream file = Files.newInputStream(database)) {
      file.readNBytes(first, 0, first.length);
    } catch (IOException e) {
      throw new LocalStorageException(database, "read", e);
    }
    DatabaseHeader header = DatabaseHeader.parse(first);
    if (header.pageSize() != manifest.pageSize()) {
      throw new CorruptObjectException(
          what,
          0,
          "has pages of " + header.pageSize() + " bytes, its manifest says " + manifest.pageSize());
    }
    try (SqliteLink link = SqliteLink.openImmutable(database)) {
      link.text("SELECT count(*) FROM sqlite_schema");
    } catch (LocalDatabaseException e) {
      throw new CorruptObjectException(what, 0, "SQLite cannot read it: " + e.getMessage());
    }
  }

  /**
   * Lays only the packs that an older generation lacks on a copy of it; empty if that cannot be.
   */
  private Optional<StateTree> onTop(Opened version, Path building, Reuse reuse)
      throws InftException {
    List<PackEntry> all = version.tip().commit().body().restoreSet();
    int first = 0;
    while (first < all.size() && all.get(first).fromVersion() != reuse.pagesVersion()) {
      first++;
    }
    Optional<StateTree> tree =
        new PageHashesFile(reuse.generation())
            .read(reuse.version(), version.tip().manifest().stateKey());
    boolean upToDate = version.tip().commit().body().pagesVersion() == reuse.pagesVersion();
    if (tree.isEmpty()
        || (first == all.size() && !upToDate)
        || !listsWhatIsKnown(version.tip().commit(), all.subList(0, first), reuse)) {
      return Optional.empty();
    }
    Path copy = building.resolve(WorkingCopy.DATABASE);
    try {
      Path old = reuse.generation().resolve(WorkingCopy.DATABASE);
      try (SqliteLink link = SqliteLink.open(old, Duration.ofSeconds(5), Map.of())) {
        link.checkpoint("TRUNCATE");
      }
      Files.copy(old, copy);
      return Optional.of(
          applier(PackApplier.Checks.ROOT)
              .lay(
                  version,
                  copy,
                  all.subList(first, all.size()),
                  tree.get(),
                  TransferListener.NONE));
    } catch (InftException | IOException e) {
      if (e instanceof InftException ours && !isAboutBytes(ours)) {
        throw ours;
      }
      LOG.warn("{} cannot be built upon: {}", reuse.generation(), e.getMessage());
      DurableFiles.deleteIfExists(copy);
      return Optional.empty();
    }
  }

  /**
   * Whether the packs are listed at the places that are known of them: a version that only those
   * can read who have its pages already must not be built upon.
   */
  private boolean listsWhatIsKnown(CommitObject commit, List<PackEntry> listed, Reuse reuse)
      throws InftException {
    if (listed.size() != reuse.known().size()) {
      return false;
    }
    for (int i = 0; i < listed.size(); i++) {
      PackEntry known = reuse.known().get(i);
      PackEntry now = listed.get(i);
      boolean samePack = now.at(known.location(), known.storedAtSeconds()).equals(known);
      if (!samePack
          || !(now.location().equals(known.location())
              || wasCarried(
                  commit, now, reuse.commit(), reuse.commit().body().restoreSet().get(i)))) {
        LOG.warn(
            "{} is not where it was, version {} is fetched whole", now, commit.body().version());
        return false;
      }
    }
    return true;
  }

  /** What went along with an anchor lies in an archive later: there must be the very same bytes. */
  private boolean wasCarried(CommitObject commit, PackEntry now, CommitObject before, PackEntry was)
      throws InftException {
    if (!(now.location() instanceof Location.Carried)) {
      return false;
    }
    try {
      return packs.isSame(commit, now, before, was);
    } catch (InftException e) {
      if (!isAboutBytes(e)) {
        throw e;
      }
      LOG.warn("{} cannot be read: {}", now, e.getMessage());
      return false;
    }
  }

  /**
   * Lays the whole restore set. If the outcome is not what the manifest says, it is laid again with
   * every check there is: that names the culprit, and gets over a disk that lied once.
   */
  private StateTree whole(
      Opened version, Path database, List<PackEntry> restoreSet, TransferListener listener)
      throws InftException {
    try {
      return applier(PackApplier.Checks.ROOT)
          .lay(version, database, restoreSet, emptyTree(version), listener);
    } catch (InftException e) {
      if (!isAboutBytes(e)) {
        throw e;
      }
      LOG.warn(
          "version {} does not come out right, checking each step: {}",
          version.tip().version(),
          e.getMessage());
      DurableFiles.deleteIfExists(database);
      return applier(PackApplier.Checks.EACH)
          .lay(version, database, restoreSet, emptyTree(version), listener);
    }
  }

  /** Whether what was read is wrong; otherwise it could not be read, or not be written. */
  private static boolean isAboutBytes(InftException e) {
    return !(e instanceof LocalStorageException
        || e instanceof StoreUnavailableException
        || e instanceof ObjectMissingException
        || e instanceof PublishTimeoutException);
  }

  private PackApplier applier(PackApplier.Checks checks) {
    return new PackApplier(packs, workers, checks);
  }

  private static StateTree emptyTree(Opened version) {
    Manifest manifest = version.tip().manifest();
    return new StateTree(manifest.stateKey(), manifest.pageSize());
  }
}
