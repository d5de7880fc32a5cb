package io.inft.lazy;

import io.inft.bytes.Digest;

/**
 * The state of a database file that its pages are brought from.
 *
 * @param pageSize in bytes, a power of two from 512 to 65536
 * @param pages how many the file has
 * @param identity names the state; pages that are here belong to no other
 */
public record Base(int pageSize, long pages, Digest identity) {
  private static final long MOST_PAGES = 1 << 24;

  public Base {
    if (pageSize < 512 || pageSize > 65536 || Integer.bitCount(pageSize) != 1) {
      throw new IllegalArgumentException("pages of " + pageSize + " bytes");
    }
    if (pages < 1 || pages > MOST_PAGES) {
      throw new IllegalArgumentException(pages + " pages");
    }
  }

  long sizeBytes() {
    return pages * pageSize;
  }
}
