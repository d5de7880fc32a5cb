package io.inft.proof.tables;

import static io.inft.proof.tables.ShownDatabase.corrupt;

import io.inft.failure.InftException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks a row up, or sees that there is none. Stateless. */
public final class RowSearch {
  private RowSearch() {}

  /**
   * What is sought: a row of a table by its number, or where rows have none by its key.
   *
   * @param table as the schema spells it
   * @param rowid its number; 0 with a key
   * @param key the values that sort the table, in the order of its primary key, texts in UTF-8
   *     whatever the database has; empty with a number
   */
  public record Sought(String table, long rowid, List<StoredValue> key) {
    public Sought {
      key = List.copyOf(key);
    }

    /**
     * A row by its key.
     *
     * @param key Long, Integer, Short, Double, Float, String, byte[]
     * @throws IllegalArgumentException something else is among them, or there is none
     */
    public static Sought byKey(String table, List<?> key) {
      if (key.isEmpty()) {
        throw new IllegalArgumentException("a key has at least one value");
      }
      return new Sought(table, 0, key.stream().map(StoredValue::ofObject).toList());
    }

    /** Whether the schema can name such a table. */
    public boolean isPossible() {
      return SchemaTable.canName(table);
    }
  }

  /**
   * The way to it: turns on each page, from the roots down.
   *
   * @param entry number of the table's entry in the schema
   * @param schema turns to that entry
   * @param table turns in the table's own tree
   */
  public record Way(long entry, List<Integer> schema, List<Integer> table) {
    public Way {
      schema = List.copyOf(schema);
      table = List.copyOf(table);
    }
  }

  /**
   * A table's entry in the schema.
   *
   * @param isTable whether it is one, and no view
   * @param name as the schema spells it
   */
  public record TableEntry(long number, boolean isTable, String name) {}

  /** Looks through the schema, as SQL compares names; what is read is all types and names in it. */
  public static Optional<TableEntry> entry(ShownDatabase image, String table) throws InftException {
    return SchemaTable.named(image, table)
        .map(named -> new TableEntry(named.rowid(), named.type().equals("table"), named.name()));
  }

  /**
   * What a table says of itself.
   *
   * @param entry as {@link #entry} found it
   */
  public static TableDefinition definition(ShownDatabase image, TableEntry entry)
      throws InftException {
    Turns looking = Turns.looking(new ArrayList<>());
    return SchemaTable.entry(image.unmarked(), entry.name(), entry.number(), looking).table();
  }

  /** Finds the way to a row of a table that is there. */
  public static Way way(ShownDatabase image, Sought sought, long entry) throws InftException {
    List<Integer> schema = new ArrayList<>();
    List<Integer> table = new ArrayList<>();
    ShownDatabase fresh = image.unmarked();
    search(fresh, sought, entry, Turns.looking(schema), Turns.looking(table));
    return new Way(entry, schema, table);
  }

  /**
   * Goes a way.
   *
   * @return the row, or that there is none
   * @throws io.inft.failure.CorruptObjectException it is the wrong way, or none in a database
   */
  public static TableRow follow(ShownDatabase image, Sought sought, Way way) throws InftException {
    Turns.Given schema = Turns.given(way.schema());
    Turns.Given table = Turns.given(way.table());
    TableRow row = search(image, sought, way.entry(), schema, table);
    schema.requireTaken();
    table.requireTaken();
    return row;
  }

  private static List<StoredValue> encoded(List<StoredValue> key, Charset charset) {
    return key.stream()
        .map(
            value ->
                value.type() == StoredValue.Type.TEXT
                    ? StoredValue.text(value.text(StandardCharsets.UTF_8), charset)
                    : value)
        .toList();
  }

  private static TableRow search(
      ShownDatabase image, Sought sought, long entry, Turns schema, Turns table)
      throws InftException {
    SchemaTable.Entry found = SchemaTable.entry(image, sought.table(), entry, schema);
    TableDefinition definition = found.table();
    if (definition.withoutRowid() == sought.key().isEmpty()) {
      throw corrupt(
          "has a table whose rows are " + (sought.key().isEmpty() ? "not " : "") + "numbered");
    }
    Optional<StoredRecord> row;
    if (definition.withoutRowid()) {
      KeyOrder order = KeyOrder.of(definition, image);
      if (order.size() != sought.key().size()) {
        throw corrupt("has a table with a key of " + order.size() + " columns");
      }
      row =
          SortedTree.ofRows(image, found.root(), order)
              .find(encoded(sought.key(), image.charset()), table);
    } else {
      List<StoredValue> number = List.of(StoredValue.of(sought.rowid()));
      row = SortedTree.ofRowids(image, found.root()).find(number, table);
    }
    if (row.isEmpty()) {
      return new TableRow(definition, image.charset(), Optional.empty());
    }
    row.get().readAll();
    return TableRow.of(definition, image.charset(), sought.rowid(), row.get());
  }
}
