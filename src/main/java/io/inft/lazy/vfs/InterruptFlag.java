package io.inft.lazy.vfs;

import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConnection;

/**
 * Where SQLite notes in its structure of a connection that {@code sqlite3_interrupt} was called:
 * {@code Statement.cancel} does that, and a read that waits for a page has to look by itself. The
 * place is no part of SQLite's interface, so it is found by doing it: on a connection that does
 * nothing, exactly that word changes.
 *
 * @param offset within the structure; 0 if it was not found, and then no read sees it
 */
record InterruptFlag(int offset) {
  /** Less than any SQLite's structure has. */
  private static final int LOOKED_THROUGH = 560;

  static InterruptFlag find(SQLiteConnection connection)
      throws VfsUnavailableException, SQLException {
    long database = VfsTable.connection(connection);
    byte[] before = NativeMemory.read(database, LOOKED_THROUGH);
    connection.getDatabase().interrupt();
    byte[] after = NativeMemory.read(database, LOOKED_THROUGH);
    int found = 0;
    for (int i = 0; i < LOOKED_THROUGH; i += Integer.BYTES) {
      for (int j = 0; j < Integer.BYTES; j++) {
        if (before[i + j] != after[i + j]) {
          if (found != 0 && found != i) {
            return new InterruptFlag(0);
          }
          found = i;
        }
      }
    }
    InterruptFlag flag = new InterruptFlag(found);
    boolean isSet = flag.isSet(database);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1");
    }
    return isSet && !flag.isSet(database) ? flag : new InterruptFlag(0);
  }

  boolean isSet(long database) {
    return offset != 0 && NativeMemory.getInt(database + offset) == 1;
  }
}
