package io.inft.bytes;

import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files that are there after a power cut or not at all. A file is written beside its place, forced
 * to disk, renamed over its name, and the folder is forced too; a reader sees the old bytes or the
 * new. No interrupt keeps a file from being finished; it is there afterwards.
 */
public final class DurableFiles {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private DurableFiles() {}

  /** Replaces {@code file} atomically; readable by its owner alone. */
  public static void replace(Path file, byte[] content) throws LocalStorageException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    deleteIfExists(temporary);
    createPrivate(temporary, content);
    boolean renamed = false;
    try {
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      renamed = true;
    } catch (IOException e) {
      throw new LocalStorageException(file, "write", e);
    } finally {
      if (!renamed) {
        deleteIfExists(temporary);
      }
    }
    forceFolder(parentOf(file));
  }

  /**
   * Writes a file that must not exist yet, readable as the process writes files, and forces it to
   * disk; nothing of it is left if that fails. Its name is not forced yet: {@link #link} or {@link
   * #rename} it to where it belongs.
   */
  public static void create(Path file, byte[] content) throws LocalStorageException {
    create(file, content, new FileAttribute<?>[0]);
  }

  /** {@link #create} of a file that only its owner can read. */
  public static void createPrivate(Path file, byte[] content) throws LocalStorageException {
    create(file, content, privately("rw-------"));
  }

  private static void create(Path file, byte[] content, FileAttribute<?>[] attributes)
      throws LocalStorageException {
    try {
      finished(() -> createOnce(file, content, attributes));
    } catch (IOException e) {
      throw new LocalStorageException(file, "write", e);
    }
  }

  private static boolean createOnce(Path file, byte[] content, FileAttribute<?>[] attributes)
      throws IOException {
    boolean created = false;
    boolean complete = false;
    try (FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
      created = true;
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
      complete = true;
      return true;
    } finally {
      if (created && !complete) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * Gives a file that was forced to disk a further name, durably, unless the name is taken.
   *
   * @return false if it is taken, by whatever; nothing was changed then
   */
  public static boolean link(Path from, Path to) throws LocalStorageException {
    try {
      Files.createLink(to, from);
    } catch (FileAlreadyExistsException taken) {
      return false;
    } catch (UnsupportedOperationException e) {
      throw new LocalStorageException(
          to,
          "link",
          new IOException("this file system has no hard links; choose a folder on another", e));
    } catch (IOException e) {
      throw new LocalStorageException(to, "link", e);
    }
    forceFolder(parentOf(to));
    return true;
  }

  /** Makes a folder and its parents durably, readable by their owner alone. */
  public static void createFolders(Path folder) throws LocalStorageException {
    createFolders(folder, privately("rwx------"));
  }

  /** Makes a folder and its parents durably, readable as the process makes folders. */
  public static void createSharedFolders(Path folder) throws LocalStorageException {
    createFolders(folder, new FileAttribute<?>[0]);
  }

  /** One thread at a time: what a thread finds, another has forced to disk. */
  private static synchronized void createFolders(Path folder, FileAttribute<?>[] attributes)
      throws LocalStorageException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = parentOf(folder);
    createFolders(parent, attributes);
    try {
      Files.createDirectory(folder, attributes);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) { // or another process was quicker
        throw new LocalStorageException(folder, "create folder", e);
      }
    } catch (IOException e) {
      throw new LocalStorageException(folder, "create folder", e);
    }
    forceFolder(parent);
  }

  /** Gives a file or folder its final name, atomically and durably; a file there is replaced. */
  public static void rename(Path from, Path to) throws LocalStorageException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LocalStorageException(to, "rename to", e);
    }
    forceNames(from, to);
  }

  /**
   * Takes over a file that somebody else wrote and need not have forced to disk: its content and
   * its name are durable when this returns. On another file system it is copied.
   */
  public static void take(Path from, Path to) throws LocalStorageException {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new LocalStorageException(from, "move to " + to, e);
    }
    force(to);
    forceNames(from, to);
  }

  /** The old folder too: a file whose name there was never on disk need not have one elsewhere. */
  private static void forceNames(Path from, Path to) throws LocalStorageException {
    forceFolder(parentOf(to));
    if (!parentOf(from).equals(parentOf(to))) {
      forceFolder(parentOf(from));
    }
  }

  /** Forces a file's content to disk. */
  public static void force(Path file) throws LocalStorageException {
    force(file, StandardOpenOption.WRITE);
  }

  /** Forces a folder's entries to disk. On Windows folders cannot be opened, and need not be. */
  public static void forceFolder(Path folder) throws LocalStorageException {
    if (POSIX) {
      force(folder, StandardOpenOption.READ);
    }
  }

  private static void force(Path path, OpenOption how) throws LocalStorageException {
    try {
      finished(
          () -> {
            try (FileChannel channel = FileChannel.open(path, how)) {
              channel.force(true);
              return true;
            }
          });
    } catch (IOException e) {
      throw new LocalStorageException(path, "force to disk", e);
    }
  }

  /** Something that may be done again. */
  @FunctionalInterface
  private interface FileWork<T> {
    T run() throws IOException;
  }

  /**
   * An interrupt closes the channel that its thread is using. What must be on disk is finished all
   * the same, and the interrupt is there afterwards for whoever waits next.
   */
  private static <T> T finished(FileWork<T> work) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return work.run();
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  public static void deleteIfExists(Path file) throws LocalStorageException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new LocalStorageException(file, "delete", e);
    }
  }

  /**
   * Deletes a folder and all in it; does nothing when it is not there.
   *
   * @throws IllegalArgumentException the empty path, which is the process's own folder, or a root
   */
  public static void deleteTree(Path folder) throws LocalStorageException {
    if (folder.toString().isEmpty() || folder.getNameCount() == 0) {
      throw new IllegalArgumentException("'" + folder + "' is no folder to delete whole");
    }
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(folder)) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new LocalStorageException(folder, "list", e);
    } catch (UncheckedIOException e) {
      throw new LocalStorageException(folder, "list", e);
    }
    for (Path path : deepestFirst) {
      deleteIfExists(path);
    }
  }

  /** The whole content of a file that has at most {@code maxBytes}. */
  public static byte[] read(Path file, int maxBytes) throws LocalStorageException {
    try {
      long size = Files.size(file);
      if (size > maxBytes) {
        throw new IOException("has " + size + " bytes, at most " + maxBytes + " expected");
      }
      return finished(() -> Files.readAllBytes(file));
    } catch (IOException e) {
      throw new LocalStorageException(file, "read", e);
    }
  }

  static FileAttribute<?>[] privately(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static Path parentOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " has no folder");
    }
    return parent;
  }
}
