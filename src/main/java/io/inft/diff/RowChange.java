package io.inft.diff;

import io.inft.bytes.Blob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row that differs.
 *
 * @param table name as {@link TableDiff#name}
 * @param kind what became of it
 * @param key what it was paired by; of a changed row as the right state has it
 * @param cells its values: all columns of an added or removed row, those that differ of a changed
 *     one
 */
public record RowChange(String table, Kind kind, List<Value> key, List<Cell> cells) {
  public RowChange {
    key = List.copyOf(key);
    cells = List.copyOf(cells);
  }

  /** What became of a row. */
  public enum Kind {
    ADDED('+'),
    CHANGED('~'),
    REMOVED('-');

    private final char sign;

    Kind(char sign) {
      this.sign = sign;
    }

    /** How it begins a line for people. */
    public char sign() {
      return sign;
    }
  }

  /**
   * A column and its values.
   *
   * @param left null if the left state has no such row or column
   * @param right null if the right state has no such row or column
   */
  public record Cell(String column, @Nullable Value left, @Nullable Value right) {}

  /**
   * A value as it is stored, or its beginning.
   *
   * @param value a Long, Double, String or {@link Blob}; null for NULL
   * @param sizeBytes how long a text or a blob is in the database; 0 for others
   * @param isCut whether it is longer than what is here: {@value #MOST} characters or bytes
   */
  public record Value(@Nullable Object value, long sizeBytes, boolean isCut) {
    /** So much of a value is given. */
    public static final int MOST = 4096;
  }
}
