package io.inft.failure;

import java.time.Duration;

/**
 * This process has the database open, and what it is doing there must end first: another connection
 * is opening it, or it was closed while a call to the network hung. It may do so later.
 */
public final class DatabaseBusyException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String busyWith;

  /**
   * @param busyWith what must end first, as a clause
   */
  public DatabaseBusyException(String id, String busyWith, Duration waited) {
    super(
        "'"
            + id
            + "' cannot be opened yet: "
            + busyWith
            + ", and this was waited for during "
            + waited.toMillis()
            + " ms; nothing is lost, try again, or end this process",
        null);
    this.id = id;
    this.busyWith = busyWith;
  }

  public String id() {
    return id;
  }

  public String busyWith() {
    return busyWith;
  }
}
