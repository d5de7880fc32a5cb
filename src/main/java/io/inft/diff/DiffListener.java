package io.inft.diff;

/**
 * Is told of what differs while it is found, so that nothing need be held in memory: first the
 * schema, then each table and after it its rows. Called by the thread that compares; what it throws
 * ends the comparison.
 */
public interface DiffListener {
  /** Does nothing. */
  DiffListener NONE = new DiffListener() {};

  /**
   * What differs beside rows; called once, first.
   *
   * @param diff without tables
   */
  default void schema(DatabaseDiff diff) {}

  /** A table that differs, with all of its rows counted. */
  default void table(TableDiff table) {}

  /** A row of the table that was told of last. */
  default void row(RowChange row) {}
}
