package io.inft.failure;

/**
 * The SQLite that runs here has a bug that damages databases in WAL mode. Nothing was opened with
 * it.
 */
public final class SqliteTooOldException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String found;
  private final String needed;

  /**
   * @param found SQLite's own version
   * @param needed the oldest that is accepted
   * @param brought the sqlite-jdbc that this driver asks for
   */
  public SqliteTooOldException(String found, String needed, String brought) {
    super(
        "SQLite "
            + found
            + " runs here, expected "
            + needed
            + " or newer: older ones can damage a database when its log begins anew (WAL-reset bug)."
            + " Something manages sqlite-jdbc down to an old version; set it to "
            + brought
            + ": with Spring Boot's parent <sqlite-jdbc.version>"
            + brought
            + "</sqlite-jdbc.version> among the properties of pom.xml, with its Gradle plugin"
            + " ext['sqlite-jdbc.version'] = '"
            + brought
            + "', otherwise the dependency org.xerial:sqlite-jdbc:"
            + brought
            + " in dependencyManagement before every imported BOM",
        null);
    this.found = found;
    this.needed = needed;
  }

  public String found() {
    return found;
  }

  public String needed() {
    return needed;
  }
}
