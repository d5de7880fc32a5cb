package io.inft.lazy.vfs;

import java.nio.file.Path;

/**
 * A further handle of a database file, opened by SQLite's VFS and not by Java: when it is closed,
 * the locks that SQLite's other handles hold in this process stay, which POSIX would drop. For one
 * thread at a time.
 */
public final class OwnFile implements AutoCloseable {
  private final NativeFile file;
  private final long name;
  private final HeldCallbacks held;

  // Mutable: whether the memory is still ours.
  private boolean open = true;

  private OwnFile(NativeFile file, long name, HeldCallbacks held) {
    this.file = file;
    this.name = name;
    this.held = held;
  }

  static OwnFile open(VfsTable vfs, HeldCallbacks held, Path path) throws VfsUnavailableException {
    long name = NativeMemory.allocateText(path.toString());
    long file = NativeMemory.allocate(vfs.fileBytes() + 8L);
    long outFlags = file + vfs.fileBytes();
    int flags = SqliteCodes.OPEN_MAIN_DB | SqliteCodes.OPEN_READWRITE;
    int code = NativeCalls.Vfs.xOpen(vfs.address(), name, file, flags, outFlags);
    long methods = NativeMemory.getLong(file);
    if (code == SqliteCodes.OK) {
      try {
        FileTables.require(methods);
        held.add();
        return new OwnFile(new NativeFile(file, methods), name, held);
      } catch (VfsUnavailableException e) {
        NativeCalls.close(methods, file);
        NativeMemory.free(file);
        NativeMemory.free(name);
        throw e;
      }
    }
    NativeMemory.free(file);
    NativeMemory.free(name);
    throw new VfsUnavailableException("SQLite cannot open " + path + ": code " + code, null);
  }

  public NativeFile file() {
    return file;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      NativeCalls.close(file.methods(), file.address());
      NativeMemory.free(file.address());
      NativeMemory.free(name);
      held.remove();
    }
  }
}
