package io.inft.diff;

import java.util.Optional;

/**
 * What of a difference is wanted.
 *
 * @param table only this one, by its name on either side; empty for all
 * @param rows how many rows of each table are given at most, of those added, changed and removed
 *     together; all of them are counted
 */
public record DiffOptions(Optional<String> table, long rows) {
  /** Counts alone. */
  public static final DiffOptions COUNTS = new DiffOptions(Optional.empty(), 0);

  public DiffOptions {
    if (rows < 0) {
      throw new IllegalArgumentException("a limit is not negative: " + rows);
    }
  }

  /** Of all tables, so many rows of each. */
  public static DiffOptions rows(long most) {
    return new DiffOptions(Optional.empty(), most);
  }

  /**
   * Whether rows of a table are told of: those of an application's tables, and of any table that is
   * named.
   */
  public boolean tells(TableDiff of) {
    return of.kind() == TableDiff.Kind.TABLE || table.isPresent();
  }

  boolean wants(String name) {
    return table.isEmpty() || table.get().equalsIgnoreCase(name);
  }
}
