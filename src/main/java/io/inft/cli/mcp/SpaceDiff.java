package io.inft.cli.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What of one space differs between two versions. Each is asked for the space by its name: after
 * going back, numbers of spaces and of memories are given anew, to others.
 */
final class SpaceDiff implements AutoCloseable {
  private static final int MOST_TEXT = 4_096;

  private final Side left;
  private final Side right;

  SpaceDiff(MemoryHome home, long from, long to) throws SQLException {
    left = new Side(home, from);
    try {
      right = new Side(home, to);
    } catch (SQLException e) {
      left.close();
      throw e;
    }
  }

  /** Rows of memories are only added, so one that is gone was undone. */
  void show(int limit, ObjectNode answer) throws SQLException {
    ArrayNode list = answer.putArray("memories");
    Row before = left.next();
    Row after = right.next();
    while (before != null || after != null) {
      if (before != null && before.equals(after)) {
        before = left.next();
        after = right.next();
        continue;
      }
      if (list.size() == limit) {
        answer.put("more", true);
        return;
      }
      if (before != null && (after == null || before.id() <= after.id())) {
        left.show(before, "undone", list.addObject());
        before = left.next();
      } else if (after != null) {
        right.show(after, after.revision() == 1 ? "remembered" : "corrected", list.addObject());
        after = right.next();
      }
    }
    answer.put("more", false);
  }

  @Override
  public void close() throws SQLException {
    try (left) {
      right.close();
    }
  }

  /** What tells a row from every other that ever had its number. */
  private record Row(long id, String key, int revision, long time) {}

  /** A version, and its rows of the space in the order of their numbers. */
  private static final class Side implements AutoCloseable {
    private static final String ROWS =
        "SELECT m.id, m.key, m.revision, m.time FROM inft_memory_space s JOIN inft_memory m"
            + " ON m.space = s.id WHERE s.name = ? ORDER BY m.id";

    private final Connection connection;
    private final @Nullable PreparedStatement query;
    private final @Nullable ResultSet rows;

    Side(MemoryHome home, long version) throws SQLException {
      connection = home.connect(version);
      try {
        query = hasMemories() ? connection.prepareStatement(ROWS) : null;
        if (query != null) {
          query.setString(1, home.space());
        }
        rows = query == null ? null : query.executeQuery();
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }

    private boolean hasMemories() throws SQLException {
      try (PreparedStatement there =
              connection.prepareStatement(
                  "SELECT 1 FROM sqlite_schema WHERE name = 'inft_memory_space'");
          ResultSet table = there.executeQuery()) {
        return table.next();
      }
    }

    @Nullable Row next() throws SQLException {
      return rows != null && rows.next()
          ? new Row(rows.getLong(1), rows.getString(2), rows.getInt(3), rows.getLong(4))
          : null;
    }

    void show(Row row, String what, ObjectNode shown) throws SQLException {
      try (PreparedStatement one =
          connection.prepareStatement(
              "SELECT substr(text, 1, "
                  + MOST_TEXT
                  + "), sealed IS NOT NULL FROM inft_memory WHERE id = ?")) {
        one.setLong(1, row.id());
        try (ResultSet said = one.executeQuery()) {
          said.next();
          String text = said.getString(1);
          boolean sealed = said.getBoolean(2);
          boolean withdrawn = text == null && !sealed;
          shown.put("what", withdrawn && !what.equals("undone") ? "forgotten" : what);
          shown.put("key", row.key());
          shown.put("revision", row.revision());
          if (text != null) {
            shown.put("text", text);
          }
          if (sealed) {
            shown.put("sealed", true);
          }
        }
      }
    }

    @Override
    public void close() throws SQLException {
      try (connection;
          query;
          rows) {
        // Closed in turn, whatever fails.
      }
    }
  }
}
