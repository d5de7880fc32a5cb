package io.inft.replica.restore;

import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Writes pages into a database file; neighbours are gathered and go together. Not thread-safe: one
 * a thread. What was added is in the file after {@link #flush}.
 */
final class PageWriter {
  private static final int BUFFER_BYTES = 1 << 20;

  private final FileChannel file;
  private final Path path;
  private final int pageSize;

  // Pages that lie side by side, and where the first one belongs.
  private final ByteBuffer gathered = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long begin;

  PageWriter(FileChannel file, Path path, int pageSize) {
    this.file = file;
    this.path = path;
    this.pageSize = pageSize;
  }

  /** Adds the page that begins at {@code pages[from]}. */
  void add(long number, byte[] pages, int from) throws LocalStorageException {
    long place = (number - 1) * pageSize;
    if (place != begin + gathered.position() || gathered.remaining() < pageSize) {
      flush();
      begin = place;
    }
    gathered.put(pages, from, pageSize);
  }

  void flush() throws LocalStorageException {
    gathered.flip();
    try {
      while (gathered.hasRemaining()) {
        file.write(gathered, begin + gathered.position());
      }
    } catch (IOException e) {
      throw new LocalStorageException(path, "write", e);
    } finally {
      gathered.clear();
    }
  }
}
