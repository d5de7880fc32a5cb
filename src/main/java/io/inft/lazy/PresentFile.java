package io.inft.lazy;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.LocalFormat;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.WorkingCopyLockedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The set of present pages on disk, in two places that are written by turns, so that one of them is
 * whole whenever the process dies. As long as it is there, the database file is not. Whoever has it
 * open holds a lock on it: one process has the database open.
 *
 * <p>A {@link RandomAccessFile}, because an interrupt of its thread does not close it. For one
 * thread at a time.
 */
final class PresentFile implements AutoCloseable {
  private static final LocalFormat FORMAT = new LocalFormat("set of present pages", 'p', 1, 1);
  private static final int PLACES = 2;
  private static final int HEAD_BYTES = 8 + 4 + 4 + Digest.BYTES;
  private static final int MOST_PLACE_BYTES = 1 << 24;

  private final Path path;
  private final Base base;
  private final RandomAccessFile file;

  // Mutable: of what was written last.
  private long sequence;

  private PresentFile(Path path, Base base, RandomAccessFile file) {
    this.path = path;
    this.base = base;
    this.file = file;
  }

  private static int placeBytes(Base base) {
    return LocalFormat.FRAME_BYTES + HEAD_BYTES + PresentPages.contentBytes(base.pages());
  }

  /** Makes one that says that nothing is here, durably, before anything of the database is. */
  static void create(Path path, Base base) throws LocalStorageException {
    byte[] place = place(base, 1, PresentPages.none(base).toBytes());
    ByteWriter out = new ByteWriter(PLACES * place.length);
    DurableFiles.replace(path, out.bytes(new byte[place.length]).bytes(place).toBytes());
  }

  @SuppressWarnings("StreamResourceLeak") // open as long as what is returned
  static PresentFile open(Path path, Base base) throws InftException {
    if (!Files.exists(path)) { // which would be made
      throw new LocalStorageException(path, "open", new NoSuchFileException(path.toString()));
    }
    try {
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      boolean locked = false;
      try {
        locked = file.getChannel().tryLock() != null;
      } catch (OverlappingFileLockException e) {
        locked = false;
      } finally {
        if (!locked) {
          file.close();
        }
      }
      if (!locked) {
        throw new WorkingCopyLockedException(
            path.toString(), "which is opening its database while pages still arrive");
      }
      return new PresentFile(path, base, file);
    } catch (IOException e) {
      throw new LocalStorageException(path, "open", e);
    }
  }

  /**
   * @throws CorruptObjectException if neither place is whole, or it is of another base
   */
  PresentPages read() throws InftException {
    int placeBytes = placeBytes(base);
    PresentPages newest = null;
    InftException failure = null;
    for (int i = 0; i < PLACES; i++) {
      try {
        ByteReader in = FORMAT.unwrap(bytes(i, placeBytes)).reader();
        long found = in.u64("sequence");
        if (found > sequence) {
          newest = pages(in);
          sequence = found;
        }
      } catch (CorruptObjectException e) {
        failure = e; // a write that was cut off
      }
    }
    if (newest == null) {
      throw failure != null ? failure : corrupt("says nothing");
    }
    return newest;
  }

  /** Whether one of the places is whole, of whatever base; for a file that nobody has open. */
  static boolean isReadable(Path path) throws InftException {
    byte[] all = DurableFiles.read(path, PLACES * MOST_PLACE_BYTES);
    int length = all.length / PLACES;
    boolean readable = false;
    for (int i = 0; i < PLACES && !readable; i++) {
      readable = isWhole(Arrays.copyOfRange(all, i * length, (i + 1) * length));
    }
    return readable;
  }

  private static boolean isWhole(byte[] place) throws InftException {
    try {
      FORMAT.unwrap(place);
      return true;
    } catch (CorruptObjectException e) {
      return false; // a write that was cut off
    }
  }

  private PresentPages pages(ByteReader in) throws CorruptObjectException {
    int pageSize = in.u32("page size", 1 << 16);
    long pages = in.u32("pages");
    Digest identity = in.digest("identity");
    if (!new Base(pageSize, pages, identity).equals(base)) {
      throw corrupt("is of another state than the one that is opened");
    }
    return PresentPages.read(pages, in);
  }

  private static CorruptObjectException corrupt(String reason) {
    return new CorruptObjectException(FORMAT.what(), 0, reason);
  }

  private byte[] bytes(int place, int placeBytes) throws InftException {
    try {
      if (file.length() != (long) PLACES * placeBytes) {
        throw corrupt("has " + file.length() + " bytes, not twice " + placeBytes);
      }
      byte[] bytes = new byte[placeBytes];
      file.seek((long) place * placeBytes);
      file.readFully(bytes);
      return bytes;
    } catch (IOException e) {
      throw new LocalStorageException(path, "read", e);
    }
  }

  private static byte[] place(Base base, long sequence, byte[] pages) {
    return FORMAT.wrap(
        new ByteWriter(HEAD_BYTES + pages.length)
            .u64(sequence)
            .u32(base.pageSize())
            .u32(base.pages())
            .digest(base.identity())
            .bytes(pages)
            .toBytes());
  }

  /**
   * Writes the set, and forces it to disk before it returns.
   *
   * @param pages {@link PresentPages#toBytes} of when the pages were on disk
   */
  void write(byte[] pages) throws LocalStorageException {
    byte[] place = place(base, sequence + 1, pages);
    try {
      file.seek((sequence + 1) % PLACES * place.length);
      file.write(place);
      file.getFD().sync();
      sequence++;
    } catch (IOException e) {
      throw new LocalStorageException(path, "write", e);
    }
  }

  /** Whether nothing was written since it was made. */
  boolean isFresh() {
    return sequence <= 1;
  }

  /** The database file is whole. To be called again if it fails. */
  void delete() throws LocalStorageException {
    close();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new LocalStorageException(path, "delete", e);
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      DurableFiles.forceFolder(folder);
    }
  }

  @Override
  public void close() throws LocalStorageException {
    try {
      file.close();
    } catch (IOException e) {
      throw new LocalStorageException(path, "close", e);
    }
  }
}
