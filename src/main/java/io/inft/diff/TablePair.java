package io.inft.diff;

import io.inft.failure.NotComparableException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The same table in two states, and how its rows are paired.
 *
 * <p>By the declared primary key if both declare the same, compared as its collation says. Such a
 * key may be NULL in a table with rowids, and NULL is unique to nobody: then the rowid must be the
 * same as well. Where none is declared, where the two differ, or where its collation is one that an
 * application brings, rows are paired by rowid.
 */
record TablePair(TableShape left, TableShape right) {
  /** SQLite has no collation but these by itself. */
  private static final Set<String> COLLATIONS = collations();

  /** SQLite nests expressions no deeper than 1000, and there are four values a column. */
  private static final int MOST_COLUMNS = 400;

  private static Set<String> collations() {
    Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    known.addAll(List.of("BINARY", "NOCASE", "RTRIM"));
    return known;
  }

  /** A table that only one state has. */
  static TablePair oneSided(TableShape shape) {
    return new TablePair(shape, shape);
  }

  boolean isOneSided() {
    return left.equals(right); // of two states, their schemas have different names
  }

  /** Refuses what cannot be put into one statement, or what SQLite cannot compare by itself. */
  void requireComparable() throws NotComparableException {
    int most = Math.max(left.columns().size(), right.columns().size());
    if (most > MOST_COLUMNS) {
      throw new NotComparableException(
          "table '" + right.name() + "'",
          "it has " + most + " columns, and at most " + MOST_COLUMNS + " can be compared");
    }
    for (TableShape side : List.of(left, right)) {
      for (TableShape.KeyPart part : side.primaryKey()) {
        if (!side.hasRowid() && !COLLATIONS.contains(part.collation())) {
          throw new NotComparableException(
              "table '" + side.name() + "'",
              "it has no rowids, and its primary key has the collation '"
                  + part.collation()
                  + "', which an application brings and SQLite does not have");
        }
      }
    }
  }

  /** Columns that both have, with the names of the right one. */
  List<String> common() {
    return right.columnNames().stream().filter(name -> left.column(name).isPresent()).toList();
  }

  List<String> columnsAdded() {
    return right.columnNames().stream().filter(name -> left.column(name).isEmpty()).toList();
  }

  List<String> columnsRemoved() {
    return left.columnNames().stream().filter(name -> right.column(name).isEmpty()).toList();
  }

  private boolean byKey() {
    return !right.primaryKey().isEmpty()
        && right.primaryKey().equals(left.primaryKey())
        && right.primaryKey().stream().allMatch(part -> COLLATIONS.contains(part.collation()));
  }

  private boolean byRowid() {
    return !byKey() && left.rowid().isPresent() && right.rowid().isPresent();
  }

  /** The condition that row {@code x} on the left and row {@code y} on the right are one. */
  String paired() {
    if (byRowid()) {
      return sameRowid();
    }
    if (!byKey()) {
      return "0";
    }
    String same =
        right.primaryKey().stream().map(KeyCondition::of).collect(Collectors.joining(" AND "));
    if (left.rowid().isEmpty() || right.rowid().isEmpty()) {
      return same;
    }
    String whole =
        right.primaryKey().stream()
            .map(part -> "y." + Sql.quoted(part.name()) + " IS NOT NULL")
            .collect(Collectors.joining(" AND "));
    return same + " AND (" + whole + " OR " + sameRowid() + ")";
  }

  private String sameRowid() {
    return "y." + rowidOf(right) + " = x." + rowidOf(left);
  }

  private static String rowidOf(TableShape shape) {
    return Sql.quoted(shape.rowid().orElseThrow());
  }

  /** One column of the key. */
  private static final class KeyCondition {
    private KeyCondition() {}

    static String of(TableShape.KeyPart part) {
      String name = Sql.quoted(part.name());
      return "y." + name + " IS x." + name + " COLLATE " + part.collation();
    }
  }

  /** What a row is shown to be paired by. */
  List<String> key() {
    if (byKey()) {
      return right.primaryKey().stream().map(TableShape.KeyPart::name).toList();
    }
    if (!byRowid()) {
      return List.of();
    }
    Optional<String> column = right.rowidColumn();
    return List.of(column.orElse("rowid"));
  }

  /** Expressions for {@link #key} of a row of one side. */
  Stream<String> keyOf(String alias, TableShape side) {
    return byKey()
        ? right.primaryKey().stream().map(part -> alias + "." + Sql.quoted(part.name()))
        : byRowid() ? Stream.of(alias + "." + rowidOf(side)) : Stream.empty();
  }
}
