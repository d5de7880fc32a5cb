package io.inft.cli.database;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.failure.ForeignText;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** How the rows of a statement are printed. */
enum ResultText {
  /** For people: columns side by side; what would move the cursor is shown as a number. */
  TABLE {
    @Override
    void print(PrintWriter out, ResultSet result) throws SQLException {
      List<String> columns = columns(result);
      List<List<String>> rows = new ArrayList<>(List.of(columns));
      while (result.next()) {
        rows.add(cells(result, columns.size()));
        if (rows.size() > SCREEN_ROWS) {
          lines(out, rows);
          rows.clear();
        }
      }
      lines(out, rows);
    }
  },

  /** RFC 4180, with this system's line ends; NULL is nothing, an empty text is "". */
  CSV {
    @Override
    void print(PrintWriter out, ResultSet result) throws SQLException {
      List<String> columns = columns(result);
      out.println(String.join(",", columns.stream().map(ResultText::quoted).toList()));
      while (result.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= columns.size(); i++) {
          Object value = result.getObject(i);
          cells.add(value == null ? "" : quoted(text(value)));
        }
        out.println(String.join(",", cells));
      }
    }
  },

  /** An array of objects, a field a column in their order, BLOBs in hex. */
  JSON {
    @Override
    void print(PrintWriter out, ResultSet result) throws SQLException, IOException {
      List<String> columns = columns(result);
      JsonGenerator json = new ObjectMapper().getFactory().createGenerator(out);
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      json.writeStartArray();
      while (result.next()) {
        json.writeStartObject();
        for (int i = 0; i < columns.size(); i++) {
          json.writeFieldName(columns.get(i));
          Object value = result.getObject(i + 1);
          if (value instanceof byte[] blob) {
            json.writeString(HexFormat.of().formatHex(blob));
          } else {
            json.writePOJO(value);
          }
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.close();
      out.println();
    }
  };

  /** So many rows are looked at together for the widths of the columns. */
  private static final int SCREEN_ROWS = 1000;

  private static final int WIDEST = 60;

  /** Prints all rows that are left. */
  abstract void print(PrintWriter out, ResultSet result) throws SQLException, IOException;

  private static List<String> columns(ResultSet result) throws SQLException {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
      names.add(result.getMetaData().getColumnLabel(i));
    }
    return names;
  }

  private static List<String> cells(ResultSet result, int columns) throws SQLException {
    List<String> cells = new ArrayList<>();
    for (int i = 1; i <= columns; i++) {
      Object value = result.getObject(i);
      cells.add(value == null ? "NULL" : ForeignText.quoted(text(value)));
    }
    return cells;
  }

  private static String text(Object value) {
    return value instanceof byte[] blob
        ? "x'" + HexFormat.of().formatHex(blob) + "'"
        : value.toString();
  }

  private static String quoted(String text) {
    boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> ",\"\r\n".indexOf(c) >= 0);
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** A very wide cell pushes its own row. */
  private static void lines(PrintWriter out, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    int[] widths = new int[rows.get(0).size()];
    for (List<String> cells : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Math.min(WIDEST, cells.get(i).length()));
      }
    }
    for (List<String> cells : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(cells.get(i));
        line.append(" ".repeat(Math.max(0, widths[i] - cells.get(i).length()))).append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
