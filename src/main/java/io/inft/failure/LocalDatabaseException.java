package io.inft.failure;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** SQLite refused something that the driver itself asked of the working copy. */
public final class LocalDatabaseException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String database;
  private final String action;
  private final @Nullable SQLException sqlFailure;

  public LocalDatabaseException(String database, String action, SQLException cause) {
    super("could not " + action + " in " + database + ": " + cause.getMessage(), cause);
    this.database = database;
    this.action = action;
    this.sqlFailure = cause;
  }

  /**
   * The same with the way out.
   *
   * @param advice a sentence without its full stop
   */
  public LocalDatabaseException(String database, String action, SQLException cause, String advice) {
    super(
        "could not " + action + " in " + database + ": " + cause.getMessage() + "; " + advice,
        cause);
    this.database = database;
    this.action = action;
    this.sqlFailure = cause;
  }

  public LocalDatabaseException(String database, String action, String reason) {
    super("could not " + action + " in " + database + ": " + reason, null);
    this.database = database;
    this.action = action;
    this.sqlFailure = null;
  }

  public String database() {
    return database;
  }

  public String action() {
    return action;
  }

  /** What SQLite said, if it was SQLite. */
  public @Nullable SQLException sqlFailure() {
    return sqlFailure;
  }
}
