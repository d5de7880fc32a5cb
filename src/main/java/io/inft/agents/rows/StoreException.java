package io.inft.agents.rows;

import java.sql.SQLException;

/** The database of a store failed; the cause has the SQLSTATE. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param task what could not be done, and to what
   */
  public StoreException(String task, SQLException cause) {
    super("could not " + task + ": " + cause.getMessage(), cause);
  }
}
