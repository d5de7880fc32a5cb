package io.inft.lazy.vfs;

/**
 * Result codes and flags that pass between SQLite and a VFS (<a
 * href="https://sqlite.org/rescode.html">rescode.html</a>, <a
 * href="https://sqlite.org/c3ref/c_open_autoproxy.html">c_open_autoproxy.html</a>).
 */
public final class SqliteCodes {
  public static final int OK = 0;
  public static final int INTERRUPT = 9;
  public static final int CANTOPEN = 14;
  public static final int IOERR_READ = 266;
  public static final int IOERR_SHORT_READ = 522;
  public static final int IOERR_WRITE = 778;
  public static final int IOERR_FSYNC = 1034;
  public static final int IOERR_TRUNCATE = 1546;
  static final int IOERR_CLOSE = 4106;

  static final int OPEN_READWRITE = 0x2;
  static final int OPEN_MAIN_DB = 0x100;

  private SqliteCodes() {}
}
