package io.inft.failure;

/**
 * SQLite's or zstd's native library cannot be loaded: nothing can be unpacked into the temporary
 * folder or executed there, or there is none for this platform.
 */
public final class NativeLibraryException extends InftException {
  private static final long serialVersionUID = 1L;

  public NativeLibraryException(Throwable cause) {
    super(
        "a native library could not be loaded: "
            + cause
            + "; it is unpacked into "
            + System.getProperty("java.io.tmpdir")
            + ": make room there, or start with -Djava.io.tmpdir=<a folder whose files may be"
            + " executed>",
        cause);
  }
}
