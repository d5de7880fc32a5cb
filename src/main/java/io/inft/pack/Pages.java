package io.inft.pack;

import io.inft.bytes.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** What every format over pages must agree on. */
final class Pages {
  static final int SMALLEST_SIZE_LOG2 = 9;
  static final int LARGEST_SIZE_LOG2 = 16;

  /** More pages than this are refused: 64 GiB of 4 KiB pages. */
  static final int MAX_PAGES = 1 << 24;

  private static final long LOCK_BYTE = 1L << 30;

  private Pages() {}

  static boolean sizeAllowed(long pageSize) {
    return pageSize >= 1 << SMALLEST_SIZE_LOG2
        && pageSize <= 1 << LARGEST_SIZE_LOG2
        && Long.bitCount(pageSize) == 1;
  }

  static void checkSize(int pageSize) {
    if (!sizeAllowed(pageSize)) {
      throw new IllegalArgumentException(pageSize + " is no page size");
    }
  }

  /** The page SQLite never stores anything in, so its content is no part of a state. */
  static long lockPage(int pageSize) {
    return LOCK_BYTE / pageSize + 1;
  }

  static void xorInto(byte[] target, byte[] other) {
    for (int i = 0; i < target.length; i++) {
      target[i] ^= other[i];
    }
  }

  /** What a block is compressed against: the bases side by side. */
  static byte[] prefix(List<byte[]> bases) {
    ByteArrayOutputStream prefix = new ByteArrayOutputStream();
    prefix.writeBytes(new byte[PackFormat.PREFIX_ZEROS]);
    bases.forEach(prefix::writeBytes);
    return prefix.toByteArray();
  }

  /** Enough of a page's SHA-256 to notice that a delta is laid on the wrong page. */
  static long fingerprint(Digest sha256) {
    return ByteBuffer.wrap(sha256.toBytes()).getLong();
  }
}
