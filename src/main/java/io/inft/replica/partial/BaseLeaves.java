package io.inft.replica.partial;

import io.inft.bytes.Digest;
import io.inft.commit.Manifest;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.InftException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.lazy.PageSink;
import io.inft.pack.PackReader;
import io.inft.pack.PageEntry;
import io.inft.pack.state.StateTree;
import io.inft.sqlite.LockPage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The page hashes of a version whose pages come by and by. They are proved by the state root, and
 * each page by them: one that came before they did is held against them when they come. Safe for
 * many threads.
 */
final class BaseLeaves {
  /** Stores end each of their reads long before; a slow one gets on all the same. */
  private static final Duration LONGEST_FETCH = Duration.ofHours(12);

  private final long version;
  private final Manifest manifest;
  private final Executor executor;

  /** Hashes pages and nothing else. */
  private final StateTree hasher;

  // Mutable, guarded by this.
  private @Nullable StateTree known;

  /** The same tree, and while what is here is proved by it. */
  private @Nullable StateTree proving;

  /** Pages that were written before they could be proved. */
  private final BitSet unproved = new BitSet();

  private @Nullable InftException refusal;

  /** Of each pack the fetch of its page entries, until all of them came. */
  private final IdentityHashMap<PackReader, FutureTask<PackReader>> fetches =
      new IdentityHashMap<>();

  /**
   * @param executor fetches what is asked for
   */
  BaseLeaves(long version, Manifest manifest, Executor executor) {
    this.version = version;
    this.manifest = manifest;
    this.executor = executor;
    this.hasher = new StateTree(manifest.stateKey(), manifest.pageSize());
  }

  synchronized boolean areKnown() {
    return known != null;
  }

  /** They are only read from now on: whoever changes them takes a copy. */
  synchronized @Nullable StateTree known() {
    return known;
  }

  /** Why the version is none. */
  synchronized @Nullable InftException refusal() {
    return refusal;
  }

  synchronized <E extends InftException> E refused(E why) {
    if (refusal == null) {
      refusal = why;
    }
    return why;
  }

  /**
   * A page came: once there are hashes nobody sees it if it is another one than the version has.
   */
  boolean came(long page, byte[] bytes, int from, PageSink sink) throws InftException {
    StateTree tree;
    synchronized (this) {
      tree = proving;
      if (tree == null) {
        boolean written = sink.page(page, bytes, from);
        if (written) {
          unproved.set((int) page);
        }
        return written;
      }
    }
    byte[] image = Arrays.copyOfRange(bytes, from, from + manifest.pageSize());
    require(tree, page, hasher.leaf(page, image));
    return sink.page(page, bytes, from);
  }

  private void require(StateTree tree, long page, Digest found) throws InftException {
    Digest expected = tree.get(page);
    if (!found.equals(expected)) {
      throw refused(
          new SubstitutedObjectException(
              "page " + page + " of version " + version, expected.toString(), found.toString()));
    }
  }

  /**
   * Reads them from the page entries of all packs, side by side; each pack takes a fetch or more.
   * If one of them cannot be had, those that came are kept and those under way go on, for the next
   * call.
   */
  StateTree fetch(List<PackReader> packs) throws InftException {
    List<FutureTask<PackReader>> tasks = new ArrayList<>();
    for (PackReader pack : packs) {
      tasks.add(fetching(pack));
    }
    StateTree tree = new StateTree(manifest.stateKey(), manifest.pageSize());
    for (FutureTask<PackReader> task : tasks) {
      PackReader pack = PartialVersion.await(task, LONGEST_FETCH);
      tree.resize(pack.header().pageCount());
      for (PageEntry entry : pack.entries()) {
        tree.set(entry.pageNumber(), entry.digest());
      }
    }
    close(); // they are in the tree
    return tree;
  }

  private FutureTask<PackReader> fetching(PackReader pack) throws InftException {
    FutureTask<PackReader> task;
    synchronized (this) {
      task = fetches.get(pack);
      if (task != null && !hasFailed(task)) {
        return task;
      }
      task = new FutureTask<>(pack::withEntries);
      fetches.put(pack, task);
    }
    boolean begun = false;
    try {
      PartialVersion.begin(task, executor);
      begun = true;
    } finally {
      if (!begun) {
        forget(pack, task);
      }
    }
    return task;
  }

  /** A task that nobody does is not waited for. */
  private synchronized void forget(PackReader pack, FutureTask<PackReader> task) {
    fetches.remove(pack, task);
  }

  private static boolean hasFailed(FutureTask<?> task) {
    if (!task.isDone()) {
      return false;
    }
    try {
      task.get(0, TimeUnit.NANOSECONDS);
      return false;
    } catch (ExecutionException | CancellationException | TimeoutException e) {
      return true; // who waited for it was told
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Ends what is under way. */
  void close() {
    List<FutureTask<PackReader>> left;
    synchronized (this) {
      left = List.copyOf(fetches.values());
      fetches.clear();
    }
    left.forEach(task -> task.cancel(true));
  }

  boolean areOf(StateTree tree) {
    return tree.root().equals(manifest.stateRoot());
  }

  /**
   * From now on each page that comes is proved by them.
   *
   * @throws SubstitutedObjectException they are not those of the version
   */
  void requireState(StateTree tree) throws SubstitutedObjectException {
    Digest found = tree.root();
    if (!found.equals(manifest.stateRoot())) {
      throw refused(
          new SubstitutedObjectException(
              "state of version " + version, manifest.stateRoot().toString(), found.toString()));
    }
    synchronized (this) {
      proving = tree;
    }
  }

  /** What is fetched and proved, though perhaps not kept yet. */
  synchronized @Nullable StateTree fetched() {
    return proving;
  }

  /** The file, of which nothing is changed meanwhile but that pages come. */
  interface Here {
    boolean isPresent(long page);

    byte[] page(long page) throws InftException;
  }

  /**
   * Proves what came before the hashes did, as the file has it.
   *
   * @param all whether the file has nothing but pages of the version, so that all of it is looked
   *     at
   * @throws SubstitutedObjectException a page that came is another one
   * @throws ForeignChangeException a page that lay there before is another one
   */
  void requireHere(StateTree tree, Path file, Here here, boolean all) throws InftException {
    long lockPage = LockPage.number(manifest.pageSize());
    for (long page = 1; page <= manifest.pageCount(); page++) {
      boolean came = isUnproved(page);
      if (page == lockPage || !(came || (all && here.isPresent(page)))) {
        continue;
      }
      Digest leaf = tree.leaf(page, here.page(page));
      if (came) {
        require(tree, page, leaf);
      } else if (!leaf.equals(tree.get(page))) {
        throw new ForeignChangeException(
            file.toString(), "page " + page + " is another one than version " + version + " has");
      }
    }
  }

  private synchronized boolean isUnproved(long page) {
    return unproved.get((int) page);
  }

  /** From now on they are known: what came before was proved. */
  synchronized void become(StateTree tree) {
    unproved.clear();
    proving = tree;
    known = tree;
  }
}
