package io.inft.jdbc.errors;

import io.inft.failure.InftException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.SplitViewException;
import io.inft.failure.TooFewEndpointsException;
import io.inft.failure.UnreadableHeadException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLWarning;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/**
 * Makes every SQLException of this driver, so that each has the standard class and the SQLSTATE
 * that programs and pools decide by.
 */
public final class SqlExceptions {
  public static final String CONNECTION_CLOSED = "08003";

  /** CLI's "optional feature not implemented"; 0A000 would make HikariCP evict the connection. */
  static final String NOT_IMPLEMENTED = "HYC00";

  private static final String GENERAL = "HY000";
  private static final int VENDOR_CLOSED = 10080;
  private static final int VENDOR_REFUSED = 10081;

  private SqlExceptions() {}

  /** A failure of ours. Its message stands, it becomes the cause. */
  public static SQLException of(InftException failure) {
    if (failure instanceof NotPublishedException notPublished) {
      Optional<InftException> reason = notPublished.reason();
      Optional<FailureState> state = reason.flatMap(one -> FailureState.of(one.getClass()));
      if (state.isPresent()) {
        return state.get().exception(String.valueOf(failure.getMessage()), reason.get());
      }
    }
    // Of a head that cannot be read, programs decide by what is wrong with it.
    boolean head = failure instanceof UnreadableHeadException;
    InftException decisive =
        failure.getCause() instanceof InftException why && (head || isAboutEndpoints(why))
            ? why
            : failure;
    return FailureState.of(decisive.getClass())
        .map(state -> state.exception(failure))
        .orElseGet(() -> new SQLException(failure.getMessage(), GENERAL, failure));
  }

  /** Why a registry or a store could not be asked, where programs may want to tell. */
  private static boolean isAboutEndpoints(InftException cause) {
    return cause instanceof SplitViewException || cause instanceof TooFewEndpointsException;
  }

  /**
   * A failure of sqlite-jdbc: the same class where that is a class of its own, now with a SQLSTATE.
   *
   * @param situation of the connection, null where nobody knows; says what SQLite's message does
   *     not
   */
  public static SQLException of(SQLException thrown, @Nullable Situation situation) {
    if (thrown instanceof StatedSqliteException) {
      return thrown;
    }
    if (thrown instanceof SQLiteException sqlite) {
      return stated(sqlite, situation);
    }
    if (thrown instanceof BatchUpdateException batch) {
      return stated(batch, situation);
    }
    if (isState(thrown.getSQLState())) {
      return thrown;
    }
    String message = String.valueOf(thrown.getMessage());
    if (message.contains("connection closed") || message.contains("Connection is closed")) {
      return copy(
          thrown,
          new SQLNonTransientConnectionException(message, CONNECTION_CLOSED, VENDOR_CLOSED));
    }
    if (thrown instanceof SQLFeatureNotSupportedException) {
      return copy(
          thrown,
          new SQLFeatureNotSupportedException(message, NOT_IMPLEMENTED, thrown.getErrorCode()));
    }
    return copy(thrown, new SQLException(message, plainState(message), thrown.getErrorCode()));
  }

  /** The connection is closed, was aborted, or its line was put aside. */
  public static SQLException closed(String reason) {
    return new SQLNonTransientConnectionException(reason, CONNECTION_CLOSED, VENDOR_CLOSED);
  }

  /** A write on a connection that only reads. */
  public static SQLException readOnly(String reason) {
    return new SQLNonTransientException(reason, "25006", VENDOR_REFUSED);
  }

  /** Something this driver will not do, with the reason. */
  public static SQLException refused(String reason, String state) {
    return new SQLNonTransientException(reason, state, VENDOR_REFUSED);
  }

  /** Something optional in JDBC that is not there. */
  public static SQLFeatureNotSupportedException notImplemented(String reason) {
    return new SQLFeatureNotSupportedException(reason, NOT_IMPLEMENTED);
  }

  /** This machine's disk said no to something that belongs to one call only. */
  public static SQLException disk(String reason, Throwable cause) {
    return new SQLNonTransientException(reason, "58030", VENDOR_REFUSED, cause);
  }

  /** Another transaction is in the way: roll back and run it again. */
  public static SQLException locked(String reason) {
    return new SQLTransactionRollbackException(reason, "40001", VENDOR_REFUSED);
  }

  /** Something the user should know although nothing failed. */
  public static SQLWarning warning(String message) {
    return new SQLWarning(message, "01000");
  }

  private static SQLException stated(SQLiteException sqlite, @Nullable Situation situation) {
    String message = String.valueOf(sqlite.getMessage());
    if (message.contains("Connection is closed")) {
      return copy(
          sqlite,
          new SQLNonTransientConnectionException(message, CONNECTION_CLOSED, VENDOR_CLOSED));
    }
    String state = SqliteState.of(sqlite.getResultCode(), message);
    Optional<String> advice =
        situation == null
            ? Optional.empty()
            : situation.advice(sqlite.getResultCode(), state, message);
    return new StatedSqliteException(
        sqlite, advice.map(more -> message + "; " + more).orElse(message), state);
  }

  private static SQLException stated(BatchUpdateException batch, @Nullable Situation situation) {
    if (isState(batch.getSQLState())) {
      return batch;
    }
    SQLException inner =
        batch.getCause() instanceof SQLException cause ? of(cause, situation) : null;
    String state = inner == null ? GENERAL : String.valueOf(inner.getSQLState());
    int vendorCode = inner == null ? batch.getErrorCode() : inner.getErrorCode();
    int[] counts = batch.getUpdateCounts();
    return copy(
        batch,
        new BatchUpdateException(
            batch.getMessage(),
            state,
            vendorCode,
            counts == null ? new int[0] : counts,
            inner == null ? batch.getCause() : inner));
  }

  private static String plainState(String message) {
    if (message.contains("auto-commit mode")) {
      return "25000";
    }
    if (message.contains("stmt pointer is closed")
        || message.contains("statement is not executing")
        || message.contains("statement is closed")
        || message.contains("ResultSet already requested")) {
      return "HY010";
    }
    if (message.contains("out of bounds")
        || message.contains("Parameter index is invalid")
        || message.contains("no such column")) {
      return "07009";
    }
    if (message.contains("does not return") || message.contains("returns results")) {
      return "07005";
    }
    if (message.contains("only supports") || message.contains("does not support")) {
      return NOT_IMPLEMENTED;
    }
    if (message.contains("syntax error")) {
      return "42000";
    }
    return GENERAL;
  }

  /** sqlite-jdbc puts names such as SQLITE_DONE where a state of five characters belongs. */
  private static boolean isState(@Nullable String state) {
    return state != null && state.length() == 5;
  }

  private static <E extends SQLException> E copy(SQLException from, E to) {
    to.setStackTrace(from.getStackTrace());
    if (to.getCause() == null && from.getCause() != null) {
      to.initCause(from.getCause());
    }
    Arrays.stream(from.getSuppressed()).forEach(to::addSuppressed);
    return to;
  }
}
