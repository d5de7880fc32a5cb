package io.inft.lazy.vfs;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The main database files that SQLite has open and that have a gate. Called by SQLite's threads.
 * What a gate throws is told to it, and the code it stands for goes to SQLite.
 */
final class OpenFiles {
  /**
   * A file SQLite has open.
   *
   * @param methods SQLite's own table
   */
  private record OpenFile(long methods, FileGate gate) {}

  private final Map<Long, OpenFile> files = new ConcurrentHashMap<>();
  private final Map<String, FileGate.Maker> makers = new ConcurrentHashMap<>();
  private final HeldCallbacks held;

  private final Map<Thread, OpeningThread> opening = new ConcurrentHashMap<>();

  // Mutable, set once, before SQLite can call.
  private volatile @Nullable FileTables tables;

  OpenFiles(HeldCallbacks held) {
    this.held = held;
  }

  void setTables(FileTables made) {
    tables = made;
  }

  /**
   * @param path as {@link Path#toRealPath} has it
   * @return false if it has one already
   */
  boolean add(Path path, FileGate.Maker maker) {
    return makers.putIfAbsent(path.toString(), maker) == null;
  }

  void remove(Path path, FileGate.Maker maker) {
    makers.remove(path.toString(), maker);
  }

  OpeningThread opening() {
    return new OpeningThread(opening);
  }

  int open(VfsTable vfs, long name, long file, int flags, long outFlags) {
    held.add();
    try {
      return openHeld(vfs, name, file, flags, outFlags);
    } finally {
      held.remove();
    }
  }

  private int openHeld(VfsTable vfs, long name, long file, int flags, long outFlags) {
    int code = NativeCalls.Vfs.xOpen(vfs.address(), name, file, flags, outFlags);
    if (code != SqliteCodes.OK || (flags & SqliteCodes.OPEN_MAIN_DB) == 0 || name == 0) {
      return code;
    }
    try {
      FileGate.Maker maker = maker(NativeMemory.text(name));
      if (maker != null) {
        adopt(file, maker);
      }
      return code;
    } catch (VfsUnavailableException | RuntimeException | Error e) {
      OpeningThread here = opening.get(Thread.currentThread());
      if (here != null) {
        here.failed(e);
      }
      return SqliteCodes.CANTOPEN; // SQLite closes what has methods
    }
  }

  private FileGate.@Nullable Maker maker(String name) {
    FileGate.Maker known = makers.get(name);
    if (known != null || makers.isEmpty()) {
      return known;
    }
    try {
      return makers.get(Path.of(name).toRealPath().toString());
    } catch (IOException | InvalidPathException e) {
      return null; // so it is none of those, whose folders are there
    }
  }

  private void adopt(long file, FileGate.Maker maker) throws VfsUnavailableException {
    FileTables made = tables;
    if (made == null) {
      throw new IllegalStateException("a file is opened before there are tables");
    }
    long methods = NativeMemory.getLong(file);
    long copy = made.copy(methods);
    FileGate gate = maker.gate(new NativeFile(file, methods));
    held.add();
    files.put(file, new OpenFile(methods, gate));
    NativeMemory.putLong(file, copy);
    OpeningThread here = opening.get(Thread.currentThread());
    if (here != null) {
      here.opened(gate);
    }
  }

  private OpenFile get(long file) {
    OpenFile open = files.get(file);
    if (open == null) {
      throw new IllegalStateException("SQLite uses a file that it has not opened here");
    }
    return open;
  }

  int read(long file, long buffer, int count, long offset) {
    OpenFile open = get(file);
    try {
      return open.gate.read(buffer, count, offset);
    } catch (Throwable e) {
      open.gate.failed(e);
      return e instanceof InterruptedException ? SqliteCodes.INTERRUPT : SqliteCodes.IOERR_READ;
    }
  }

  int write(long file, long buffer, int count, long offset) {
    OpenFile open = get(file);
    try {
      return open.gate.write(buffer, count, offset);
    } catch (Throwable e) {
      open.gate.failed(e);
      return SqliteCodes.IOERR_WRITE;
    }
  }

  int truncate(long file, long sizeBytes) {
    OpenFile open = get(file);
    try {
      return open.gate.truncate(sizeBytes);
    } catch (Throwable e) {
      open.gate.failed(e);
      return SqliteCodes.IOERR_TRUNCATE;
    }
  }

  int sync(long file, int flags) {
    OpenFile open = get(file);
    try {
      return open.gate.sync(flags);
    } catch (Throwable e) {
      open.gate.failed(e);
      return SqliteCodes.IOERR_FSYNC;
    }
  }

  int close(long file) {
    OpenFile open = get(file);
    files.remove(file);
    NativeMemory.putLong(file, open.methods);
    int code = NativeCalls.close(open.methods, file);
    open.gate.closed();
    held.remove();
    return code;
  }
}
