package io.inft.capture;

import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.lazy.PartialDatabase;
import io.inft.sqlite.DatabaseFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A database's main file as it is read beside SQLite: as it lies on disk, or through what brings
 * its pages as long as they are not all here. Safe for many threads.
 */
final class MainFile implements AutoCloseable {
  private final DatabaseFile file;
  private final Optional<PartialDatabase> partial;

  private MainFile(DatabaseFile file, Optional<PartialDatabase> partial) {
    this.file = file;
    this.partial = partial;
  }

  /**
   * @param partial what brings its pages; empty if they are all here
   */
  static MainFile open(Path database, Optional<PartialDatabase> partial)
      throws LocalStorageException {
    return new MainFile(DatabaseFile.open(database), partial);
  }

  Optional<PartialDatabase> partial() {
    return partial;
  }

  boolean isPartial() {
    return partial.isPresent() && !partial.get().isWhole();
  }

  /** Whether a checkpoint may be tried: not until what came of the pages was proved. */
  boolean takesWrites() {
    return partial.isEmpty() || partial.get().takesWrites();
  }

  /** Whether a page can be read without a fetch. */
  boolean isAtHand(long number) {
    return partial.isEmpty() || partial.get().isPresent(number);
  }

  /** What the file holds in the place of a page, which may have to come first. */
  byte[] page(long number, int pageSize) throws InftException {
    return isPartial() ? partial.get().page(number) : file.page(number, pageSize);
  }

  long sizeBytes() throws LocalStorageException {
    return file.sizeBytes();
  }

  @Override
  public void close() throws LocalStorageException {
    file.close();
  }
}
