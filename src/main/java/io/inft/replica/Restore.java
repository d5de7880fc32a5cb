package io.inft.replica;

import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.TransferListener;
import io.inft.commit.Attachment;
import io.inft.commit.CommitObject;
import io.inft.commit.Manifest;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.pack.PackReader;
import io.inft.pack.StateTree;
import io.inft.registry.Anchored;
import io.inft.seal.Keyring;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import io.inft.seal.Secret;
import io.inft.store.StoreReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a version from storage to disk. Each step checks what the step before named:
 *
 * <ol>
 *   <li>the commit object against root, checksum and author that the registry recorded
 *   <li>the keyring inside it against the registry's word, and the secret against the keyring
 *   <li>the sealed manifest, which must match the commit object's public commitment to the state
 *   <li>each page pack of the restore set, block by block, decrypted and decompressed
 *   <li>every page against the state root
 *   <li>everything to disk, and only then a name
 * </ol>
 */
final class Restore {
  private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

  static final String DATABASE = "database.sqlite";

  private final StoreReader store;
  private final PackAccess packs;
  private final Digest context;
  private final Commits commits;
  private final ExecutorService workers;

  Restore(StoreReader store, Digest context, Commits commits, ExecutorService workers) {
    this.store = store;
    this.packs = new PackAccess(store, context);
    this.context = context;
    this.commits = commits;
    this.workers = workers;
  }

  /** A version whose key was found and whose manifest was read. */
  record Opened(Anchored anchored, Tip tip, Keys keys) {}

  /** Steps 1 to 3. */
  Opened open(Anchored version, Secret secret) throws InftException {
    CommitObject commit = commits.fetch(version);
    Keyring keyring = Keyring.parse(commit.body().keyring().toBytes(), context);
    Keys keys = new Keys(keyring, keyring.open(secret));
    return open(version, commit, keys);
  }

  /** Steps 1 to 3 when the data key is known already. */
  Opened open(Anchored version, CommitObject commit, Keys keys) throws InftException {
    Manifest manifest = manifest(commit, keys);
    return new Opened(version, new Tip(Commits.refOf(version), commit, manifest), keys);
  }

  /** The sealed manifest of a commit object, checked against its public part. */
  Manifest manifest(CommitObject commit, Keys keys) throws InftException {
    Attachment attachment = commit.body().manifest();
    ObjectLabel label =
        new ObjectLabel(
            context,
            commit.body().version(),
            commit.body().epoch(),
            SealedType.MANIFEST,
            attachment.index());
    Manifest manifest =
        Manifest.parse(
            Seal.open(
                    keys.of(commit.body().epoch()),
                    label,
                    packs.sealed(commit, attachment.location(), attachment.sizeBytes()))
                .readAll(Manifest.BYTES));
    if (!manifest.stateCommit().equals(commit.body().stateCommit())) {
      throw new SubstitutedObjectException(
          "manifest of version " + commit.body().version(),
          commit.body().stateCommit().toString(),
          manifest.stateCommit().toString());
    }
    return manifest;
  }

  /**
   * An older generation that has nothing unpublished and that nobody has open.
   *
   * @param pagesVersion the version whose pages it has
   */
  record Reuse(Path generation, long version, long pagesVersion) {}

  /**
   * Steps 4 to 6: rebuilds the database in {@code building} and leaves there all that a generation
   * needs. Nothing has its final name yet.
   *
   * @param reuse an older generation; packs that it has already are not fetched
   */
  StateTree rebuild(Opened version, Path building, Optional<Reuse> reuse, TransferListener listener)
      throws InftException {
    long began = System.nanoTime();
    List<PackEntry> restoreSet = version.tip().commit().body().restoreSet();
    Optional<StateTree> onTop =
        reuse.isPresent() ? onTop(version, building, reuse.get()) : Optional.empty();
    StateTree tree;
    if (onTop.isPresent()) {
      tree = onTop.get();
    } else {
      StateTree empty =
          new StateTree(
              version.tip().manifest().stateKey().toBytes(), version.tip().manifest().pageSize());
      tree = lay(version, building, restoreSet, empty, listener);
    }
    new LeavesFile(building).writeAll(version.tip().version(), tree);
    new ObjectFolder(building, store).keep(version.tip().commit().toBytes());
    Anchored anchored = version.anchored();
    LineState.empty()
        .withAnchored(
            anchored.version(),
            version.tip().ref(),
            anchored.block().number(),
            anchored.block().timeSeconds())
        .write(building);
    LOG.info(
        "restored version {}: {} pages, {} packs listed, in {} ms",
        anchored.version(),
        version.tip().manifest().pageCount(),
        restoreSet.size(),
        (System.nanoTime() - began) / 1_000_000);
    return tree;
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
        new LeavesFile(reuse.generation())
            .read(reuse.version(), version.tip().manifest().stateKey().toBytes());
    boolean upToDate = version.tip().commit().body().pagesVersion() == reuse.pagesVersion();
    if (tree.isEmpty() || (first == all.size() && !upToDate)) {
      return Optional.empty();
    }
    Path copy = building.resolve(DATABASE);
    try {
      Path old = reuse.generation().resolve(DATABASE);
      try (SqliteLink link = SqliteLink.open(old, Duration.ofSeconds(5), Map.of())) {
        link.checkpoint("TRUNCATE");
      }
      Files.copy(old, copy);
      return Optional.of(
          lay(
              version,
              building,
              all.subList(first, all.size()),
              tree.get(),
              TransferListener.NONE));
    } catch (SubstitutedObjectException | LocalDatabaseException | IOException e) {
      LOG.warn("{} cannot be built upon: {}", reuse.generation(), e.getMessage());
      DurableFiles.deleteIfExists(copy);
      return Optional.empty();
    }
  }

  private StateTree lay(
      Opened version,
      Path building,
      List<PackEntry> entries,
      StateTree tree,
      TransferListener listener)
      throws InftException {
    Manifest manifest = version.tip().manifest();
    Path database = building.resolve(DATABASE);
    long totalBytes = entries.stream().mapToLong(PackEntry::sizeBytes).sum();
    long doneBytes = 0;
    tree.resize(manifest.pageCount());
    try (FileChannel file =
        FileChannel.open(
            database,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      for (PackEntry entry : entries) {
        PackReader pack = packs.pack(version.tip().commit(), entry, version.keys());
        PackTarget target = new PackTarget(file, database, tree, manifest, pack);
        inParallel(pack.blocks(), target::lay);
        doneBytes += entry.sizeBytes();
        listener.transferred(doneBytes, totalBytes);
      }
      file.truncate(manifest.pageCount() * manifest.pageSize());
      fill(file, manifest.pageCount() * manifest.pageSize());
      file.force(true);
    } catch (IOException e) {
      throw new LocalStorageException(database, "write", e);
    }
    Digest found = tree.root();
    if (!found.equals(manifest.stateRoot())) {
      throw new SubstitutedObjectException(
          "state of version " + version.tip().version(),
          manifest.stateRoot().toString(),
          found.toString());
    }
    return tree;
  }

  /** A database that ends in pages no pack holds (the lock page) still has its full length. */
  private static void fill(FileChannel file, long sizeBytes) throws IOException {
    if (file.size() < sizeBytes) {
      file.write(ByteBuffer.wrap(new byte[1]), sizeBytes - 1);
    }
  }

  /** One block of work. */
  @FunctionalInterface
  private interface BlockTask {
    void run(int block) throws InftException;
  }

  private void inParallel(int blocks, BlockTask task) throws InftException {
    if (blocks <= 1) {
      for (int block = 0; block < blocks; block++) {
        task.run(block);
      }
      return;
    }
    List<Future<Optional<InftException>>> running = new ArrayList<>();
    for (int i = 0; i < blocks; i++) {
      int block = i;
      running.add(
          workers.submit(
              () -> {
                try {
                  task.run(block);
                  return Optional.empty();
                } catch (InftException e) {
                  return Optional.of(e);
                }
              }));
    }
    InftException failure = null;
    for (Future<Optional<InftException>> future : running) {
      try {
        Optional<InftException> failed = failure == null ? future.get() : Optional.empty();
        if (failure == null && failed.isPresent()) {
          failure = failed.get();
          running.forEach(other -> other.cancel(false));
        }
      } catch (InterruptedException e) {
        running.forEach(other -> other.cancel(true));
        Thread.currentThread().interrupt();
        throw new io.inft.failure.PublishTimeoutException("restore", "interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("a block could not be laid", e.getCause());
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
