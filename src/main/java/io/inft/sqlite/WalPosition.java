package io.inft.sqlite;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.failure.CorruptObjectException;

/**
 * How far a write-ahead log has been read, precise enough to go on in another process and to notice
 * that the log is not the same any more.
 *
 * @param salt1 first salt of the log's generation
 * @param salt2 second salt
 * @param frame number of frames read so far; frame {@code frame} was the last one
 * @param checksum1 running checksum after that frame, or the header's when none was read
 * @param checksum2 its second half
 */
public record WalPosition(int salt1, int salt2, long frame, int checksum1, int checksum2) {
  public static final int BYTES = 24;

  /** Nothing read yet, of any log. */
  public static final WalPosition START = new WalPosition(0, 0, 0, 0, 0);

  public WalPosition {
    if (frame < 0) {
      throw new IllegalArgumentException("frame " + frame);
    }
  }

  /** {@link #BYTES} bytes: salts, frame, checksums, big-endian. */
  public byte[] encode() {
    return new ByteWriter(BYTES)
        .u32(Integer.toUnsignedLong(salt1))
        .u32(Integer.toUnsignedLong(salt2))
        .u64(frame)
        .u32(Integer.toUnsignedLong(checksum1))
        .u32(Integer.toUnsignedLong(checksum2))
        .toBytes();
  }

  /** Reads what {@link #encode} wrote, leaving what follows. */
  public static WalPosition decode(ByteReader in) throws CorruptObjectException {
    int salt1 = (int) in.u32("first salt");
    int salt2 = (int) in.u32("second salt");
    long frame = in.u64("frame");
    int checksum1 = (int) in.u32("first checksum");
    int checksum2 = (int) in.u32("second checksum");
    return new WalPosition(salt1, salt2, frame, checksum1, checksum2);
  }

  boolean sameGeneration(int otherSalt1, int otherSalt2) {
    return salt1 == otherSalt1 && salt2 == otherSalt2;
  }

  WalPosition next(WalChecksum checksum) {
    return new WalPosition(salt1, salt2, frame + 1, checksum.first(), checksum.second());
  }
}
