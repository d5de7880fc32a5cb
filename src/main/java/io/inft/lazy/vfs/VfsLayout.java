package io.inft.lazy.vfs;

/**
 * Where fields lie in SQLite's public structures on a machine with addresses of 64 bits (<a
 * href="https://sqlite.org/c3ref/vfs.html">sqlite3_vfs</a>, <a
 * href="https://sqlite.org/c3ref/io_methods.html">sqlite3_io_methods</a>). Offsets are in bytes.
 */
final class VfsLayout {
  // sqlite3_vfs
  static final int VFS_VERSION = 0;
  static final int VFS_FILE_BYTES = 4;
  static final int VFS_MAX_PATH = 8;
  static final int VFS_NEXT = 16;
  static final int VFS_NAME = 24;
  static final int VFS_OPEN = 40;

  /** Of version 3, the longest; an earlier one has fewer fields at the end. */
  static final int VFS_BYTES = 168;

  private static final int[] BYTES_OF_VERSION = {0, 136, 144, 168};

  // sqlite3_io_methods
  static final int IO_VERSION = 0;
  static final int IO_CLOSE = 8;
  static final int IO_READ = 16;
  static final int IO_WRITE = 24;
  static final int IO_TRUNCATE = 32;
  static final int IO_SYNC = 40;

  /** Of version 2, which ends before xFetch. */
  static final int IO_BYTES = 136;

  /** With shared memory, which WAL needs, and without xFetch, which would pass by xRead. */
  static final int IO_COPIED_VERSION = 2;

  private VfsLayout() {}

  static int vfsBytes(int version) {
    return BYTES_OF_VERSION[version];
  }
}
