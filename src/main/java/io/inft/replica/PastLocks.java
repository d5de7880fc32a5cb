package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps read-only states from being deleted while somebody, in any process, has them open. This
 * process opens each lock file once: closing a second descriptor would drop the lock of the first.
 */
final class PastLocks {
  private static final Map<Path, Share> SHARES = new HashMap<>();

  private PastLocks() {}

  private static final class Share {
    private final FileChannel channel;
    private int count = 1;

    Share(FileChannel channel) {
      this.channel = channel;
    }
  }

  /** Takes a share; false when the state is gone or going. */
  static boolean share(Path state) throws InftException {
    Path lock = state.resolve("lock");
    synchronized (SHARES) {
      Share known = SHARES.get(state);
      if (known != null) {
        known.count++;
        return true;
      }
      try {
        FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
          channel.close();
          return false;
        }
        SHARES.put(state, new Share(channel));
        return true;
      } catch (NoSuchFileException e) {
        return false;
      } catch (IOException e) {
        throw new LocalStorageException(lock, "lock", e);
      }
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
      try {
        share.channel.close();
      } catch (IOException e) {
        throw new LocalStorageException(state, "unlock", e);
      }
    }
  }

  /** Whether nobody has the state open, here or elsewhere. */
  static boolean isUnused(Path state) throws InftException {
    Path lock = state.resolve("lock");
    synchronized (SHARES) {
      if (SHARES.containsKey(state)) {
        return false;
      }
      try (FileChannel channel =
          FileChannel.open(
              lock, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        return channel.tryLock() != null;
      } catch (IOException e) {
        throw new LocalStorageException(lock, "lock", e);
      }
    }
  }
}
