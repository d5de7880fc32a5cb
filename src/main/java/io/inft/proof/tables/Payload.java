package io.inft.proof.tables;

import static io.inft.proof.tables.ShownDatabase.corrupt;

import io.inft.failure.InftException;
import java.util.Arrays;

/**
 * What a cell holds, on its page and where that is too small on a chain of others. Reads no further
 * than it is asked. Not thread-safe.
 */
final class Payload {
  private final ShownDatabase image;
  private final long size;
  private final long page;
  private final long from;
  private final long local;

  // Mutable: what was read, and how much of it counts; the page of the chain, 0 before the first,
  // and how far that was read.
  private byte[] read = new byte[64];
  private int count;
  private long overflow;
  private long overflowRead;

  /**
   * @param from where it begins on its page
   * @param isIndex whether the page is of a tree that is sorted by rows
   */
  Payload(ShownDatabase image, long page, long from, long size, boolean isIndex)
      throws InftException {
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw corrupt("has a row of " + size + " bytes");
    }
    this.image = image;
    this.page = page;
    this.from = from;
    this.size = size;
    int usable = image.usableBytes();
    long most = isIndex ? (usable - 12) * 64L / 255 - 23 : usable - 35;
    long least = (usable - 12) * 32L / 255 - 23;
    long some = least + (size - least) % (usable - 4);
    this.local = size <= most ? size : some <= most ? some : least;
    if (from + local + (local == size ? 0 : 4) > usable) {
      throw corrupt("has a cell that ends beyond page " + page);
    }
  }

  long size() {
    return size;
  }

  /** Some of its bytes; those before them are read too. */
  byte[] range(long start, long end) throws InftException {
    if (start < 0 || end < start || end > size) {
      throw corrupt("has a row that ends before its values do");
    }
    while (count < end) {
      long missing = end - count;
      if (count < local) {
        take(image.bytes(page, from + count, Math.min(missing, local - count)));
      } else {
        readOverflow(missing);
      }
    }
    return Arrays.copyOfRange(read, (int) start, (int) end);
  }

  private void readOverflow(long missing) throws InftException {
    int room = image.usableBytes() - 4;
    if (overflow == 0 || overflowRead == room) {
      overflow = overflow == 0 ? image.u32(page, from + local) : image.u32(overflow, 0);
      overflowRead = 0;
      image.use(overflow);
    }
    long length = Math.min(missing, room - overflowRead);
    take(image.bytes(overflow, 4 + overflowRead, length));
    overflowRead += length;
  }

  /** Takes room for what is there, not for what a row says of itself. */
  private void take(byte[] bytes) {
    if (read.length - count < bytes.length) {
      read = Arrays.copyOf(read, Math.max(2 * count, count + bytes.length));
    }
    System.arraycopy(bytes, 0, read, count, bytes.length);
    count += bytes.length;
  }
}
