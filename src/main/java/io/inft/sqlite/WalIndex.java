package io.inft.sqlite;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * The {@code -shm} file beside a database in WAL mode, read to learn whether anybody committed. By
 * <a href="https://www.sqlite.org/walformat.html">SQLite's WAL-index format</a> its header lies
 * there twice and a writer fills the second copy first, so two equal copies are a whole header.
 * Numbers are in the machine's byte order, salts are the log's own bytes. Safe for many threads.
 *
 * <p>Open it when a SQLite connection has read the database already, and close it after the last
 * one: {@link DatabaseFile} says why. On Windows, where a mapped file cannot be deleted, it is read
 * instead of mapped.
 */
public final class WalIndex implements AutoCloseable {
  private static final int COPY_BYTES = 48;
  private static final int VERSION_AT = 0;
  private static final int CHANGE_AT = 8;
  private static final int INITIALIZED_AT = 12;
  private static final int MAX_FRAME_AT = 16;
  private static final int PAGE_COUNT_AT = 20;
  private static final int FRAME_CHECKSUM_AT = 24;
  private static final int SALTS_AT = 32;
  private static final int CHECKSUM_AT = 40;
  private static final int VERSION = 3007000;

  private static final String WHAT = "index of the write-ahead log";
  private static final boolean BIG_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
  private static final int EAGER_ATTEMPTS = 100;
  private static final long PAUSE_NANOS = 200_000;
  private static final long PATIENCE_NANOS = 2_000_000_000;

  private final HeaderBytes header;
  private final long patienceNanos;

  private WalIndex(HeaderBytes header, long patienceNanos) {
    this.header = header;
    this.patienceNanos = patienceNanos;
  }

  /**
   * @throws LocalStorageException if the file is missing or SQLite has not filled it yet
   */
  public static WalIndex open(Path shm) throws LocalStorageException {
    return open(shm, !SteadyFile.WINDOWS, PATIENCE_NANOS);
  }

  static WalIndex open(Path shm, boolean mapped, long patienceNanos) throws LocalStorageException {
    HeaderBytes header =
        mapped
            ? HeaderBytes.mapped(shm, 2 * COPY_BYTES)
            : HeaderBytes.read(shm, 2 * COPY_BYTES, SteadyFile.WINDOWS);
    return new WalIndex(header, patienceNanos);
  }

  /**
   * The header as it is now.
   *
   * @throws CorruptObjectException if no whole header shows itself for two seconds: SQLite is not
   *     there, or recovers the log, or the file is damaged
   * @throws FormatTooNewException if a later SQLite made the file
   */
  public WalIndexHeader read() throws InftException {
    long start = System.nanoTime();
    for (int attempt = 0; ; attempt++) {
      byte[] both = copies();
      if (Arrays.equals(both, 0, COPY_BYTES, both, COPY_BYTES, 2 * COPY_BYTES) && whole(both)) {
        return parse(both);
      }
      if (attempt < EAGER_ATTEMPTS) {
        Thread.onSpinWait();
      } else if (System.nanoTime() - start < patienceNanos) {
        LockSupport.parkNanos(PAUSE_NANOS);
      } else {
        throw new CorruptObjectException(
            WHAT,
            0,
            "its header is unfinished; close every connection and open the database again");
      }
    }
  }

  /**
   * Whether there may have been a commit or a restart of the log since {@code last} was read. Costs
   * a few nanoseconds; a header just being written may look changed and turn out the same.
   */
  public boolean changedSince(WalIndexHeader last) throws LocalStorageException {
    ByteBuffer now = header.now();
    return now.getInt(CHANGE_AT) != last.change()
        || Integer.toUnsignedLong(now.getInt(MAX_FRAME_AT)) != last.maxFrame()
        || salt(now, 0) != last.salt1()
        || salt(now, 4) != last.salt2();
  }

  @Override
  public void close() throws LocalStorageException {
    header.close();
  }

  private byte[] copies() throws LocalStorageException {
    ByteBuffer now = header.now();
    byte[] both = new byte[2 * COPY_BYTES];
    now.get(0, both, 0, COPY_BYTES);
    VarHandle.loadLoadFence();
    now.get(COPY_BYTES, both, COPY_BYTES, COPY_BYTES);
    return both;
  }

  private static boolean whole(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    WalChecksum checksum = new WalChecksum(BIG_ENDIAN, 0, 0);
    checksum.update(bytes, 0, CHECKSUM_AT);
    return in.get(INITIALIZED_AT) != 0
        && checksum.is(in.getInt(CHECKSUM_AT), in.getInt(CHECKSUM_AT + 4));
  }

  private static WalIndexHeader parse(byte[] bytes) throws FormatTooNewException {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    int version = in.getInt(VERSION_AT);
    if (version != VERSION) {
      throw new FormatTooNewException(WHAT, version, VERSION);
    }
    return new WalIndexHeader(
        in.getInt(CHANGE_AT),
        Integer.toUnsignedLong(in.getInt(MAX_FRAME_AT)),
        Integer.toUnsignedLong(in.getInt(PAGE_COUNT_AT)),
        in.getInt(FRAME_CHECKSUM_AT),
        in.getInt(FRAME_CHECKSUM_AT + 4),
        salt(in, 0),
        salt(in, 4));
  }

  /** Salts are copied from the log byte by byte and stay big-endian on every machine. */
  private static int salt(ByteBuffer in, int offset) {
    int value = in.getInt(SALTS_AT + offset);
    return BIG_ENDIAN ? value : Integer.reverseBytes(value);
  }
}
