package io.inft.diff;

import io.inft.capture.SqliteLink;
import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A table as one state has it.
 *
 * @param schema {@code main} or the name of an attached database
 * @param rootPage of its b-tree
 * @param sql as the schema has it
 * @param hasRowid false for WITHOUT ROWID
 * @param columns those that are stored, in order: generated ones that are only computed follow from
 *     them
 * @param primaryKey the declared one; empty without one, and where it is another name of the rowid
 * @param rowid a name that reaches the rowid; empty if there is none, or columns hide it
 * @param rowidColumn the column that is the rowid, if one is
 */
record TableShape(
    String schema,
    String name,
    TableDiff.Kind kind,
    long rootPage,
    String sql,
    boolean hasRowid,
    List<Column> columns,
    List<KeyPart> primaryKey,
    Optional<String> rowid,
    Optional<String> rowidColumn) {
  private static final List<String> ROWIDS = List.of("rowid", "_rowid_", "oid");

  /** {@code hidden} of {@code pragma table_xinfo} for a generated column that is not stored. */
  private static final int COMPUTED = 2;

  /**
   * @param type as declared, may be empty
   * @param fallback the text of its default
   */
  record Column(String name, String type, Optional<String> fallback) {}

  /** A column of the primary key and the collation it is unique by. */
  record KeyPart(String name, String collation) {
    @Override
    public boolean equals(Object other) {
      return other instanceof KeyPart that
          && name.equalsIgnoreCase(that.name)
          && collation.equalsIgnoreCase(that.collation);
    }

    @Override
    public int hashCode() {
      return name.toLowerCase(Locale.ROOT).hashCode();
    }
  }

  /** All tables of a schema but SQLite's list of them. */
  static List<TableShape> all(SqliteLink link, String schema) throws InftException {
    record Found(String name, TableDiff.Kind kind, boolean hasRowid, long root, String sql) {}
    List<Found> found = new ArrayList<>();
    link.each(
        "SELECT l.name, l.type, l.wr, s.rootpage, s.sql FROM pragma_table_list l JOIN "
            + schema
            + ".sqlite_schema s ON s.type = 'table' AND s.name = l.name WHERE l.schema = '"
            + schema
            + "' AND l.type IN ('table', 'shadow') ORDER BY l.name",
        row -> {
          String name = row.getString(1);
          boolean internal = name.toLowerCase(Locale.ROOT).startsWith("sqlite_");
          TableDiff.Kind kind =
              internal
                  ? TableDiff.Kind.INTERNAL
                  : row.getString(2).equals("shadow")
                      ? TableDiff.Kind.SHADOW
                      : TableDiff.Kind.TABLE;
          String sql = row.getString(5);
          found.add(
              new Found(name, kind, !row.getBoolean(3), row.getLong(4), sql == null ? "" : sql));
        });
    List<TableShape> shapes = new ArrayList<>();
    for (Found one : found) {
      shapes.add(of(link, schema, one.name, one.kind, one.hasRowid, one.root, one.sql));
    }
    return shapes;
  }

  private static TableShape of(
      SqliteLink link,
      String schema,
      String name,
      TableDiff.Kind kind,
      boolean hasRowid,
      long root,
      String sql)
      throws InftException {
    String which = Sql.literal(name) + ", " + Sql.literal(schema);
    List<Column> columns = new ArrayList<>();
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    List<String> declared = new ArrayList<>();
    link.each(
        "SELECT name, type, dflt_value, pk, hidden FROM pragma_table_xinfo("
            + which
            + ") ORDER BY cid",
        row -> {
          names.add(row.getString(1));
          if (row.getInt(5) != COMPUTED) {
            String type = row.getString(2);
            columns.add(
                new Column(
                    row.getString(1),
                    type == null ? "" : type,
                    Optional.ofNullable(row.getString(3))));
          }
          if (row.getInt(4) > 0) {
            declared.add(row.getString(1));
          }
        });
    List<KeyPart> key = new ArrayList<>();
    link.each(
        "SELECT x.name, x.coll FROM pragma_index_list("
            + which
            + ") i, pragma_index_xinfo(i.name, "
            + Sql.literal(schema)
            + ") x WHERE i.origin = 'pk' AND x.key = 1 ORDER BY x.seqno",
        row -> key.add(new KeyPart(row.getString(1), row.getString(2))));
    // A primary key without an index of its own is the rowid.
    Optional<String> rowidColumn =
        hasRowid && key.isEmpty() && declared.size() == 1
            ? Optional.of(declared.get(0))
            : Optional.empty();
    Optional<String> rowid =
        !hasRowid
            ? Optional.empty()
            : rowidColumn.isPresent()
                ? rowidColumn
                : ROWIDS.stream().filter(one -> !names.contains(one)).findFirst();
    return new TableShape(
        schema, name, kind, root, sql, hasRowid, columns, key, rowid, rowidColumn);
  }

  /** Its name in SQL. */
  String from() {
    return schema + "." + Sql.quoted(name);
  }

  Optional<Column> column(String wanted) {
    return columns.stream().filter(column -> column.name().equalsIgnoreCase(wanted)).findFirst();
  }

  List<String> columnNames() {
    return columns.stream().map(Column::name).toList();
  }
}
