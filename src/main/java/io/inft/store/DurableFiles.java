package io.inft.store;

import io.inft.failure.ForeignFileException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * Writes files so that a name either holds the whole content after a crash or does not exist: the
 * content goes to a temporary file and is synced, then gets its name, then the folder is synced.
 * Several processes may do this at once.
 */
final class DurableFiles {
  /** A temporary file this old belongs to a process that died. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path temporaries;

  private DurableFiles(Path temporaries) {
    this.temporaries = temporaries;
  }

  /** Uses a folder on the same file system as the targets; clears what dead processes left. */
  static DurableFiles in(Path temporaries) throws InftException {
    createFolder(temporaries);
    Instant limit = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(temporaries, "*.tmp")) {
      for (Path entry : entries) {
        if (isOlderThan(entry, limit)) {
          Files.deleteIfExists(entry);
        }
      }
    } catch (IOException e) {
      throw new LocalStorageException(temporaries, "clear", e);
    }
    return new DurableFiles(temporaries);
  }

  private static boolean isOlderThan(Path entry, Instant limit) throws IOException {
    try {
      return Files.getLastModifiedTime(entry).toInstant().isBefore(limit);
    } catch (java.nio.file.NoSuchFileException gone) {
      return false; // another process finished with it meanwhile
    }
  }

  Path newTemporary() {
    return temporaries.resolve(UUID.randomUUID() + ".tmp");
  }

  FileChannel create(Path temporary) throws IOException {
    return FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Writes and syncs a temporary file; nothing of it is left if that fails. */
  Path write(byte[] content) throws LocalStorageException {
    Path temporary = newTemporary();
    try (FileChannel channel = create(temporary)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    } catch (IOException e) {
      discard(temporary);
      throw new LocalStorageException(temporary, "write", e);
    }
    return temporary;
  }

  /**
   * Gives a synced temporary file its name unless the name is taken.
   *
   * @return false if another file has the name already
   */
  boolean publish(Path temporary, Path target) throws InftException {
    try {
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new ForeignFileException(target.toString(), "a file of ours should be here");
      }
      discard(temporary);
      return false;
    } catch (IOException | UnsupportedOperationException e) {
      throw new LocalStorageException(target, "link", e);
    }
    discard(temporary);
    syncFolder(folderOf(target));
    return true;
  }

  /** Gives a synced temporary file its name, whatever file had it. */
  void replace(Path temporary, Path target) throws InftException {
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      discard(temporary);
      throw new ForeignFileException(target.toString(), "a file of ours should be here");
    }
    try {
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      discard(temporary);
      throw new LocalStorageException(target, "replace", e);
    }
    syncFolder(folderOf(target));
  }

  void discard(Path temporary) throws LocalStorageException {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw new LocalStorageException(temporary, "delete", e);
    }
  }

  static void createFolder(Path folder) throws InftException {
    if (Files.isDirectory(folder)) {
      return;
    }
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new ForeignFileException(folder.toString(), "a folder should be here");
    }
    Path parent = folderOf(folder);
    createFolder(parent);
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw new ForeignFileException(folder.toString(), "a folder should be here");
      }
    } catch (IOException e) {
      throw new LocalStorageException(folder, "create", e);
    }
    syncFolder(parent);
  }

  static Path folderOf(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().getParent(), "the root has no folder");
  }

  private static void syncFolder(Path folder) throws LocalStorageException {
    if (File.separatorChar == '\\') {
      return; // Windows opens no folders, and its journal keeps names
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new LocalStorageException(folder, "sync", e);
    }
  }
}
