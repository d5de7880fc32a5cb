package io.inft.lazy.vfs;

/**
 * What stands between SQLite and one open handle of a main database file. SQLite calls it on its
 * callers' threads, one at a time. Whatever it throws becomes the input/output error of that call,
 * an {@link InterruptedException} in a read the code of an interrupt; {@link #failed} is told.
 *
 * <p>Every method answers a result code of SQLite. Addresses are of native memory that is valid
 * during the call.
 */
public interface FileGate {
  /**
   * @param buffer address that {@code count} bytes go to
   */
  int read(long buffer, int count, long offset) throws Exception;

  /**
   * @param buffer address of {@code count} bytes
   */
  int write(long buffer, int count, long offset) throws Exception;

  int truncate(long sizeBytes) throws Exception;

  int sync(int flags) throws Exception;

  /** A method above threw this. Must not throw. */
  void failed(Throwable failure);

  /** SQLite has closed the file. Must not throw. */
  void closed();

  /** Makes the gate of each handle that SQLite opens of one file. */
  @FunctionalInterface
  interface Maker {
    FileGate gate(NativeFile file);
  }
}
