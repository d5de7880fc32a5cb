package io.inft.cli.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.proof.RowProof;
import io.inft.proof.tables.RowSearch;
import io.inft.proof.tables.StoredValue;
import io.inft.proof.tables.TableDefinition;
import io.inft.proof.tables.TableRow;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a row proof shows, in words and as JSON. */
final class RowText {
  private static final int SHOWN_BYTES = 64;

  private RowText() {}

  static String reveals(RowProof proof) {
    String size =
        proof.shownBytes()
            + " bytes of "
            + proof.shown().pages().size()
            + " pages, in pieces of 512: beside ";
    String common =
        "the first bytes of the file with its counters, how many pages of which size it has, and"
            + " whatever else lies in these pieces: parts of neighbouring rows and of other tables'"
            + " definitions, and remains of what was deleted";
    return proof.way().isEmpty()
        ? size
            + "that there is no such table the names of all tables, indexes, views and triggers;"
            + " "
            + common
        : size + "the row the definition of its table; " + common;
  }

  static void json(ObjectNode json, RowProof proof, Optional<TableRow> row) {
    json.put("table", proof.sought().table());
    json.put("tableExists", row.isPresent());
    if (row.isEmpty()) {
      return;
    }
    if (proof.sought().key().isEmpty()) {
      json.put("rowid", proof.sought().rowid());
    } else {
      ArrayNode key = json.putArray("key");
      proof.sought().key().forEach(value -> value(key.addObject(), value, StandardCharsets.UTF_8));
    }
    json.put("present", row.get().cells().isPresent());
    json.put("definition", row.get().table().sql());
    if (row.get().cells().isEmpty()) {
      return;
    }
    ArrayNode columns = json.putArray("columns");
    for (TableRow.Cell cell : row.get().cells().get()) {
      ObjectNode column = columns.addObject();
      column.put("column", cell.column().name());
      if (cell.value().isPresent()) {
        value(column, cell.value().get(), row.get().charset());
      } else if (cell.column().computed() == TableDefinition.Computed.NEVER) {
        column.put("default", cell.column().defaultSql());
      } else {
        column.put("computed", true);
      }
    }
  }

  private static void value(ObjectNode json, StoredValue value, Charset charset) {
    json.put("type", value.type().name().toLowerCase(Locale.ROOT));
    switch (value.type()) {
      case NULL -> json.putNull("value");
      case INTEGER -> json.put("value", value.number());
      case REAL -> json.put("value", value.real());
      case TEXT -> json.put("value", value.text(charset));
      case BLOB -> json.put("value", HexFormat.of().formatHex(value.bytes().toBytes()));
    }
  }

  static void print(PrintWriter out, RowProof proof, Optional<TableRow> row) {
    String table = ProofText.shown(proof.sought().table());
    String where = " of " + proof.context().id() + " in version " + proof.context().version();
    if (row.isEmpty()) {
      out.println("VALID  there is no table " + table + where);
      out.println("proved");
      return;
    }
    boolean present = row.get().cells().isPresent();
    out.println(
        "VALID  "
            + (present ? "" : "there is no ")
            + which(proof.sought())
            + " of table "
            + table
            + where);
    row.get().cells().ifPresent(cells -> cells.forEach(cell -> print(out, cell, row.get())));
    out.println("proved");
    out.println("  table     " + ProofText.shown(row.get().table().sql()));
  }

  private static String which(RowSearch.Sought sought) {
    return sought.key().isEmpty()
        ? "row " + sought.rowid()
        : "row "
            + sought.key().stream()
                .map(value -> text(value, StandardCharsets.UTF_8))
                .collect(Collectors.joining(", ", "(", ")"));
  }

  private static void print(PrintWriter out, TableRow.Cell cell, TableRow row) {
    String text;
    if (cell.value().isPresent()) {
      text = text(cell.value().get(), row.charset());
    } else if (cell.column().computed() != TableDefinition.Computed.NEVER) {
      text = "computed when it is read, not stored";
    } else {
      String sql = cell.column().defaultSql();
      text = "not stored, so its default: " + (sql.isEmpty() ? "NULL" : ProofText.shown(sql));
    }
    out.println("  " + ProofText.shown(cell.column().name()) + " = " + text);
  }

  private static String text(StoredValue value, Charset charset) {
    return switch (value.type()) {
      case NULL -> "NULL";
      case INTEGER -> String.valueOf(value.number());
      case REAL -> String.valueOf(value.real());
      case TEXT -> "'" + ProofText.shown(value.text(charset)) + "'";
      case BLOB -> blob(value.bytes().toBytes());
    };
  }

  private static String blob(byte[] bytes) {
    int shown = Math.min(SHOWN_BYTES, bytes.length);
    String hex = "x'" + HexFormat.of().formatHex(bytes, 0, shown);
    return shown == bytes.length ? hex + "'" : hex + "…' (" + bytes.length + " bytes)";
  }
}
