package io.inft.failure;

/** An import was to begin a database that is there already. Nothing was changed. */
public final class ExistingDatabaseException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String found;

  /**
   * @param found what is there, as "exists in version 3"
   */
  public ExistingDatabaseException(String id, String found) {
    super(
        "'"
            + id
            + "' "
            + found
            + ", and an import only begins a database; leave the import (importFrom) out to open"
            + " what is there, take another id, or make a SQLite file its next version with 'inft"
            + " push "
            + id
            + " <file>'",
        null);
    this.id = id;
    this.found = found;
  }

  public String id() {
    return id;
  }

  /** What is there, in words. */
  public String found() {
    return found;
  }
}
