package io.inft.proof.tables;

import static io.inft.proof.tables.ShownDatabase.corrupt;

import io.inft.failure.InftException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table, or that it has none.
 *
 * @param charset of its texts
 * @param cells one a column, in the order of the columns; empty if there is no row
 */
public record TableRow(TableDefinition table, Charset charset, Optional<List<Cell>> cells) {
  /**
   * What a row has in a column.
   *
   * @param value empty if none is stored: it is computed when it is read, or the row is older than
   *     the column, whose default it has
   */
  public record Cell(TableDefinition.Column column, Optional<StoredValue> value) {}

  static TableRow of(TableDefinition table, Charset charset, long rowid, StoredRecord row)
      throws InftException {
    List<Integer> stored = table.stored();
    if (row.values() > stored.size()) {
      throw corrupt("has a row of " + row.values() + " values in " + stored.size() + " columns");
    }
    List<@Nullable StoredValue> values =
        new ArrayList<>(Collections.nCopies(table.columns().size(), null));
    for (int i = 0; i < row.values(); i++) {
      values.set(stored.get(i), row.value(i));
    }
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      TableDefinition.Column column = table.columns().get(i);
      StoredValue value = values.get(i);
      if (i == table.rowidColumn()) {
        value = StoredValue.of(rowid);
      } else if (value != null && column.isReal() && value.type() == StoredValue.Type.INTEGER) {
        value = StoredValue.of((double) value.number());
      }
      cells.add(new Cell(column, Optional.ofNullable(value)));
    }
    return new TableRow(table, charset, Optional.of(List.copyOf(cells)));
  }
}
