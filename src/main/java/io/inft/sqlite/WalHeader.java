package io.inft.sqlite;

import io.inft.failure.FormatTooNewException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The 32 bytes a write-ahead log begins with, big-endian. */
record WalHeader(
    int pageSize, boolean bigEndianChecksums, int salt1, int salt2, int checksum1, int checksum2) {
  static final int BYTES = 32;
  static final int FRAME_HEADER_BYTES = 24;

  private static final int MAGIC = 0x377f0682;
  private static final int VERSION = 3007000;

  /** The header, or null where SQLite too would see no log: another magic, a wrong checksum. */
  static @Nullable WalHeader parse(byte[] bytes) throws FormatTooNewException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int magic = in.getInt();
    int version = in.getInt();
    long pageSize = Integer.toUnsignedLong(in.getInt());
    in.getInt(); // how often the log was restarted; means nothing to a reader
    int salt1 = in.getInt();
    int salt2 = in.getInt();
    int checksum1 = in.getInt();
    int checksum2 = in.getInt();
    boolean bigEndian = (magic & 1) != 0;
    WalChecksum checksum = new WalChecksum(bigEndian, 0, 0);
    checksum.update(bytes, 0, BYTES - 8);
    if ((magic & ~1) != MAGIC
        || !PageSize.allowed(pageSize)
        || !checksum.is(checksum1, checksum2)) {
      return null;
    }
    if (version != VERSION) {
      throw new FormatTooNewException("write-ahead log", version, VERSION);
    }
    return new WalHeader((int) pageSize, bigEndian, salt1, salt2, checksum1, checksum2);
  }

  /** The position before frame 1. */
  WalPosition start() {
    return new WalPosition(salt1, salt2, 0, checksum1, checksum2);
  }

  int frameBytes() {
    return FRAME_HEADER_BYTES + pageSize;
  }

  /** Where frame {@code frame}, counted from 1, begins in the file. */
  long offset(long frame) {
    return BYTES + (frame - 1) * frameBytes();
  }
}
