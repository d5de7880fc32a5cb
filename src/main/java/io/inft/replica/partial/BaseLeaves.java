package io.inft.replica.partial;

import io.inft.bytes.Digest;
import io.inft.commit.Manifest;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.InftException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.lazy.PartialDatabase;
import io.inft.pack.PackReader;
import io.inft.pack.PageEntry;
import io.inft.pack.state.StateTree;
import io.inft.replica.local.EngineThreads;
import io.inft.sqlite.LockPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The page hashes of a version whose pages come by and by. They are proved by the state root, and
 * each page by them: one that came before they did is held against them when they come. Safe for
 * many threads.
 */
final class BaseLeaves {
  private final long version;
  private final Manifest manifest;

  /** Hashes pages and nothing else. */
  private final StateTree hasher;

  // Mutable, guarded by this.
  private @Nullable StateTree known;
  private final Map<Long, Digest> unproved = new HashMap<>();
  private @Nullable InftException refusal;

  BaseLeaves(long version, Manifest manifest) {
    this.version = version;
    this.manifest = manifest;
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

  /** A page came: nobody sees it if it is another one than the version has. */
  void came(long page, byte[] bytes, int from) throws InftException {
    byte[] image = Arrays.copyOfRange(bytes, from, from + manifest.pageSize());
    Digest leaf = hasher.leaf(page, image);
    synchronized (this) {
      if (known == null) {
        unproved.put(page, leaf);
      } else {
        require(known, page, leaf);
      }
    }
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
   */
  StateTree fetch(List<PackReader> packs) throws InftException {
    List<FutureTask<PackReader>> tasks = new ArrayList<>();
    for (PackReader pack : packs) {
      FutureTask<PackReader> task = new FutureTask<>(pack::withEntries);
      tasks.add(task);
      EngineThreads.anchoring().execute(task);
    }
    StateTree tree = new StateTree(manifest.stateKey(), manifest.pageSize());
    try {
      for (FutureTask<PackReader> task : tasks) {
        PackReader pack = PartialVersion.await(task);
        tree.resize(pack.header().pageCount());
        for (PageEntry entry : pack.entries()) {
          tree.set(entry.pageNumber(), entry.digest());
        }
      }
    } finally {
      tasks.forEach(task -> task.cancel(true));
    }
    return tree;
  }

  boolean areOf(StateTree tree) {
    return tree.root().equals(manifest.stateRoot());
  }

  /**
   * @throws SubstitutedObjectException they are not those of the version
   */
  void requireState(StateTree tree) throws SubstitutedObjectException {
    Digest found = tree.root();
    if (!found.equals(manifest.stateRoot())) {
      throw refused(
          new SubstitutedObjectException(
              "state of version " + version, manifest.stateRoot().toString(), found.toString()));
    }
  }

  /**
   * Proves what lay in the file before anything came through this.
   *
   * @param here has nothing but pages of the version
   * @throws ForeignChangeException a page is another one than came
   */
  void requireHere(StateTree tree, Path file, PartialDatabase here) throws InftException {
    long lockPage = LockPage.number(manifest.pageSize());
    for (long page = 1; page <= manifest.pageCount(); page++) {
      boolean lies = page != lockPage && here.isPresent(page) && !isToBeProved(page);
      if (lies && !tree.leaf(page, here.page(page)).equals(tree.get(page))) {
        throw new ForeignChangeException(
            file.toString(), "page " + page + " is another one than version " + version + " has");
      }
    }
  }

  /** From now on they are known; what came before is proved first. */
  synchronized void become(StateTree tree) throws InftException {
    for (Map.Entry<Long, Digest> one : unproved.entrySet()) {
      require(tree, one.getKey(), one.getValue());
    }
    unproved.clear();
    known = tree;
  }

  private synchronized boolean isToBeProved(long page) {
    return unproved.containsKey(page);
  }
}
