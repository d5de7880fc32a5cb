package io.inft.sqlite;

import io.inft.failure.LocalStorageException;
import java.io.EOFException;
import java.nio.file.Path;

/**
 * A database's main file, read beside SQLite. Safe for many threads, and no interrupt closes it.
 *
 * <p><b>Who opens this closes it after the last SQLite connection on the same file in this process,
 * and opens it once.</b> On POSIX, closing <em>any</em> descriptor of a file drops <em>all</em>
 * locks the process holds on it, SQLite's included, without SQLite noticing: another process could
 * then take the file over and this one would go on writing. The same is true of {@link WalIndex};
 * the write-ahead log itself is never locked, so {@link WalFile} may come and go.
 */
public final class DatabaseFile implements AutoCloseable {
  private final SteadyFile file;

  private DatabaseFile(SteadyFile file) {
    this.file = file;
  }

  public static DatabaseFile open(Path database) throws LocalStorageException {
    return new DatabaseFile(SteadyFile.open(database));
  }

  /**
   * What the main file holds in the place of a page. Whether that is the page's newest content, the
   * write-ahead log knows.
   *
   * @param number counted from 1
   * @throws LocalStorageException also if the file ends before the page does
   */
  public byte[] page(long number, int pageSize) throws LocalStorageException {
    PageSize.check(pageSize);
    if (number < 1) {
      throw new IllegalArgumentException("page " + number);
    }
    byte[] page = new byte[pageSize];
    if (file.read((number - 1) * pageSize, page, pageSize) < pageSize) {
      throw new LocalStorageException(
          file.path(), "read page " + number + " of", new EOFException("the file ends before it"));
    }
    return page;
  }

  public long sizeBytes() throws LocalStorageException {
    return file.sizeBytes();
  }

  @Override
  public void close() throws LocalStorageException {
    file.close();
  }
}
