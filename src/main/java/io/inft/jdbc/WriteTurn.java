package io.inft.jdbc;

import io.inft.sqlite.WriterQueue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.core.DB;

/**
 * One connection's turn to write: it waits in the {@link WriterQueue} of the database where SQLite
 * would have it sleep and try again, for as long, and fails as SQLite does. What cannot wait in
 * SQLite does not wait here: a transaction that has read, and a connection that other files hang
 * on. Used by the thread that uses the connection; {@link #cancel} and {@link #end} may come from
 * any.
 */
final class WriteTurn {
  private final CapturedConnection connection;
  private final WriterQueue.Place place;

  // Mutable: whether this call took the turn; whether what it writes may be in another file.
  private boolean takenNow;
  private boolean writesElsewhere;

  WriteTurn(CapturedConnection connection, WriterQueue queue) {
    this.connection = connection;
    this.place = queue.place();
  }

  /** A call begins. */
  void calling() {
    takenNow = false;
  }

  /** From now on this connection may write to tables that are not of the database. */
  void writesElsewhere() {
    writesElsewhere = true;
  }

  /**
   * To be called before SQLite takes its write lock; nothing happens if this one has the turn.
   *
   * @param mayWait whether SQLite would wait; if not, the turn is taken only if it is free
   * @param seconds as long as the statement may take, 0 for the connection's busy_timeout
   * @throws SQLException 40001 it was not free in time, 57014 the statement was cancelled
   */
  void take(boolean mayWait, int seconds) throws SQLException {
    if (writesElsewhere || place.isHeld()) {
      return;
    }
    takenNow = place.takeIfFree();
    if (takenNow || !mayWait) {
      return;
    }
    Duration most = seconds > 0 ? Duration.ofSeconds(seconds) : busyTimeout();
    if (most.isZero()) {
      return; // SQLite knows what to do: fail at once, or ask the application's own handler
    }
    switch (place.take(most.toNanos())) {
      case TAKEN -> takenNow = true;
      case CANCELLED -> throw failure(SQLiteErrorCode.SQLITE_INTERRUPT, "interrupted");
      case TOO_LATE -> throw failure(SQLiteErrorCode.SQLITE_BUSY, "database is locked");
    }
  }

  /** As SQLite knows it: 0 where it does not wait or an application has it ask a handler. */
  private Duration busyTimeout() throws SQLException {
    try (Statement statement = connection.internalStatement();
        ResultSet rows = statement.executeQuery("PRAGMA busy_timeout")) {
      return Duration.ofMillis(rows.next() ? rows.getLong(1) : 0);
    }
  }

  private static SQLiteException failure(SQLiteErrorCode code, String message) {
    return DB.newSQLException(code.code, message);
  }

  /** The call succeeded. */
  void after(boolean keeps) {
    if (!keeps) {
      place.release();
    }
  }

  /** The call failed; what could not get SQLite's lock has no use for the turn. */
  void failed(SQLException thrown, boolean keeps) {
    boolean busy =
        thrown instanceof SQLiteException sqlite
            && (sqlite.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code;
    if (!keeps || (takenNow && busy)) {
      place.release();
    }
  }

  /** Ends a wait that is under way. */
  void cancel() {
    place.cancel();
  }

  /** SQLite has let go of whatever the connection held. */
  void end() {
    place.release();
  }
}
