package io.inft.jdbc.errors;

import org.sqlite.SQLiteException;

/** An exception of sqlite-jdbc with the SQLSTATE that it left out; everything else stays. */
final class StatedSqliteException extends SQLiteException {
  private static final long serialVersionUID = 1L;

  private final String state;

  StatedSqliteException(SQLiteException original, String message, String state) {
    super(message, original.getResultCode());
    this.state = state;
    setStackTrace(original.getStackTrace());
    if (original.getCause() != null) {
      initCause(original.getCause());
    }
    for (Throwable suppressed : original.getSuppressed()) {
      addSuppressed(suppressed);
    }
  }

  @Override
  public String getSQLState() {
    return state;
  }
}
