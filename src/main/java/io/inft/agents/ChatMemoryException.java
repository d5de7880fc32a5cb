package io.inft.agents;

import java.sql.SQLException;

/** The database failed; the cause has the SQLSTATE. */
public final class ChatMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ChatMemoryException(String task, String conversation, SQLException cause) {
    super(
        "could not " + task + " the conversation '" + conversation + "': " + cause.getMessage(),
        cause);
  }
}
