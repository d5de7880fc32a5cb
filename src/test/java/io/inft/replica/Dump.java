package io.inft.replica;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The logical content of a database: its schema and every row of every table, in a fixed order. */
public final class Dump {
  private Dump() {}

  public static List<String> of(Connection connection) throws SQLException {
    List<String> lines = new ArrayList<>();
    List<String> tables = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT type, name, sql FROM sqlite_master ORDER BY type, name")) {
      while (rows.next()) {
        lines.add(rows.getString(1) + " " + rows.getString(2) + ": " + rows.getString(3));
        if (rows.getString(1).equals("table")) {
          tables.add(rows.getString(2));
        }
      }
    }
    for (String pragma : List.of("user_version", "application_id", "encoding")) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("PRAGMA " + pragma)) {
        lines.add(pragma + "=" + (rows.next() ? rows.getString(1) : ""));
      }
    }
    for (String table : tables) {
      List<String> content = new ArrayList<>();
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT * FROM \"" + table + "\"")) {
        ResultSetMetaData columns = rows.getMetaData();
        while (rows.next()) {
          StringBuilder line = new StringBuilder(table);
          for (int i = 1; i <= columns.getColumnCount(); i++) {
            Object value = rows.getObject(i);
            line.append('|')
                .append(
                    value instanceof byte[] bytes
                        ? bytes.length > 64
                            ? bytes.length + "#" + Arrays.hashCode(bytes)
                            : HexFormat.of().formatHex(bytes)
                        : String.valueOf(value));
          }
          content.add(line.toString());
        }
      }
      content.sort(null);
      lines.addAll(content);
    }
    return lines;
  }
}
