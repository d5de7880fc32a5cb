package io.inft.lazy.vfs;

import com.sun.jna.Callback;
import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.SymbolProvider;
import java.util.HashMap;
import java.util.Map;

/**
 * Calls of functions that are known by their address only: JNA looks names up in a library, and
 * here the library's names are answered with the addresses in SQLite's tables. Such a call costs a
 * tenth of one through {@link Function}.
 */
final class NativeCalls {
  private NativeCalls() {}

  /** What an address is known by, and the C library's own names. */
  private static NativeLibrary library(Map<String, Long> addresses) {
    Map<String, Object> options = new HashMap<>();
    SymbolProvider provider =
        (handle, name, parent) -> {
          Long address = addresses.get(name);
          return address != null ? address : parent.getSymbolAddress(handle, name, null);
        };
    options.put(Library.OPTION_SYMBOL_PROVIDER, provider);
    return NativeLibrary.getInstance(Platform.C_LIBRARY_NAME, options);
  }

  /** Of the VFS that is copied. */
  static final class Vfs {
    private Vfs() {}

    static void bind(long open) {
      Native.register(Vfs.class, library(Map.of("xOpen", open)));
    }

    static native int xOpen(long vfs, long name, long file, int flags, long outFlags);

    /**
     * Of the C library: answers its first argument, so with nothing to move the callback's address.
     */
    private static native long memmove(Callback to, long from, long count);

    /** Where native code finds a callback, for as long as the callback is not collected. */
    static long addressOf(Callback callback) {
      return memmove(callback, 0, 0);
    }
  }

  /** Of an open file; one set for all files, since all tables of one VFS share them. */
  static final class Files {
    private static final Map<String, Integer> OFFSETS =
        Map.of(
            "xRead", VfsLayout.IO_READ,
            "xWrite", VfsLayout.IO_WRITE,
            "xTruncate", VfsLayout.IO_TRUNCATE,
            "xSync", VfsLayout.IO_SYNC);

    private Files() {}

    /** The addresses that a table has, by the names here. */
    static Map<String, Long> of(long methods) {
      Map<String, Long> addresses = new HashMap<>();
      OFFSETS.forEach(
          (name, offset) -> addresses.put(name, NativeMemory.getLong(methods + offset)));
      return addresses;
    }

    static void bind(Map<String, Long> addresses) {
      Native.register(Files.class, library(addresses));
    }

    static native int xRead(long file, long buffer, int count, long offset);

    static native int xWrite(long file, long buffer, int count, long offset);

    static native int xTruncate(long file, long size);

    static native int xSync(long file, int flags);
  }

  /** JNA forgets what was bound, and with it our class loader. Nothing may be called any more. */
  static void unbind() {
    Native.unregister(Vfs.class);
    Native.unregister(Files.class);
    forget(Vfs.class);
    forget(Files.class);
  }

  /** JNA's options of a class name the class, so that a JNA that outlives it would keep it. */
  static void forget(Class<?> type) {
    Native.getLibraryOptions(type).clear();
  }

  /** The one method that the tables of a VFS do not share. */
  static int close(long methods, long file) {
    Pointer close = new Pointer(NativeMemory.getLong(methods + VfsLayout.IO_CLOSE));
    return Function.getFunction(close).invokeInt(new Object[] {new Pointer(file)});
  }
}
