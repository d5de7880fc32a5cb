package io.inft.jdbc;

import java.sql.SQLException;

/**
 * What is known of SQLite's transaction on one connection: whether one is open, whether it may hold
 * the write lock, and whether JDBC has one open that SQLite has yet to begin. Used by the thread
 * that uses the connection.
 */
public final class TransactionState {
  private final CapturedConnection connection;

  // Mutable.
  private boolean open;
  private boolean hasWritten;
  private boolean hasRead;
  private boolean hasChanged;
  private boolean beginOwed;
  private boolean rolledBackByFailure;

  public TransactionState(CapturedConnection connection) {
    this.connection = connection;
  }

  public boolean isOpen() {
    return open;
  }

  /** Whether JDBC has a transaction open, begun in SQLite or owed. */
  boolean isOpenOrOwed() {
    return open || beginOwed;
  }

  /** Whether the open transaction holds, or may hold, SQLite's write lock. */
  boolean hasWritten() {
    return open && hasWritten;
  }

  /** Whether a statement ran in the open transaction that may have taken a snapshot to read. */
  boolean hasRead() {
    return open && hasRead;
  }

  /** Whether a statement that changes the database ran in the open transaction. */
  boolean hasChanged() {
    return open && hasChanged;
  }

  /** Whether JDBC has a transaction open that the next statement which needs it must begin. */
  boolean owesBegin() {
    return beginOwed;
  }

  /** Whether the newest call failed so that SQLite rolled the whole transaction back. */
  boolean wasRolledBackByFailure() {
    return rolledBackByFailure;
  }

  /** A call begins that may write, or read. */
  void calling(boolean writes, boolean reads) {
    rolledBackByFailure = false;
    hasRead |= reads;
    if (writes) {
      hasWritten = true;
      hasChanged = true;
    }
  }

  /** The open transaction may hold the write lock from now on. */
  void noteWritten() {
    hasWritten = true;
    hasChanged = true;
  }

  void owesBegin(boolean owed) {
    beginOwed = owed;
  }

  void began(boolean writing) {
    beginOwed = false;
    open = true;
    hasWritten = writing;
    hasRead = false;
    hasChanged = false;
  }

  void ended() {
    open = false;
    hasWritten = false;
    hasChanged = false;
  }

  /**
   * Asks SQLite whether a transaction is open. This pragma has no effect on the temp schema, and
   * SQLite refuses it inside a transaction, which is the only thing of interest here.
   *
   * @param writing whether one that is new holds the write lock
   */
  void look(boolean writing) {
    boolean now = open;
    try {
      connection.getDatabase().exec("pragma temp.synchronous=1", false);
      now = false;
    } catch (SQLException e) {
      // Whatever else is wrong, the next call says; until then what was known stands.
      now |= String.valueOf(e.getMessage()).contains("inside a transaction");
    }
    if (!now) {
      ended();
    } else if (!open) {
      began(writing);
    } else {
      beginOwed = false;
    }
  }

  /** Looks after a failure: some roll the whole transaction back, some come after a BEGIN. */
  void lookAfterFailure(boolean writing) {
    boolean before = open;
    look(writing);
    rolledBackByFailure = before && !open;
  }
}
