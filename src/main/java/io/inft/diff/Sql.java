package io.inft.diff;

import io.inft.diff.RowChange.Value;

/** Pieces of SQL. */
final class Sql {
  private Sql() {}

  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /**
   * Whether two values are stored differently: of another class, or other bytes. A column's
   * affinity and collation have no say; 0.0 and -0.0 are one value to SQLite.
   */
  static String differ(String left, String right) {
    return "NOT (typeof("
        + left
        + ") = typeof("
        + right
        + ") AND (+"
        + left
        + ") IS (+"
        + right
        + ") COLLATE BINARY)";
  }

  /** A value, or the beginning of a long one. */
  static String beginning(String value) {
    return "CASE WHEN "
        + size(value)
        + " > "
        + Value.MOST
        + " THEN substr("
        + value
        + ", 1, "
        + Value.MOST
        + ") ELSE "
        + value
        + " END";
  }

  /** Bytes of a text or a blob, 0 of others. */
  static String size(String value) {
    return "CASE WHEN typeof("
        + value
        + ") IN ('text', 'blob') THEN octet_length("
        + value
        + ") ELSE 0 END";
  }
}
