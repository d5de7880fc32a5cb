package io.inft.lazy.vfs;

/**
 * SQLite's own handle of an open file, and what its VFS does with it; nothing passes a gate here.
 * Not for two threads at once: some builds of SQLite seek before they read. Answers are result
 * codes of SQLite.
 */
public final class NativeFile {
  /** SQLite refuses to write 128 KiB at once. */
  public static final int MOST_BYTES = 64 << 10;

  private static final int SYNC_NORMAL = 2;

  private final long address;
  private final long methods;

  NativeFile(long address, long methods) {
    this.address = address;
    this.methods = methods;
  }

  long address() {
    return address;
  }

  /** The table of SQLite's own methods. */
  long methods() {
    return methods;
  }

  public int read(long buffer, int count, long offset) {
    return NativeCalls.Files.xRead(address, buffer, count, offset);
  }

  /**
   * @param count at most {@link #MOST_BYTES} where the caller chose it
   */
  public int write(long buffer, int count, long offset) {
    return NativeCalls.Files.xWrite(address, buffer, count, offset);
  }

  public int truncate(long sizeBytes) {
    return NativeCalls.Files.xTruncate(address, sizeBytes);
  }

  public int sync(int flags) {
    return NativeCalls.Files.xSync(address, flags);
  }

  public int sync() {
    return sync(SYNC_NORMAL);
  }
}
