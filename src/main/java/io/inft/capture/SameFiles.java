package io.inft.capture;

import io.inft.failure.ForeignChangeException;
import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * That the files which the engine has open are the files at their paths. One that was deleted or
 * replaced lives on for those who have it open, and for nobody else: what is committed there is
 * lost with the process, and a new connection would work on another file. Immutable.
 */
final class SameFiles {
  /**
   * @param key what the file system calls it; empty where it has no such thing
   */
  private record Opened(Path path, String what, Optional<Object> key) {}

  private final Path database;
  private final List<Opened> opened = new ArrayList<>();

  private SameFiles(Path database) {
    this.database = database;
  }

  /** To be taken when everything is open. */
  static SameFiles of(Path database) throws LocalStorageException {
    SameFiles files = new SameFiles(database);
    files.add(database, "it");
    files.add(WorkingFiles.logOf(database), "its write-ahead log");
    files.add(WorkingFiles.indexOf(database), "the index of its write-ahead log");
    return files;
  }

  private void add(Path path, String what) throws LocalStorageException {
    opened.add(new Opened(path, what, key(path)));
  }

  private static Optional<Object> key(Path path) throws LocalStorageException {
    try {
      return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LocalStorageException(path, "look at", e);
    }
  }

  boolean isDatabaseAtItsPath() throws LocalStorageException {
    Opened first = opened.get(0);
    return first.key().isEmpty() || first.key().equals(key(first.path()));
  }

  /**
   * @throws ForeignChangeException one of them is gone, or another file lies there
   */
  void require() throws ForeignChangeException, LocalStorageException {
    for (Opened one : opened) {
      if (one.key().isPresent() && !one.key().equals(key(one.path()))) {
        throw new ForeignChangeException(
            database.toString(),
            one.what()
                + (Files.exists(one.path()) ? " was replaced" : " was deleted")
                + " while it was open");
      }
    }
  }
}
