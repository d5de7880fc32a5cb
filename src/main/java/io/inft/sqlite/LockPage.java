package io.inft.sqlite;

/**
 * The page that holds the byte at 1 GiB. SQLite locks bytes there, never stores anything in it and
 * never writes it, so its content means nothing and differs between equal databases.
 */
public final class LockPage {
  private static final long FIRST_LOCKED_BYTE = 0x4000_0000L;

  private LockPage() {}

  /** Its number, counted from 1; smaller databases do not have it. */
  public static long number(int pageSize) {
    PageSize.check(pageSize);
    return FIRST_LOCKED_BYTE / pageSize + 1;
  }
}
