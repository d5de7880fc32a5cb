package io.inft.diff;

import io.inft.bytes.FileSource;
import io.inft.failure.InftException;
import io.inft.sqlite.DatabaseHeader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;

/** A database file that nobody writes to, page by page. For one thread. */
final class PageFile implements AutoCloseable {
  private static final int BATCH_BYTES = 1 << 20;

  private final FileSource file;
  private final DatabaseHeader header;

  private PageFile(FileSource file, DatabaseHeader header) {
    this.file = file;
    this.header = header;
  }

  /** Opens a file of at least one page. */
  static PageFile open(Path path) throws InftException {
    FileSource file = FileSource.open(path);
    boolean complete = false;
    try {
      PageFile opened =
          new PageFile(file, DatabaseHeader.parse(file.read(0, DatabaseHeader.BYTES)));
      complete = true;
      return opened;
    } finally {
      if (!complete) {
        file.close();
      }
    }
  }

  DatabaseHeader header() {
    return header;
  }

  int pageSize() {
    return header.pageSize();
  }

  /** Bytes of a page that SQLite uses. */
  int usable() {
    return header.pageSize() - header.reservedBytes();
  }

  int pages() {
    return (int) Math.min(Integer.MAX_VALUE - 1, file.sizeBytes() / header.pageSize());
  }

  /**
   * @param number from 1 to {@link #pages}
   */
  byte[] page(int number) throws InftException {
    return file.read((number - 1L) * pageSize(), pageSize());
  }

  /** The numbers of pages that the other file does not have just so; both have one page size. */
  BitSet differing(PageFile other) throws InftException {
    BitSet differing = new BitSet();
    int common = Math.min(pages(), other.pages());
    int size = pageSize();
    int batch = Math.max(1, BATCH_BYTES / size);
    byte[] mine = new byte[batch * size];
    byte[] theirs = new byte[batch * size];
    for (int first = 0; first < common; first += batch) {
      int count = Math.min(batch, common - first);
      file.read((long) first * size, mine, 0, count * size);
      other.file.read((long) first * size, theirs, 0, count * size);
      for (int i = 0; i < count; i++) {
        int from = i * size;
        if (!Arrays.equals(mine, from, from + size, theirs, from, from + size)) {
          differing.set(first + i + 1);
        }
      }
    }
    int most = Math.max(pages(), other.pages());
    if (most > common) {
      differing.set(common + 1, most + 1);
    }
    return differing;
  }

  @Override
  public void close() throws InftException {
    file.close();
  }
}
