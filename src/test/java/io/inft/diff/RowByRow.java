package io.inft.diff;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The slow way to find out what differs: every row of both files is read, written out as text, and
 * looked up. Shares nothing with what it judges.
 */
final class RowByRow {
  private RowByRow() {}

  /**
   * A table and how its rows are told apart.
   *
   * @param columns that are stored
   * @param key expressions; none means the rowid
   */
  record Table(String name, List<String> columns, List<String> key) {
    /** What a key is, as text; NULL is equal to itself only with its rowid. */
    private String keyText() {
      if (key.isEmpty()) {
        return "rowid";
      }
      return key.stream()
          .map(part -> "coalesce(quote(" + part + "), '')")
          .collect(Collectors.joining(" || '/' || "));
    }
  }

  /** Every row's text by its key's. */
  static Map<String, String> rows(Path file, Table table, String name, boolean rowids)
      throws SQLException {
    String nullKey =
        rowids && !table.key().isEmpty()
            ? " || CASE WHEN "
                + table.key().stream()
                    .map(part -> part + " IS NULL")
                    .collect(Collectors.joining(" OR "))
                + " THEN '@' || rowid ELSE '' END"
            : "";
    String text =
        table.columns().stream()
            .map(column -> "typeof(" + column + ") || hex(" + column + ") || quote(" + column + ")")
            .collect(Collectors.joining(" || '|' || "));
    Map<String, String> rows = new TreeMap<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT " + table.keyText() + nullKey + ", " + text + " FROM " + name)) {
      while (found.next()) {
        if (rows.put(found.getString(1), found.getString(2)) != null) {
          throw new IllegalStateException("two rows have the key " + found.getString(1));
        }
      }
    }
    return rows;
  }

  /** What differs, as "+key", "~key" and "-key" in order. */
  static List<String> difference(Map<String, String> left, Map<String, String> right) {
    List<String> found = new ArrayList<>();
    left.forEach(
        (key, row) -> {
          if (!right.containsKey(key)) {
            found.add("-" + key);
          } else if (!right.get(key).equals(row)) {
            found.add("~" + key);
          }
        });
    right.keySet().stream()
        .filter(key -> !left.containsKey(key))
        .forEach(key -> found.add("+" + key));
    return found.stream().sorted().toList();
  }

  /** Counts of {@link #difference}: added, changed, removed. */
  static String counts(List<String> difference) {
    return String.format(
        Locale.ROOT,
        "+%d ~%d -%d",
        difference.stream().filter(one -> one.startsWith("+")).count(),
        difference.stream().filter(one -> one.startsWith("~")).count(),
        difference.stream().filter(one -> one.startsWith("-")).count());
  }
}
