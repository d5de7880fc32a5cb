package io.inft.cli.database;

import io.inft.bytes.Blob;
import io.inft.diff.DatabaseDiff;
import io.inft.diff.DatabaseDiff.SchemaChange;
import io.inft.diff.DatabaseDiff.SettingChange;
import io.inft.diff.DiffListener;
import io.inft.diff.DiffOptions;
import io.inft.diff.DiffState;
import io.inft.diff.RowChange;
import io.inft.diff.RowChange.Kind;
import io.inft.diff.RowChange.Value;
import io.inft.diff.TableDiff;
import io.inft.failure.ForeignText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints what differs for people, while it is found. */
final class DiffText implements DiffListener {
  /** A person compares beginnings; whole values are in the JSON. */
  private static final int MOST_CHARACTERS = 200;

  private final PrintWriter out;
  private final DiffOptions options;

  // Mutable: of the table told of last, how many of its rows are still to come.
  private long left;

  DiffText(PrintWriter out, DiffOptions options) {
    this.out = out;
    this.options = options;
  }

  @Override
  public void schema(DatabaseDiff diff) {
    for (SettingChange one : diff.settings()) {
      out.println("~ " + one.name() + "  " + one.left() + " -> " + one.right());
    }
    for (SchemaChange one : diff.schema()) {
      out.println(sign(one) + " " + one.type() + " " + shown(one.name()));
      if (options.rows() > 0) {
        one.left().ifPresent(sql -> out.println("    - " + shown(sql)));
        one.right().ifPresent(sql -> out.println("    + " + shown(sql)));
      }
    }
  }

  private static char sign(SchemaChange change) {
    return change.left().isEmpty() ? '+' : change.right().isEmpty() ? '-' : '~';
  }

  @Override
  public void table(TableDiff table) {
    endTable();
    out.println(head(table));
    left = options.rows() > 0 && options.tells(table) ? table.rows() : 0;
  }

  /** A table and its counts in one line. */
  static String head(TableDiff table) {
    StringBuilder text = new StringBuilder();
    table.oldName().ifPresent(old -> text.append(shown(old)).append(" renamed to "));
    text.append(shown(table.name()));
    if (table.kind() != TableDiff.Kind.TABLE) {
      text.append(" (").append(table.kind().name().toLowerCase(Locale.ROOT)).append(')');
    }
    if (table.presence() != TableDiff.Presence.BOTH) {
      text.append(' ').append(table.presence().name().toLowerCase(Locale.ROOT));
    }
    text.append("  ").append(counts(table));
    names(text, "; new columns ", table.columnsAdded());
    names(text, "; columns gone ", table.columnsRemoved());
    return text.toString();
  }

  /** The rows of a table: added, changed, removed. */
  static String counts(TableDiff table) {
    return "+" + table.added() + " ~" + table.changed() + " -" + table.removed();
  }

  private static void names(StringBuilder text, String before, List<String> names) {
    if (!names.isEmpty()) {
      text.append(before)
          .append(names.stream().map(DiffText::shown).collect(Collectors.joining(", ")));
    }
  }

  @Override
  public void row(RowChange row) {
    left--;
    StringBuilder line = new StringBuilder("  ");
    line.append(row.kind().sign());
    line.append(' ')
        .append(row.key().stream().map(DiffText::literal).collect(Collectors.joining(", ")));
    for (RowChange.Cell cell : row.cells()) {
      line.append("  ").append(shown(cell.column())).append('=');
      if (row.kind() == Kind.CHANGED) {
        line.append(literal(cell.left())).append(" -> ").append(literal(cell.right()));
      } else {
        line.append(literal(row.kind() == Kind.ADDED ? cell.right() : cell.left()));
      }
    }
    out.println(line);
  }

  private void endTable() {
    if (left > 0) {
      out.println("  … " + left + " more rows; --limit shows more of them");
    }
    left = 0;
  }

  void end(DiffState from, DiffState to, DatabaseDiff diff) {
    endTable();
    if (diff.isSame()) {
      out.println("nothing differs between " + from + " and " + to);
    }
  }

  /** A value as SQL has it, so that classes are told apart. */
  private static String literal(@Nullable Value value) {
    Object plain = value == null ? null : value.value();
    if (value == null || plain == null) {
      return "NULL";
    }
    if (plain instanceof Blob blob) {
      return "x'" + blob + "'" + (value.isCut() ? " (" + value.sizeBytes() + " bytes)" : "");
    }
    if (plain instanceof String text) {
      boolean cut = value.isCut() || text.length() > MOST_CHARACTERS;
      String begin = text.substring(0, Math.min(MOST_CHARACTERS, text.length()));
      return "'" + ForeignText.quoted(begin) + (cut ? "…' (" + value.sizeBytes() + " bytes)" : "'");
    }
    return plain.toString();
  }

  /** On one line, and harmless on a terminal. */
  private static String shown(String text) {
    return ForeignText.quoted(text.strip());
  }
}
