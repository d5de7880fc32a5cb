package io.inft.bytes;

import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder for what is thrown away again, often a database in the clear: for its owner's eyes only,
 * gone when it is closed, and gone at the next look if the process was killed before. A process
 * that lives holds a lock in it, so that nobody sweeps it from under its feet.
 */
public final class Scratch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
  private static final String PREFIX = "inft-scratch-";
  private static final String LOCK = "lock";

  /** A folder so young may belong to a process that has not locked it yet. */
  private static final Duration SETTLED = Duration.ofMinutes(1);

  private final Path folder;
  private final FileChannel channel;

  private Scratch(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Makes one, and sweeps what others left there.
   *
   * @param place an existing folder
   * @param purpose a word that tells a person what it was for
   */
  @SuppressWarnings("StreamResourceLeak") // the channel lives as long as what is returned
  public static Scratch in(Path place, String purpose) throws LocalStorageException {
    sweep(place, Instant.now());
    try {
      Path folder = Files.createTempDirectory(place, PREFIX + purpose + "-");
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw new IOException(folder + " was locked by another process a moment after it was made");
      }
      return new Scratch(folder, channel);
    } catch (IOException e) {
      throw new LocalStorageException(place, "make a temporary folder in", e);
    }
  }

  public Path folder() {
    return folder;
  }

  /** A place for a file; it is not made. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** Deletes what processes left that were killed. What cannot be deleted is left to the next. */
  public static void sweep(Path place) {
    sweep(place, Instant.now());
  }

  static void sweep(Path place, Instant now) {
    if (!Files.isDirectory(place)) {
      return;
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(place, PREFIX + "*")) {
      for (Path folder : left) {
        sweepOne(folder, now);
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("{} cannot be looked through for what was left there", place, e);
    }
  }

  /** Another user's in a shared folder stays, and so does what somebody else sweeps just now. */
  private static void sweepOne(Path folder, Instant now) {
    try {
      if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && isLeft(folder, now)) {
        DurableFiles.deleteTree(folder);
      }
    } catch (IOException | LocalStorageException e) {
      LOG.debug("{} cannot be deleted", folder, e);
    }
  }

  private static boolean isLeft(Path folder, Instant now) throws IOException {
    if (Files.getLastModifiedTime(folder).toInstant().isAfter(now.minus(SETTLED))) {
      return false;
    }
    Path lock = folder.resolve(LOCK);
    if (!Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      return held != null;
    } catch (OverlappingFileLockException ofThisProcess) {
      return false;
    }
  }

  @Override
  public void close() throws LocalStorageException {
    try {
      DurableFiles.deleteTree(folder);
    } finally {
      release();
    }
  }

  private void release() throws LocalStorageException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LocalStorageException(folder, "release", e);
    }
  }
}
