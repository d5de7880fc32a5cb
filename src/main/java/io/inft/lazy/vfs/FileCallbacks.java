package io.inft.lazy.vfs;

import com.sun.jna.Callback;
import java.util.HashMap;
import java.util.Map;

/**
 * What SQLite calls instead of its own methods. All arguments are primitive: JNA then calls the
 * method itself, without arrays and reflection. As long as SQLite may call, this object must be
 * reachable: JNA frees what it made for a callback when that is collected.
 */
final class FileCallbacks {
  /** xOpen of a VFS. */
  interface Open extends Callback {
    int callback(long vfs, long name, long file, int flags, long outFlags);
  }

  /** xRead and xWrite of a file. */
  interface Move extends Callback {
    int callback(long file, long buffer, int count, long offset);
  }

  /** xTruncate of a file. */
  interface Resize extends Callback {
    int callback(long file, long sizeBytes);
  }

  /** xSync of a file. */
  interface Sync extends Callback {
    int callback(long file, int flags);
  }

  /** xClose of a file. */
  interface Close extends Callback {
    int callback(long file);
  }

  private final Open open;
  private final Map<Integer, Callback> methods;

  /** Nothing that is thrown may get past: JNA would answer 0, which SQLite takes for success. */
  FileCallbacks(VfsTable vfs, OpenFiles files) {
    this.open =
        (ours, name, file, flags, outFlags) -> {
          try {
            return files.open(vfs, name, file, flags, outFlags);
          } catch (Throwable e) {
            return SqliteCodes.CANTOPEN;
          }
        };
    Move read =
        (file, buffer, count, offset) -> {
          try {
            return files.read(file, buffer, count, offset);
          } catch (Throwable e) {
            return SqliteCodes.IOERR_READ;
          }
        };
    Move write =
        (file, buffer, count, offset) -> {
          try {
            return files.write(file, buffer, count, offset);
          } catch (Throwable e) {
            return SqliteCodes.IOERR_WRITE;
          }
        };
    Resize truncate =
        (file, sizeBytes) -> {
          try {
            return files.truncate(file, sizeBytes);
          } catch (Throwable e) {
            return SqliteCodes.IOERR_TRUNCATE;
          }
        };
    Sync sync =
        (file, flags) -> {
          try {
            return files.sync(file, flags);
          } catch (Throwable e) {
            return SqliteCodes.IOERR_FSYNC;
          }
        };
    Close close =
        file -> {
          try {
            return files.close(file);
          } catch (Throwable e) {
            return SqliteCodes.IOERR_CLOSE;
          }
        };
    this.methods =
        Map.of(
            VfsLayout.IO_CLOSE, close,
            VfsLayout.IO_READ, read,
            VfsLayout.IO_WRITE, write,
            VfsLayout.IO_TRUNCATE, truncate,
            VfsLayout.IO_SYNC, sync);
  }

  long addressOfOpen() {
    return NativeCalls.Vfs.addressOf(open);
  }

  /** By their offset in the table. */
  Map<Integer, Long> addresses() {
    Map<Integer, Long> addresses = new HashMap<>();
    methods.forEach(
        (offset, callback) -> addresses.put(offset, NativeCalls.Vfs.addressOf(callback)));
    return addresses;
  }

  /** JNA keeps nothing of them any more but what native code may still run through. */
  void forget() {
    NativeCalls.forget(open.getClass());
    methods.values().forEach(callback -> NativeCalls.forget(callback.getClass()));
  }
}
