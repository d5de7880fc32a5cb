package io.inft.jdbc.errors;

import java.util.Locale;
import org.sqlite.SQLiteErrorCode;

/**
 * The SQLSTATE of each of SQLite's own result codes, which sqlite-jdbc leaves out.
 *
 * <p>40001 means what programs take it for: roll back and run the transaction again. No state
 * begins with 08, because none of these failures is one that another connection would not have.
 */
final class SqliteState {
  private SqliteState() {}

  /**
   * The state for a result code.
   *
   * @param message SQLite's message, which alone tells the kinds of {@code SQLITE_ERROR} apart
   */
  static String of(SQLiteErrorCode code, String message) {
    return switch (code) {
      case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID ->
          "23505";
      case SQLITE_CONSTRAINT_NOTNULL -> "23502";
      case SQLITE_CONSTRAINT_FOREIGNKEY -> "23503";
      case SQLITE_CONSTRAINT_CHECK -> "23514";
      case SQLITE_ABORT_ROLLBACK -> "40000";
      case SQLITE_READONLY_DBMOVED -> "58030";
      case SQLITE_ERROR_SNAPSHOT, SQLITE_ERROR_RETRY -> "40001";
      default -> ofPrimary(primary(code), message);
    };
  }

  /** Ignores what the extended codes add: their low byte is the primary code. */
  static SQLiteErrorCode primary(SQLiteErrorCode code) {
    return code == SQLiteErrorCode.UNKNOWN_ERROR
        ? code
        : SQLiteErrorCode.getErrorCode(code.code & 0xff);
  }

  private static String ofPrimary(SQLiteErrorCode code, String message) {
    return switch (code) {
      case SQLITE_ERROR -> ofError(message.toLowerCase(Locale.ROOT));
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_SCHEMA -> "40001";
      case SQLITE_CONSTRAINT -> "23000";
      case SQLITE_READONLY -> "25006";
      case SQLITE_INTERRUPT, SQLITE_ABORT -> "57014";
      case SQLITE_NOMEM -> "53200";
      case SQLITE_FULL -> "53100";
      case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_PROTOCOL, SQLITE_NOLFS -> "58030";
      case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT -> "XX001";
      case SQLITE_PERM, SQLITE_AUTH -> "42501";
      case SQLITE_TOOBIG -> "54000";
      case SQLITE_MISMATCH -> "22000";
      case SQLITE_RANGE -> "07009";
      case SQLITE_MISUSE -> "HY010";
      case SQLITE_INTERNAL -> "XX000";
      default -> "HY000";
    };
  }

  private static String ofError(String message) {
    if (message.contains("no such table") || message.contains("no such view")) {
      return "42S02";
    }
    if (message.contains("no such column") || message.contains("has no column named")) {
      return "42S22";
    }
    if (message.contains("already exists")) {
      return "42S01";
    }
    if (message.contains("within a transaction")) {
      return "25001";
    }
    if (message.contains("no transaction is active")) {
      return "25000";
    }
    if (message.contains("no such savepoint")) {
      return "3B001";
    }
    boolean compiling =
        message.contains("syntax error")
            || message.contains("no such")
            || message.contains("incomplete input")
            || message.contains("unrecognized token")
            || message.contains("ambiguous column")
            || message.contains("wrong number of arguments")
            || message.contains("values for");
    return compiling ? "42000" : "HY000";
  }
}
