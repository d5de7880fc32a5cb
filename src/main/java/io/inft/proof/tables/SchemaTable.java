package io.inft.proof.tables;

import static io.inft.proof.tables.ShownDatabase.corrupt;

import io.inft.failure.InftException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The table on page 1 that names all others. */
final class SchemaTable {
  private static final int ROOT = 1;
  private static final int MOST_LEVELS = 20;
  private static final int TYPE = 0;
  private static final int NAME = 1;
  private static final int ROOT_PAGE = 3;
  private static final int SQL = 4;
  private static final int COLUMNS = 5;

  /** What a SELECT would take for a table. */
  private static final Set<String> LIKE_TABLES = Set.of("table", "view");

  /** SQLite's own names for this table, which it does not name. */
  private static final Set<String> ITSELF =
      Set.of("sqlite_schema", "sqlite_master", "sqlite_temp_schema", "sqlite_temp_master");

  private SchemaTable() {}

  /** Whether a name can be that of a table that the schema names. */
  static boolean canName(String table) {
    return !table.isEmpty() && !ITSELF.contains(table.toLowerCase(Locale.ROOT));
  }

  /**
   * A table's entry.
   *
   * @param root page of its tree
   */
  record Entry(TableDefinition table, long root) {}

  /** An entry by its number and name. */
  static Entry entry(ShownDatabase image, String table, long rowid, Turns turns)
      throws InftException {
    StoredRecord row =
        SortedTree.ofRowids(image, ROOT)
            .find(List.of(StoredValue.of(rowid)), turns)
            .orElseThrow(() -> corrupt("has no entry " + rowid + " in its schema"));
    row.readAll();
    if (row.values() != COLUMNS) {
      throw corrupt("has a schema entry of " + row.values() + " values");
    }
    List<StoredValue> values = row.first(COLUMNS);
    if (!isText(image, values.get(TYPE), "table") || !isText(image, values.get(NAME), table)) {
      throw corrupt("has another entry " + rowid + " in its schema than " + table);
    }
    StoredValue root = values.get(ROOT_PAGE);
    if (root.type() != StoredValue.Type.INTEGER || root.number() < 2) {
      throw corrupt("has a table " + table + " without a page");
    }
    return new Entry(TableDefinition.parse(text(image, values.get(SQL))), root.number());
  }

  private static String text(ShownDatabase image, StoredValue value) throws InftException {
    if (value.type() != StoredValue.Type.TEXT) {
      throw corrupt("has a schema entry with a " + value.type() + " for a text");
    }
    return value.text(image.charset());
  }

  private static boolean isText(ShownDatabase image, StoredValue value, String text) {
    return value.type() == StoredValue.Type.TEXT && value.text(image.charset()).equals(text);
  }

  /**
   * Looks through all entries.
   *
   * @param type of the entry that was found: table, or view
   * @param name as the entry spells it
   */
  record Named(long rowid, String type, String name) {}

  static Optional<Named> named(ShownDatabase image, String table) throws InftException {
    return named(image, table, ROOT, 1);
  }

  private static Optional<Named> named(ShownDatabase image, String table, long number, int level)
      throws InftException {
    TreePage page = new TreePage(image, number);
    if (page.isIndex() || level > MOST_LEVELS) {
      throw corrupt("has a schema that is no table");
    }
    Optional<Named> found = Optional.empty();
    int last = page.isLeaf() ? page.cells() - 1 : page.cells();
    for (int cell = 0; cell <= last; cell++) {
      Optional<Named> here;
      if (page.isLeaf()) {
        here = named(image, table, page, cell);
      } else {
        here = named(image, table, page.child(cell), level + 1);
      }
      found = found.isPresent() ? found : here;
    }
    return found;
  }

  private static Optional<Named> named(ShownDatabase image, String table, TreePage page, int cell)
      throws InftException {
    StoredRecord row = new StoredRecord(page.payload(cell));
    String type = text(image, row.value(TYPE));
    String name = text(image, row.value(NAME));
    return TableDefinition.sameName(name, table) && LIKE_TABLES.contains(type)
        ? Optional.of(new Named(page.rowid(cell), type, name))
        : Optional.empty();
  }
}
