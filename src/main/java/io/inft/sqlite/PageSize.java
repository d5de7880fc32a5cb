package io.inft.sqlite;

/** The page sizes SQLite allows: powers of two from 512 to 65536. */
final class PageSize {
  static final int SMALLEST = 512;
  static final int LARGEST = 65536;

  private PageSize() {}

  static boolean allowed(long pageSize) {
    return pageSize >= SMALLEST && pageSize <= LARGEST && (pageSize & (pageSize - 1)) == 0;
  }

  static void check(int pageSize) {
    if (!allowed(pageSize)) {
      throw new IllegalArgumentException(pageSize + " is no page size of SQLite");
    }
  }
}
