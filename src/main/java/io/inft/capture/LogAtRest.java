package io.inft.capture;

import io.inft.failure.InftException;
import io.inft.sqlite.WalFile;
import io.inft.sqlite.WalPosition;
import io.inft.sqlite.WalTail;
import java.nio.file.Path;

/**
 * What SQLite's log says of a database that nobody has open. To be asked before SQLite opens it,
 * because that changes the log. Safe for many threads.
 */
public final class LogAtRest {
  private LogAtRest() {}

  /** Whether the log on disk has commits behind a position. */
  public static boolean hasTail(Path database, WalPosition staged) throws InftException {
    try (WalFile wal = WalFile.open(WorkingFiles.logOf(database))) {
      return !wal.readTail(staged, Long.MAX_VALUE).frames().isEmpty();
    }
  }

  /** The commits on disk behind a position. */
  public static WalTail tail(Path database, WalPosition from) throws InftException {
    try (WalFile wal = WalFile.open(WorkingFiles.logOf(database))) {
      return wal.readTail(from, Long.MAX_VALUE);
    }
  }

  /** The page size of the log, 0 if there is none. */
  public static int pageSize(Path database) throws InftException {
    try (WalFile wal = WalFile.open(WorkingFiles.logOf(database))) {
      return wal.pageSize();
    }
  }

  /**
   * Whether the log on disk ends before a position that was seen in it: the machine lost power, and
   * the database is older than what was staged from it.
   */
  public static boolean lostTail(Path database, WalPosition staged) throws InftException {
    if (staged.frame() == 0) {
      return false;
    }
    try (WalFile wal = WalFile.open(WorkingFiles.logOf(database))) {
      WalTail whole = wal.readTail(WalPosition.START, Long.MAX_VALUE);
      boolean sameLog =
          whole.end().salt1() == staged.salt1() && whole.end().salt2() == staged.salt2();
      return sameLog && whole.end().frame() < staged.frame();
    }
  }
}
