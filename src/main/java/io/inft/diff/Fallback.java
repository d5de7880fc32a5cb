package io.inft.diff;

import io.inft.capture.SqliteLink;
import io.inft.failure.InftException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What stands in a row for a column that it was written without: the column's default, as the
 * column's affinity makes it. SQLite itself says, with a table of one row; nothing but a literal is
 * given to it, because a schema may come from anybody.
 */
final class Fallback {
  private static final Pattern LITERAL =
      Pattern.compile(
          "(?i)[-+]?[0-9]+(\\.[0-9]*)?(e[-+]?[0-9]+)?|[-+]?\\.[0-9]+(e[-+]?[0-9]+)?"
              + "|'([^']|'')*'|x'([0-9a-f]{2})*'|null|true|false");

  private Fallback() {}

  /** The value as SQL; empty if it is no literal: then rows do not tell what they stood for. */
  static Optional<String> of(SqliteLink link, TableShape.Column column) throws InftException {
    String written = column.fallback().orElse("NULL").strip();
    if (!LITERAL.matcher(written).matches()) {
      return Optional.empty();
    }
    String type = column.type().isEmpty() ? "" : " " + Sql.quoted(column.type());
    link.execute("CREATE TEMP TABLE inft_fallback(c" + type + " DEFAULT (" + written + "))");
    try {
      link.execute("INSERT INTO temp.inft_fallback DEFAULT VALUES");
      return Optional.of(link.text("SELECT quote(c) FROM temp.inft_fallback"));
    } finally {
      link.execute("DROP TABLE temp.inft_fallback");
    }
  }
}
