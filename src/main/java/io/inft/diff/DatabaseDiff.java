package io.inft.diff;

import java.util.List;

/**
 * How the right state differs from the left one.
 *
 * @param tables those whose rows, columns or name differ, in order of their names
 * @param schema what else differs in the schema, and the text of tables that differ
 * @param settings of the database file, such as {@code user_version}
 */
public record DatabaseDiff(
    List<TableDiff> tables, List<SchemaChange> schema, List<SettingChange> settings) {
  public DatabaseDiff {
    tables = List.copyOf(tables);
    schema = List.copyOf(schema);
    settings = List.copyOf(settings);
  }

  /** Whether nothing differs that is compared. */
  public boolean isSame() {
    return tables.isEmpty() && schema.isEmpty() && settings.isEmpty();
  }

  /**
   * A table, view, index or trigger that is on one side only, or whose text differs.
   *
   * @param type as SQLite's schema has it
   * @param left its text; empty if only the right state has it
   * @param right its text; empty if only the left state has it
   */
  public record SchemaChange(
      String type, String name, java.util.Optional<String> left, java.util.Optional<String> right) {
    /** In one word. */
    public String word() {
      return left.isEmpty() ? "added" : right.isEmpty() ? "removed" : "changed";
    }
  }

  /** A number in the header that an application may set. */
  public record SettingChange(String name, long left, long right) {}
}
