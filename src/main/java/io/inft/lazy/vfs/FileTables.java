package io.inft.lazy.vfs;

import java.util.HashMap;
import java.util.Map;

/**
 * SQLite's tables of file methods, and copies of them that lead to ours. A copy stays for as long
 * as the process: a file that is closed may still be looked at.
 */
final class FileTables {
  // Mutable, guarded by the class: what the calls are bound to.
  private static Map<String, Long> bound = Map.of();

  private final Map<Integer, Long> ours;

  // Mutable, guarded by this.
  private final Map<Long, Long> copies = new HashMap<>();

  /**
   * @param ours addresses of our methods by their offset in the table
   */
  FileTables(Map<Integer, Long> ours) {
    this.ours = Map.copyOf(ours);
  }

  /** Refuses a table that is not as we know it, or not of the kind that was seen first. */
  static synchronized void require(long methods) throws VfsUnavailableException {
    if (methods == 0) {
      throw new VfsUnavailableException("SQLite opened a file without methods", null);
    }
    int version = NativeMemory.getInt(methods + VfsLayout.IO_VERSION);
    if (version < VfsLayout.IO_COPIED_VERSION || version > 3) {
      throw new VfsUnavailableException(
          "SQLite's file methods have version " + version + ": this file cannot have shared memory",
          null);
    }
    Map<String, Long> addresses = NativeCalls.Files.of(methods);
    if (bound.isEmpty()) {
      if (addresses.containsValue(0L)) {
        throw new VfsUnavailableException("SQLite's file methods are " + addresses, null);
      }
      NativeCalls.Files.bind(addresses);
      bound = addresses;
    } else if (!bound.equals(addresses)) {
      throw new VfsUnavailableException("SQLite reads this file with other methods", null);
    }
  }

  /** Nothing is bound any more. */
  static synchronized void forget() {
    bound = Map.of();
  }

  /** The copy of a table of SQLite's. */
  synchronized long copy(long methods) throws VfsUnavailableException {
    require(methods);
    Long known = copies.get(methods);
    if (known != null) {
      return known;
    }
    long copy = NativeMemory.allocate(VfsLayout.IO_BYTES);
    NativeMemory.write(copy, NativeMemory.read(methods, VfsLayout.IO_BYTES), 0, VfsLayout.IO_BYTES);
    NativeMemory.putInt(copy + VfsLayout.IO_VERSION, VfsLayout.IO_COPIED_VERSION);
    ours.forEach((offset, address) -> NativeMemory.putLong(copy + offset, address));
    copies.put(methods, copy);
    return copy;
  }
}
