package io.inft.lazy;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.lazy.vfs.NativeFile;
import io.inft.lazy.vfs.NativeMemory;
import io.inft.lazy.vfs.OwnFile;
import io.inft.lazy.vfs.SqliteCodes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The database file and the set of what it has. All writes pass here under one lock: those of pages
 * that came, through a handle of our own, and those of SQLite's checkpoints. So a page that came
 * late never replaces a newer one. Safe for many threads.
 *
 * <p>The order that a crash must find: a page is written, then the file is forced to disk, then the
 * set says that it is there, then SQLite may begin its log anew.
 */
final class PartialFile {
  static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** What stands there until the file is whole. */
  private static final byte[] BENT = "inft: incomplete".getBytes(StandardCharsets.US_ASCII);

  /** Where the header says how to write and to read; 2 is WAL. */
  private static final int WRITE_VERSION_AT = 18;

  private static final int WAL = 2;

  private final Path path;
  private final Base base;
  private final OwnFile own;
  private final PresentFile stored;
  private final PresentPages pages;
  private final long scratch = NativeMemory.allocate(NativeFile.MOST_BYTES);

  // Mutable, guarded by this; the first may be read by anybody.
  private volatile boolean whole;
  private boolean closed;
  private long storedChanges;
  private volatile boolean writesHeld;

  PartialFile(Path path, Base base, OwnFile own, PresentFile stored, PresentPages pages) {
    this.path = path;
    this.base = base;
    this.own = own;
    this.stored = stored;
    this.pages = pages;
    this.storedChanges = pages.changes();
  }

  /** Whether a file begins as one that is not whole; for one that nobody has open. */
  static boolean isIncomplete(Path path) throws LocalStorageException {
    if (!Files.exists(path)) {
      return false;
    }
    try (InputStream file = Files.newInputStream(path)) {
      return Arrays.equals(file.readNBytes(BENT.length), BENT);
    } catch (IOException e) {
      throw new LocalStorageException(path, "read", e);
    }
  }

  /** Whether nothing but pages that came is written for now. */
  void holdWrites(boolean held) {
    writesHeld = held;
  }

  boolean takesWrites() {
    return whole || !writesHeld;
  }

  /** Whether everything is here and the file is an ordinary one. */
  boolean isWhole() {
    return whole;
  }

  /** The pages that a part of the file lies in. */
  PageSpan span(long offset, int count) {
    return new PageSpan(
        offset / base.pageSize() + 1, (offset + Math.max(1, count) - 1) / base.pageSize() + 1);
  }

  /** Puts SQLite's own first bytes into what was read. */
  static void straighten(long buffer, int count, long offset) {
    if (offset < MAGIC.length) {
      int from = (int) offset;
      NativeMemory.write(buffer, MAGIC, from, Math.min(count, MAGIC.length - from));
    }
  }

  /**
   * Writes a page of the base that came, unless something is there.
   *
   * @return whether it was written
   */
  synchronized boolean came(long number, byte[] page, int from) throws InftException {
    if (closed || number < 1 || pages.has(number)) {
      return false;
    }
    if (page.length - from < base.pageSize()) {
      throw new CorruptObjectException(
          "page " + number, from, "has " + (page.length - from) + " bytes");
    }
    if (number == 1) {
      requireMagic(Arrays.copyOfRange(page, from, from + MAGIC.length));
    }
    NativeMemory.write(scratch, page, from, base.pageSize());
    if (number == 1) {
      NativeMemory.write(scratch, BENT, 0, BENT.length);
    }
    int code = own.file().write(scratch, base.pageSize(), (number - 1) * base.pageSize());
    if (code != SqliteCodes.OK) {
      throw failed("write page " + number + " to", code);
    }
    pages.came(number);
    return true;
  }

  private void requireMagic(byte[] found) throws CorruptObjectException {
    if (!Arrays.equals(found, MAGIC)) {
      throw new CorruptObjectException(path.toString(), 0, "page 1 does not begin as SQLite's do");
    }
  }

  private LocalStorageException failed(String action, int code) {
    return new LocalStorageException(path, action, new IOException("SQLite says " + code));
  }

  /** SQLite writes, whole pages in a checkpoint. What it writes in part is present already. */
  synchronized int write(NativeFile file, long buffer, int count, long offset)
      throws InftException {
    if (whole) {
      return file.write(buffer, count, offset);
    }
    requireOpen();
    if (writesHeld) {
      throw new LocalStorageException(
          path, "write to", new IOException("what came of it was not proved yet"));
    }
    int code = offset == 0 ? writeHead(file, buffer, count) : file.write(buffer, count, offset);
    if (code == SqliteCodes.OK) {
      PageSpan span = span(offset, count);
      for (long page = span.first(); page <= span.last(); page++) {
        pages.written(page);
      }
    }
    return code;
  }

  /** Whether a write covers the pages it touches wholly. */
  boolean isOfPages(int count, long offset) {
    return offset % base.pageSize() == 0 && count % base.pageSize() == 0;
  }

  private int writeHead(NativeFile file, long buffer, int count) throws InftException {
    byte[] head = NativeMemory.read(buffer, count);
    requireMagic(Arrays.copyOf(head, MAGIC.length));
    if (head.length > WRITE_VERSION_AT + 1
        && (head[WRITE_VERSION_AT] != WAL || head[WRITE_VERSION_AT + 1] != WAL)) {
      throw new LocalStorageException(
          path,
          "leave WAL mode in",
          new IOException("its pages are not all here yet; do it when they are"));
    }
    long copy = NativeMemory.allocate(count);
    try {
      System.arraycopy(BENT, 0, head, 0, BENT.length);
      NativeMemory.write(copy, head, 0, count);
      return file.write(copy, count, 0);
    } finally {
      NativeMemory.free(copy);
    }
  }

  /** SQLite cuts the file, or leaves its length, at the end of each checkpoint. */
  synchronized int truncate(NativeFile file, long sizeBytes) throws InftException {
    if (whole) {
      return file.truncate(sizeBytes);
    }
    requireOpen();
    int code = file.truncate(sizeBytes);
    if (code == SqliteCodes.OK) {
      pages.cut((sizeBytes + base.pageSize() - 1) / base.pageSize());
      store(); // with synchronous=OFF no sync follows before the log begins anew
    }
    return code;
  }

  synchronized int sync(NativeFile file, int flags) throws InftException {
    int code = file.sync(flags);
    if (code == SqliteCodes.OK && !whole) {
      requireOpen();
      store();
    }
    return code;
  }

  /** Forces what is here to disk, and then that it is here. */
  synchronized void store() throws InftException {
    if (closed || whole || pages.changes() == storedChanges) {
      return;
    }
    long changes = pages.changes();
    byte[] set = pages.toBytes();
    int code = own.file().sync();
    if (code != SqliteCodes.OK) {
      throw failed("force to disk", code);
    }
    stored.write(set);
    storedChanges = changes;
  }

  private void requireOpen() throws LocalStorageException {
    if (closed) {
      throw new LocalStorageException(
          path, "write to", new IOException("its pages are no longer brought: it was closed"));
    }
  }

  /** A page that is present; zeros where the file has none. */
  synchronized byte[] page(long number) throws InftException {
    if (closed) {
      throw new LocalStorageException(path, "read", new IOException("it was closed"));
    }
    int code = own.file().read(scratch, base.pageSize(), (number - 1) * base.pageSize());
    if (code != SqliteCodes.OK && code != SqliteCodes.IOERR_SHORT_READ) {
      throw failed("read page " + number + " of", code);
    }
    if (number == 1 && code == SqliteCodes.OK) {
      straighten(scratch, base.pageSize(), 0);
    }
    return NativeMemory.read(scratch, base.pageSize());
  }

  /** Pages that SQLite wrote before they came. */
  synchronized List<Long> overwritten() {
    return pages.overwritten();
  }

  /**
   * Makes the file an ordinary one. All of it must be present; may be done again after a crash or a
   * failure.
   *
   * @return false if it was closed before, and stays as it is
   */
  synchronized boolean finish() throws InftException {
    if (closed || whole) {
      return whole;
    }
    if (pages.missing() > 0) {
      throw new IllegalStateException(pages.missing() + " pages are missing");
    }
    store();
    NativeMemory.write(scratch, MAGIC, 0, MAGIC.length);
    int code = own.file().write(scratch, MAGIC.length, 0);
    if (code == SqliteCodes.OK) {
      code = own.file().sync();
    }
    if (code != SqliteCodes.OK) {
      throw failed("finish", code);
    }
    stored.delete();
    whole = true; // only now: the set tells the next process whether it is
    return true;
  }

  /** Nothing is written any more, so that the set stays true. */
  synchronized void close() throws InftException {
    if (closed) {
      return;
    }
    try (stored) {
      store();
    } finally {
      closed = true;
      own.close();
      NativeMemory.free(scratch);
    }
  }
}
