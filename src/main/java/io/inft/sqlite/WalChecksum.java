package io.inft.sqlite;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The running checksum of SQLite's write-ahead log, by section 4.2 of <a
 * href="https://www.sqlite.org/fileformat2.html#checksum_algorithm">the file format</a>: two sums
 * over pairs of 32-bit words whose byte order the log's magic chooses. It notices damage, not
 * intent. Not thread-safe.
 */
final class WalChecksum {
  private static final VarHandle BIG =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final boolean bigEndian;

  // What the checksum is so far.
  private int first;
  private int second;

  WalChecksum(boolean bigEndian, int first, int second) {
    this.bigEndian = bigEndian;
    this.first = first;
    this.second = second;
  }

  /** Goes on over {@code length} bytes, a multiple of eight. */
  void update(byte[] bytes, int offset, int length) {
    int a = first;
    int b = second;
    int end = offset + length;
    if (bigEndian) {
      for (int at = offset; at < end; at += 8) {
        a += (int) BIG.get(bytes, at) + b;
        b += (int) BIG.get(bytes, at + 4) + a;
      }
    } else {
      for (int at = offset; at < end; at += 8) {
        a += (int) LITTLE.get(bytes, at) + b;
        b += (int) LITTLE.get(bytes, at + 4) + a;
      }
    }
    first = a;
    second = b;
  }

  boolean is(int expectedFirst, int expectedSecond) {
    return first == expectedFirst && second == expectedSecond;
  }

  int first() {
    return first;
  }

  int second() {
    return second;
  }
}
