package io.inft.jdbc.errors;

import java.util.Optional;
import org.sqlite.SQLiteErrorCode;

/**
 * What is known of a connection when SQLite refuses something: enough to say which setting helps,
 * and not to advise what is set already.
 *
 * @param readOnlyReason why it refuses to write, if it does
 * @param takesLockFirst whether its transactions begin with the write lock in hand
 * @param busyTimeoutMillis how long it waits for other writers
 */
public record Situation(
    Optional<String> readOnlyReason, boolean takesLockFirst, int busyTimeoutMillis) {

  /** What SQLite's message does not say; empty where it says all. */
  Optional<String> advice(SQLiteErrorCode code, String state, String message) {
    if (state.equals("25006")) {
      return readOnlyReason;
    }
    return switch (code) {
      case SQLITE_BUSY_SNAPSHOT ->
          Optional.of(
              "this transaction read before another connection wrote: run it again, or let"
                  + " transactions that write begin with transaction_mode=IMMEDIATE");
      case SQLITE_BUSY_RECOVERY ->
          Optional.of(
              "another process is reading the log again after a crash, which takes a moment: run it"
                  + " again");
      case SQLITE_BUSY, SQLITE_BUSY_TIMEOUT -> Optional.of(ofBusy(message));
      case SQLITE_LOCKED ->
          Optional.of(
              "another statement of this same connection still has rows open of what this one"
                  + " changes: read them to their end, or close them, first");
      default -> Optional.empty();
    };
  }

  private String ofBusy(String message) {
    if (message.contains("statements in progress") || message.contains("active statements")) {
      return "statements of this same connection still have rows open: read them to their end, or"
          + " close them, first";
    }
    if (takesLockFirst) {
      return "another connection, here or in another program, was writing for longer than"
          + " busy_timeout ("
          + busyTimeoutMillis
          + " ms): keep transactions short, or raise it";
    }
    return "another connection is writing: run it again, keep transactions short, and let those"
        + " that write begin with transaction_mode=IMMEDIATE, so that they wait for up to"
        + " busy_timeout ("
        + busyTimeoutMillis
        + " ms); one that has read already cannot wait";
  }
}
