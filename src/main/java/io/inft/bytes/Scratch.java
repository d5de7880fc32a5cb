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
import java.util.regex.Pattern;
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

  /** With a random number of 64 bits: shorter than ten digits once in a billion times. */
  private static final Pattern IN_HOMES =
      Pattern.compile(
          "(push|fork|verify)-[0-9]{10,20}\\.sqlite(-wal|-shm|-journal)?|doctor-[0-9]{10,20}");

  private static final Pattern ANYWHERE =
      Pattern.compile("inft-deserialize-[0-9]{10,20}\\.db(-wal|-shm|-journal)?");

  private static final Duration FORGOTTEN = Duration.ofDays(1);

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

  /** Makes one in a home, which is made durably if it is not there: it is more than scratch. */
  public static Scratch inHome(Path home, String purpose) throws LocalStorageException {
    DurableFiles.createFolders(home);
    return in(home, purpose);
  }

  public Path folder() {
    return folder;
  }

  /** A place for a file; it is not made. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /**
   * An empty file that its owner alone may read: the folder's own bits do not follow a file that is
   * moved or linked out of it.
   */
  public Path make(String name) throws LocalStorageException {
    Path file = file(name);
    try {
      return Files.createFile(file, DurableFiles.privately("rw-------"));
    } catch (IOException e) {
      throw new LocalStorageException(file, "make", e);
    }
  }

  /**
   * Sweeps a home, also of what earlier builds left there: their files lay by themselves and
   * without a lock, so only what no other program names so goes, and what nobody wrote to for a
   * day.
   */
  public static void sweepHome(Path home) {
    sweepHome(home, Instant.now());
  }

  static void sweepHome(Path home, Instant now) {
    sweep(home, now);
    sweep(home, "{push,fork,verify,doctor}-[0-9]*", path -> isForgotten(path, IN_HOMES, now));
  }

  /** Deletes what processes left that were killed. What cannot be deleted is left to the next. */
  public static void sweep(Path place) {
    sweep(place, Instant.now());
  }

  static void sweep(Path place, Instant now) {
    sweep(place, PREFIX + "*", path -> isLeft(path, now));
    sweep(place, "inft-deserialize-*", path -> isForgotten(path, ANYWHERE, now));
  }

  /** Whether something may go. */
  @FunctionalInterface
  private interface Rule {
    boolean isOver(Path path) throws IOException;
  }

  private static void sweep(Path place, String names, Rule rule) {
    if (!Files.isDirectory(place)) {
      return;
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(place, names)) {
      for (Path path : left) {
        sweepOne(path, rule);
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("{} cannot be looked through for what was left there", place, e);
    }
  }

  /** Another user's in a shared folder stays, and so does what somebody else sweeps just now. */
  private static void sweepOne(Path path, Rule rule) {
    try {
      if (rule.isOver(path)) {
        DurableFiles.deleteTree(path);
      }
    } catch (IOException | LocalStorageException e) {
      LOG.debug("{} cannot be deleted", path, e);
    }
  }

  private static boolean isForgotten(Path path, Pattern names, Instant now) throws IOException {
    return names.matcher(path.getFileName().toString()).matches()
        && Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
            .toInstant()
            .isBefore(now.minus(FORGOTTEN));
  }

  private static boolean isLeft(Path folder, Instant now) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || Files.getLastModifiedTime(folder).toInstant().isAfter(now.minus(SETTLED))) {
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
