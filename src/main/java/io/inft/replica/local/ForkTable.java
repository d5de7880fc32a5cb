package io.inft.replica.local;

import io.inft.capture.SqliteLink;
import io.inft.failure.InftException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One table of a database that was put aside.
 *
 * @param rows how many it has
 * @param onlyHere how many different rows the other state does not have; empty without one, or if
 *     it has no such table, or one of other columns
 * @param onlyThere how many different rows only the other state has
 * @param examples some of the rows that only this one has, as SQL literals
 */
public record ForkTable(
    String name, long rows, OptionalLong onlyHere, OptionalLong onlyThere, List<String> examples) {
  private static final int EXAMPLES = 10;

  /** Ordinary tables: what stands behind a virtual one is its own business, and no view is run. */
  private static final String TABLES =
      "SELECT name FROM pragma_table_list WHERE schema = '%s' AND type = 'table'"
          + " AND name NOT LIKE 'sqlite!_%%' ESCAPE '!' ORDER BY name";

  public ForkTable {
    examples = List.copyOf(examples);
  }

  public static List<ForkTable> of(SqliteLink link, Optional<Path> other) throws InftException {
    link.execute("PRAGMA trusted_schema=OFF");
    if (other.isPresent()) {
      link.execute(
          "ATTACH " + literal("file:" + uriPath(other.get()) + "?immutable=1") + " AS other");
    }
    List<String> there =
        other.isPresent() ? link.texts(String.format(Locale.ROOT, TABLES, "other")) : List.of();
    List<ForkTable> tables = new ArrayList<>();
    for (String name : link.texts(String.format(Locale.ROOT, TABLES, "main"))) {
      tables.add(of(link, name, there.contains(name)));
    }
    return tables;
  }

  private static ForkTable of(SqliteLink link, String name, boolean isThere) throws InftException {
    String here = "main." + quoted(name);
    String there = "other." + quoted(name);
    long rows = Long.parseLong(link.text("SELECT count(*) FROM " + here));
    List<String> columns = columns(link, "main", name);
    if (!isThere || !columns.equals(columns(link, "other", name))) {
      return new ForkTable(name, rows, OptionalLong.empty(), OptionalLong.empty(), List.of());
    }
    String list = String.join(", ", columns.stream().map(ForkTable::quoted).toList());
    String row =
        String.join(
            " || ', ' || ",
            columns.stream().map(column -> "quote(" + quoted(column) + ")").toList());
    String mine = difference(list, here, there);
    return new ForkTable(
        name,
        rows,
        count(link, mine),
        count(link, difference(list, there, here)),
        link.texts("SELECT substr(" + row + ", 1, 400) FROM (" + mine + ") LIMIT " + EXAMPLES));
  }

  private static String difference(String columns, String from, String without) {
    return "SELECT " + columns + " FROM " + from + " EXCEPT SELECT " + columns + " FROM " + without;
  }

  private static OptionalLong count(SqliteLink link, String rows) throws InftException {
    return OptionalLong.of(Long.parseLong(link.text("SELECT count(*) FROM (" + rows + ")")));
  }

  private static List<String> columns(SqliteLink link, String schema, String table)
      throws InftException {
    return link.texts(
        "SELECT name FROM pragma_table_info("
            + literal(table)
            + ", "
            + literal(schema)
            + ") ORDER BY cid");
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static String uriPath(Path file) {
    return file.toAbsolutePath().toUri().getRawPath();
  }
}
