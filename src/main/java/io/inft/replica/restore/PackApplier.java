package io.inft.replica.restore;

import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.commit.Manifest;
import io.inft.commit.PackEntry;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.pack.PackReader;
import io.inft.pack.state.StateTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lays page packs on a database file, on all cores, and proves the outcome by its state root.
 *
 * <p>Each byte is hashed once: the root covers every page, and nothing is given a name before it
 * matched. So packs are read without their 0G proof and without the page hashes of their index,
 * which would cost more than all the rest. Who wants to know where a wrong byte came from lays the
 * packs once more with {@link Checks#EACH}.
 */
final class PackApplier {
  /** How much is proved on the way to the state root. */
  enum Checks {
    /** What the decryption and the state root prove. */
    ROOT,
    /** Also each segment against the object's root and each page against its pack's index. */
    EACH
  }

  /** Stored bytes that one worker takes at a time: a part of a large pack, some of a small one. */
  private static final long MOST_BYTES = 4 << 20;

  private static final long LEAST_BYTES = 256 << 10;
  private static final int PARTS = 8;

  private final PackAccess packs;
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

  private final ExecutorService workers;
  private final Checks checks;

  PackApplier(PackAccess packs, ExecutorService workers, Checks checks) {
    this.packs = packs;
    this.workers = workers;
    this.checks = checks;
  }

  /**
   * Lays the packs in order.
   *
   * @param database the file, made if it is not there; forced to disk when this returns
   * @param tree the pages as they are in the file before
   * @return the tree of the version's pages
   * @throws SubstitutedObjectException the pages are not the version's
   */
  StateTree lay(
      Restore.Opened version,
      Path database,
      List<PackEntry> entries,
      StateTree tree,
      TransferListener listener)
      throws InftException {
    Manifest manifest = version.tip().manifest();
    long totalBytes = entries.stream().mapToLong(PackEntry::sizeBytes).sum();
    long doneBytes = 0;
    long reached = tree.pageCount();
    tree.resize(Math.min(reached, manifest.pageCount()));
    try (FileChannel file =
        FileChannel.open(
            database,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      for (PackEntry entry : entries) {
        PackReader pack = open(version, entry);
        pack.requireGrowth(reached);
        reached = pack.header().pageCount();
        makeRoom(tree, pack, manifest);
        PackTarget target =
            new PackTarget(file, database, tree, manifest, pack, checks == Checks.EACH);
        inParallel(parts(pack, entry.sizeBytes()), target, file);
        doneBytes += entry.sizeBytes();
        listener.transferred(doneBytes, totalBytes);
      }
      if (reached != manifest.pageCount() || tree.pageCount() != reached) {
        throw new CorruptObjectException(
            "database of version " + version.tip().version(),
            0,
            "has "
                + manifest.pageCount()
                + " pages by its manifest, "
                + reached
                + " by its packs, which bring at most "
                + tree.pageCount());
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

  private PackReader open(Restore.Opened version, PackEntry entry) throws InftException {
    return packs.pack(
        version.tip().commit(),
        entry,
        version.keys(),
        version.tip().manifest().stateKey(),
        checks == Checks.EACH);
  }

  /**
   * The tree grows with what packs bring and never ahead of it, because a page count is a claim.
   * Every page is brought by some pack, except the lock page.
   */
  private static void makeRoom(StateTree tree, PackReader pack, Manifest manifest) {
    long most = Math.min(StateTree.MAX_PAGES, tree.pageCount() + pack.pages() + 1);
    if (tree.pageCount() < Math.min(most, manifest.pageCount())) {
      tree.resize(Math.min(most, manifest.pageCount()));
    }
  }

  /** A database that ends in pages no pack holds (the lock page) still has its full length. */
  private static void fill(FileChannel file, long sizeBytes) throws IOException {
    if (file.size() < sizeBytes) {
      file.write(ByteBuffer.wrap(new byte[1]), sizeBytes - 1);
    }
  }

  /** Blocks from {@code first} up to, not including, {@code end}. */
  private record Part(int first, int end) {}

  private static List<Part> parts(PackReader pack, long sizeBytes) {
    long partBytes = Math.max(LEAST_BYTES, Math.min(MOST_BYTES, sizeBytes / PARTS));
    List<Part> parts = new ArrayList<>();
    int first = 0;
    for (int block = 1; block <= pack.blocks(); block++) {
      if (block == pack.blocks() || pack.blockStart(block) - pack.blockStart(first) >= partBytes) {
        parts.add(new Part(first, block));
        first = block;
      }
    }
    return parts;
  }

  /** Returns when no worker touches the file any more, whatever happened. */
  private void inParallel(List<Part> parts, PackTarget target, FileChannel file)
      throws InftException, IOException {
    if (parts.size() == 1) {
      target.lay(parts.get(0).first(), parts.get(0).end());
      return;
    }
    AtomicReference<@Nullable InftException> failure = new AtomicReference<>();
    List<Future<?>> running = new ArrayList<>();
    for (Part part : parts) {
      running.add(workers.submit(() -> lay(part, target, failure)));
    }
    boolean interrupted = false;
    for (Future<?> one : running) {
      interrupted |= await(one, failure);
      if (failure.get() == null) {
        file.force(false); // the disk works while the workers do
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    InftException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private static void lay(
      Part part, PackTarget target, AtomicReference<@Nullable InftException> failure) {
    if (failure.get() == null) {
      try {
        target.lay(part.first(), part.end());
      } catch (InftException e) {
        failure.compareAndSet(null, e);
      }
    }
  }

  /**
   * Waits for one part; true if this thread was interrupted meanwhile, which ends the others. While
   * all goes well that takes as long as the bytes do: a store limits each read. After a failure
   * nobody waits for a read that hangs: what it still lays goes into a file that is thrown away.
   */
  private static boolean await(Future<?> part, AtomicReference<@Nullable InftException> failure) {
    boolean interrupted = false;
    long patience = AFTER_FAILURE.toNanos();
    while (true) {
      try {
        part.get(LOOK.toNanos(), TimeUnit.NANOSECONDS);
        return interrupted;
      } catch (TimeoutException e) {
        patience -= failure.get() == null ? 0 : LOOK.toNanos();
        if (patience < 0) {
          return interrupted;
        }
      } catch (InterruptedException e) {
        interrupted = true;
        failure.compareAndSet(null, new PublishTimeoutException("restore", "interrupted", e));
      } catch (ExecutionException e) {
        throw new IllegalStateException("a part could not be laid", e.getCause());
      }
    }
  }
}
