package io.inft.lazy.vfs;

import java.lang.reflect.Field;
import java.util.Set;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;
import org.sqlite.core.NativeDB;

/**
 * SQLite's default VFS, found through an open connection: the first word of SQLite's structure of a
 * connection is the VFS it was opened with. Each field is compared with what it must be before the
 * next one is believed.
 *
 * @param address of its {@code sqlite3_vfs}
 * @param version of that structure
 * @param fileBytes what a file handle of it takes
 */
record VfsTable(long address, int version, int fileBytes) {
  private static final Set<String> NAMES = Set.of("unix", "win32", "win32-longpath");
  private static final int MOST_IN_LIST = 64;

  /** The address of SQLite's structure of an open connection; 0 once it is closed. */
  static long connection(SQLiteConnection connection) throws VfsUnavailableException {
    DB database = connection.getDatabase();
    if (!(database instanceof NativeDB)) {
      throw new VfsUnavailableException("sqlite-jdbc has " + database.getClass().getName(), null);
    }
    try {
      Field pointer = NativeDB.class.getDeclaredField("pointer");
      if (pointer.getType() != long.class) {
        throw new VfsUnavailableException("NativeDB.pointer is a " + pointer.getType(), null);
      }
      pointer.setAccessible(true);
      return pointer.getLong(database);
    } catch (NoSuchFieldException e) {
      throw new VfsUnavailableException(
          "this sqlite-jdbc has no field NativeDB.pointer; it is newer than this driver knows", e);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new VfsUnavailableException(
          "sqlite-jdbc does not let its field NativeDB.pointer be read ("
              + e.getMessage()
              + "); on the module path start with --add-opens"
              + " org.xerial.sqlitejdbc/org.sqlite.core=io.inft.jdbc",
          e);
    }
  }

  static VfsTable of(SQLiteConnection connection) throws VfsUnavailableException {
    long database = connection(connection);
    require(isAddress(database), "sqlite3*", database);
    long vfs = NativeMemory.getLong(database);
    require(isAddress(vfs), "sqlite3.pVfs", vfs);
    int version = NativeMemory.getInt(vfs + VfsLayout.VFS_VERSION);
    int fileBytes = NativeMemory.getInt(vfs + VfsLayout.VFS_FILE_BYTES);
    int maxPath = NativeMemory.getInt(vfs + VfsLayout.VFS_MAX_PATH);
    require(version >= 1 && version <= 3, "sqlite3_vfs.iVersion", version);
    require(fileBytes >= 64 && fileBytes <= 4096, "sqlite3_vfs.szOsFile", fileBytes);
    require(maxPath >= 64 && maxPath <= 1 << 17, "sqlite3_vfs.mxPathname", maxPath);
    long name = NativeMemory.getLong(vfs + VfsLayout.VFS_NAME);
    require(name != 0, "sqlite3_vfs.zName", name);
    String text = NativeMemory.text(name);
    if (!NAMES.contains(text)) {
      throw new VfsUnavailableException("SQLite's default VFS is '" + text + "'", null);
    }
    long open = NativeMemory.getLong(vfs + VfsLayout.VFS_OPEN);
    require(open != 0, "sqlite3_vfs.xOpen", open);
    VfsTable table = new VfsTable(vfs, version, fileBytes);
    require(table.last() != 0, "end of the list of VFS", 0);
    return table;
  }

  private static boolean isAddress(long value) {
    return value > 0 && value % 8 == 0;
  }

  private static void require(boolean holds, String field, long found)
      throws VfsUnavailableException {
    if (!holds) {
      throw new VfsUnavailableException(
          "SQLite's structures are not as this driver knows them: " + field + " is " + found, null);
    }
  }

  /** The last of SQLite's list from here on; 0 if the list has no end. */
  long last() {
    long vfs = address;
    for (int i = 0; i < MOST_IN_LIST; i++) {
      long next = NativeMemory.getLong(vfs + VfsLayout.VFS_NEXT);
      if (next == 0) {
        return vfs;
      }
      vfs = next;
    }
    return 0;
  }

  /** The one before another in SQLite's list; 0 if there is none. */
  long before(long other) {
    long vfs = address;
    for (int i = 0; i < MOST_IN_LIST && vfs != 0; i++) {
      long next = NativeMemory.getLong(vfs + VfsLayout.VFS_NEXT);
      if (next == other) {
        return vfs;
      }
      vfs = next;
    }
    return 0;
  }
}
