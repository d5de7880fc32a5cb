package io.inft.store;

import io.inft.bytes.DurableFiles;
import io.inft.failure.ForeignFileException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * A folder of files that are being written and have no name yet. Several processes may use it at
 * once.
 */
final class Temporaries {
  /** A temporary file this old belongs to a process that died. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path folder;

  private Temporaries(Path folder) {
    this.folder = folder;
  }

  /** Will use a folder on the same file system as the targets; it need not be there yet. */
  static Temporaries at(Path folder) {
    return new Temporaries(folder);
  }

  /** Makes the folder if need be; clears what dead processes left. */
  void make() throws InftException {
    createFolder(folder);
    Instant limit = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.tmp")) {
      for (Path entry : entries) {
        if (isOlderThan(entry, limit)) {
          Files.deleteIfExists(entry);
        }
      }
    } catch (IOException e) {
      throw new LocalStorageException(folder, "clear", e);
    }
  }

  private static boolean isOlderThan(Path entry, Instant limit) throws IOException {
    try {
      return Files.getLastModifiedTime(entry).toInstant().isBefore(limit);
    } catch (java.nio.file.NoSuchFileException gone) {
      return false; // another process finished with it meanwhile
    }
  }

  Path newTemporary() {
    return folder.resolve(UUID.randomUUID() + ".tmp");
  }

  FileChannel create(Path temporary) throws IOException {
    return FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Writes and syncs a temporary file; nothing of it is left if that fails. */
  Path write(byte[] content) throws LocalStorageException {
    Path temporary = newTemporary();
    DurableFiles.create(temporary, content);
    return temporary;
  }

  /**
   * Gives a synced temporary file its name unless the name is taken.
   *
   * @return false if another file has the name already
   */
  boolean publish(Path temporary, Path target) throws InftException {
    boolean isNew = DurableFiles.link(temporary, target);
    if (!isNew && !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new ForeignFileException(target.toString(), "a file of ours should be here");
    }
    discard(temporary);
    return isNew;
  }

  /** Gives a synced temporary file its name, whatever file had it. */
  void replace(Path temporary, Path target) throws InftException {
    boolean replaced = false;
    try {
      if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new ForeignFileException(target.toString(), "a file of ours should be here");
      }
      DurableFiles.rename(temporary, target);
      replaced = true;
    } finally {
      if (!replaced) {
        discard(temporary);
      }
    }
  }

  void discard(Path temporary) throws LocalStorageException {
    DurableFiles.deleteIfExists(temporary);
  }

  static void createFolder(Path folder) throws InftException {
    for (Path path = folder; path != null && !Files.isDirectory(path); path = path.getParent()) {
      // Asked again: somebody else may have made it meanwhile.
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path)) {
        throw new ForeignFileException(path.toString(), "a folder should be here");
      }
    }
    DurableFiles.createSharedFolders(folder);
  }

  static Path folderOf(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().getParent(), "the root has no folder");
  }
}
