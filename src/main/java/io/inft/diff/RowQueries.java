package io.inft.diff;

import io.inft.bytes.Blob;
import io.inft.capture.SqliteLink;
import io.inft.diff.RowChange.Cell;
import io.inft.diff.RowChange.Kind;
import io.inft.diff.RowChange.Value;
import io.inft.failure.InftException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What SQLite is asked about one pair of tables: x is a row on the left, y one on the right. */
final class RowQueries {
  private final SqliteLink link;
  private final TablePair pair;
  private final String left;
  private final String right;
  private final List<Compared> compared;

  /**
   * @param suspects whether the rows to look at are those that {@link SuspectTables} lists
   */
  RowQueries(SqliteLink link, TablePair pair, boolean suspects) throws InftException {
    this.link = link;
    this.pair = pair;
    this.left = source(pair.left(), "x", SuspectTables.LEFT, suspects);
    this.right = source(pair.right(), "y", SuspectTables.RIGHT, suspects);
    this.compared = pair.isOneSided() ? List.of() : compared();
  }

  private static String source(TableShape table, String alias, String ranges, boolean suspects) {
    if (!suspects) {
      return table.from() + " " + alias;
    }
    String rowid = alias + "." + Sql.quoted(table.rowid().orElseThrow());
    return ranges
        + " r CROSS JOIN "
        + table.from()
        + " "
        + alias
        + " ON "
        + rowid
        + " BETWEEN r.low AND r.high";
  }

  /** A column of both, or one of the right side and what the left one's rows stand for. */
  private record Compared(String name, String left, String right) {
    String differ() {
      return Sql.differ(left, right);
    }
  }

  private List<Compared> compared() throws InftException {
    List<Compared> compared = new ArrayList<>();
    for (String name : pair.common()) {
      compared.add(new Compared(name, "x." + Sql.quoted(name), "y." + Sql.quoted(name)));
    }
    for (String name : pair.columnsAdded()) {
      Optional<String> fallback = Fallback.of(link, pair.right().column(name).orElseThrow());
      if (fallback.isPresent()) {
        compared.add(new Compared(name, fallback.get(), "y." + Sql.quoted(name)));
      }
    }
    return compared;
  }

  private String differs() {
    return compared.isEmpty()
        ? "0"
        : compared.stream().map(Compared::differ).collect(Collectors.joining(" OR "));
  }

  private String rows(Kind kind) {
    return switch (kind) {
      case REMOVED ->
          pair.isOneSided()
              ? left
              : left
                  + " WHERE NOT EXISTS (SELECT 1 FROM "
                  + pair.right().from()
                  + " y WHERE "
                  + pair.paired()
                  + ")";
      case ADDED ->
          pair.isOneSided()
              ? right
              : right
                  + " WHERE NOT EXISTS (SELECT 1 FROM "
                  + pair.left().from()
                  + " x WHERE "
                  + pair.paired()
                  + ")";
      case CHANGED ->
          left
              + " CROSS JOIN "
              + pair.right().from()
              + " y ON "
              + pair.paired()
              + " WHERE "
              + differs();
    };
  }

  long count(Kind kind) throws InftException {
    return Long.parseLong(link.text("SELECT count(*) FROM " + rows(kind)));
  }

  /** Tells of rows, at most so many. */
  void tell(Kind kind, long most, DiffListener listener) throws InftException {
    switch (kind) {
      case ADDED -> tellWhole(kind, pair.right(), "y", most, listener);
      case REMOVED -> tellWhole(kind, pair.left(), "x", most, listener);
      case CHANGED -> tellChanged(most, listener);
    }
  }

  private void tellWhole(
      Kind kind, TableShape table, String alias, long most, DiffListener listener)
      throws InftException {
    List<String> names = table.columnNames();
    List<String> values = new ArrayList<>(pair.keyOf(alias, table).toList());
    int keys = values.size();
    names.forEach(name -> values.add(alias + "." + Sql.quoted(name)));
    link.each(
        select(values.stream()) + " FROM " + rows(kind) + " LIMIT " + most,
        row -> {
          List<Cell> cells = new ArrayList<>();
          for (int i = 0; i < names.size(); i++) {
            Value value = value(row, keys + i);
            cells.add(
                kind == Kind.ADDED
                    ? new Cell(names.get(i), null, value)
                    : new Cell(names.get(i), value, null));
          }
          listener.row(new RowChange(pair.right().name(), kind, key(row, keys), cells));
        });
  }

  private void tellChanged(long most, DiffListener listener) throws InftException {
    List<String> values = new ArrayList<>(pair.keyOf("y", pair.right()).toList());
    int keys = values.size();
    compared.forEach(column -> values.add(column.left()));
    compared.forEach(column -> values.add(column.right()));
    String flags =
        compared.stream()
            .map(column -> "(" + column.differ() + ")")
            .collect(Collectors.joining(" || "));
    int flagColumn = 2 * values.size() + 1;
    link.each(
        select(values.stream()) + ", " + flags + " FROM " + rows(Kind.CHANGED) + " LIMIT " + most,
        row -> {
          String differing = row.getString(flagColumn);
          List<Cell> cells = new ArrayList<>();
          for (int i = 0; i < compared.size(); i++) {
            if (differing.charAt(i) == '1') {
              cells.add(
                  new Cell(
                      compared.get(i).name(),
                      value(row, keys + i),
                      value(row, keys + compared.size() + i)));
            }
          }
          listener.row(new RowChange(pair.right().name(), Kind.CHANGED, key(row, keys), cells));
        });
  }

  /** Each value as two columns: its beginning and its size. */
  private static String select(Stream<String> values) {
    return "SELECT "
        + values
            .map(value -> Sql.beginning(value) + ", " + Sql.size(value))
            .collect(Collectors.joining(", "));
  }

  private static List<Value> key(ResultSet row, int keys) throws SQLException {
    List<Value> key = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      key.add(value(row, i));
    }
    return key;
  }

  /**
   * @param index of the value among those selected, from 0
   */
  private static Value value(ResultSet row, int index) throws SQLException {
    Object found = row.getObject(2 * index + 1);
    long size = row.getLong(2 * index + 2);
    return new Value(plain(found), size, size > Value.MOST);
  }

  private static @Nullable Object plain(@Nullable Object found) {
    if (found instanceof Integer number) {
      return number.longValue();
    }
    return found instanceof byte[] bytes ? Blob.of(bytes) : found;
  }
}
