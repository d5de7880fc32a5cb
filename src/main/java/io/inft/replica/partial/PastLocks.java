package io.inft.replica.partial;

import io.inft.bytes.DurableFiles;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps read-only states from being deleted while somebody, in any process, has them open. This
 * process opens each lock file once: closing a second descriptor would drop the lock of the first.
 */
final class PastLocks {
  /** Lies in every state, and in what will be one. */
  static final String FILE = "lock";

  /** Begins the name of what is being deleted: nobody opens it any more. */
  static final String DOOMED = "doomed-p";

  private static final Map<Path, Share> SHARES = new HashMap<>();

  private PastLocks() {}

  private static final class Share {
    private final FileChannel channel;
    private int count = 1;

    Share(FileChannel channel) {
      this.channel = channel;
    }
  }

  /**
   * Makes the lock file of what will be a state and takes a share; false when another process took
   * it for a leftover.
   */
  static boolean begin(Path building) throws InftException {
    synchronized (SHARES) {
      try {
        Files.createFile(building.resolve(FILE));
      } catch (IOException e) {
        throw new LocalStorageException(building, "lock", e);
      }
      return share(building);
    }
  }

  /** Takes a share; false when the state is gone or going. */
  static boolean share(Path state) throws InftException {
    Path lock = state.resolve(FILE);
    synchronized (SHARES) {
      Share known = SHARES.get(state);
      if (known != null) {
        known.count++;
        return true;
      }
      boolean shared = false;
      FileChannel channel = null;
      try {
        Object before = identity(lock);
        channel = FileChannel.open(lock, StandardOpenOption.READ, StandardOpenOption.WRITE);
        // Whoever deletes a state takes its name away first, under the lock.
        shared = channel.tryLock(0, Long.MAX_VALUE, true) != null && before.equals(identity(lock));
        if (shared) {
          SHARES.put(state, new Share(channel));
        }
        return shared;
      } catch (NoSuchFileException e) {
        return false;
      } catch (IOException e) {
        throw new LocalStorageException(lock, "lock", e);
      } finally {
        if (!shared) {
          close(state, channel);
        }
      }
    }
  }

  private static Object identity(Path lock) throws IOException {
    BasicFileAttributes found = Files.readAttributes(lock, BasicFileAttributes.class);
    return found.fileKey() == null ? found.creationTime() : found.fileKey();
  }

  private static void close(Path state, @Nullable FileChannel channel)
      throws LocalStorageException {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new LocalStorageException(state, "unlock", e);
    }
  }

  /** Gives a share back. */
  static void unshare(Path state) throws InftException {
    synchronized (SHARES) {
      Share share = SHARES.get(state);
      if (share == null || --share.count > 0) {
        return;
      }
      SHARES.remove(state);
      close(state, share.channel);
    }
  }

  /**
   * Deletes a state, or what was begun of one, unless somebody has it open, here or elsewhere.
   *
   * @return whether it was there and is gone
   */
  static boolean deleteIfUnused(Path state) throws InftException {
    Path lock = state.resolve(FILE);
    Path doomed = state.resolveSibling(DOOMED + state.getFileName() + "-" + UUID.randomUUID());
    synchronized (SHARES) {
      if (SHARES.containsKey(state)) {
        return false;
      }
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        if (channel.tryLock() == null) {
          return false;
        }
        Files.move(state, doomed, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException | OverlappingFileLockException e) {
        return false;
      } catch (IOException e) {
        throw new LocalStorageException(lock, "lock", e);
      }
    }
    DurableFiles.deleteTree(doomed);
    return true;
  }
}
