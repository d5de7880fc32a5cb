package io.inft.diff;

import java.util.List;
import java.util.Optional;

/**
 * One table that differs.
 *
 * @param name in the right state, or in the left one if only that has it
 * @param oldName its name in the left state if it was renamed
 * @param kind what stands behind it
 * @param presence on which side it is
 * @param key the columns by which rows were paired; {@code rowid} where it declares none, empty if
 *     nothing could pair them
 * @param added rows that only the right state has
 * @param changed rows that both have, with another value
 * @param removed rows that only the left state has
 * @param columnsAdded columns that only the right state has
 * @param columnsRemoved columns that only the left state has
 */
public record TableDiff(
    String name,
    Optional<String> oldName,
    Kind kind,
    Presence presence,
    List<String> key,
    long added,
    long changed,
    long removed,
    List<String> columnsAdded,
    List<String> columnsRemoved) {
  public TableDiff {
    key = List.copyOf(key);
    columnsAdded = List.copyOf(columnsAdded);
    columnsRemoved = List.copyOf(columnsRemoved);
  }

  /** What stands behind a table. */
  public enum Kind {
    /** An application's table. */
    TABLE,
    /** What a virtual table keeps its content in. */
    SHADOW,
    /** SQLite's own, {@code sqlite_sequence} and what ANALYZE finds out. */
    INTERNAL
  }

  /** On which side a table is. */
  public enum Presence {
    BOTH,
    ADDED,
    REMOVED
  }

  /** How many rows differ. */
  public long rows() {
    return Math.addExact(Math.addExact(added, changed), removed);
  }

  /** Whether anything differs. */
  boolean differs() {
    return presence != Presence.BOTH
        || oldName.isPresent()
        || rows() > 0
        || !columnsAdded.isEmpty()
        || !columnsRemoved.isEmpty();
  }
}
