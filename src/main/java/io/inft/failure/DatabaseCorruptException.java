package io.inft.failure;

/** SQLite's own checks found the database damaged. Nothing was published. */
public final class DatabaseCorruptException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String database;
  private final String report;

  public DatabaseCorruptException(String database, String report) {
    super(
        "database "
            + database
            + " is corrupt, nothing was published: "
            + report
            + "; restore the last good version with at=<version>, or run .recover",
        null);
    this.database = database;
    this.report = report;
  }

  public String database() {
    return database;
  }

  public String report() {
    return report;
  }
}
