package io.inft.failure;

/**
 * The database file of a working copy changed in a way that SQLite's log does not explain: another
 * program wrote to it, replaced or deleted it, or the disk did. It is never published from there,
 * and never thrown away.
 */
public final class ForeignChangeException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String database;
  private final String what;

  /**
   * @param what was found, a clause about the file
   */
  public ForeignChangeException(String database, String what) {
    super(
        "the database file "
            + database
            + " changed behind SQLite's log: "
            + what
            + ". It is not published from there and not thrown away: 'inft forks export' writes it"
            + " to a file, and 'inft push' publishes that file if it is what you want",
        null);
    this.database = database;
    this.what = what;
  }

  public String database() {
    return database;
  }

  /** What was found. */
  public String what() {
    return what;
  }
}
