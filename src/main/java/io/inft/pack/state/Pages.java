package io.inft.pack.state;

/** What every format over pages must agree on. */
public final class Pages {
  public static final int SMALLEST_SIZE_LOG2 = 9;
  public static final int LARGEST_SIZE_LOG2 = 16;

  /** More pages than this are refused: 64 GiB of 4 KiB pages. */
  public static final int MAX_PAGES = 1 << 24;

  private static final long LOCK_BYTE = 1L << 30;

  private Pages() {}

  public static boolean sizeAllowed(long pageSize) {
    return pageSize >= 1 << SMALLEST_SIZE_LOG2
        && pageSize <= 1 << LARGEST_SIZE_LOG2
        && Long.bitCount(pageSize) == 1;
  }

  public static void checkSize(int pageSize) {
    if (!sizeAllowed(pageSize)) {
      throw new IllegalArgumentException(pageSize + " is no page size");
    }
  }

  /** The page SQLite never stores anything in, so its content is no part of a state. */
  public static long lockPage(int pageSize) {
    return LOCK_BYTE / pageSize + 1;
  }
}
