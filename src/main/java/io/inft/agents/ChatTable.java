package io.inft.agents;

import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Conversations as rows: a message a row, its media beside it. A window that slid on is stored by
 * deleting what left it and appending what came; each message that came is also an event. May be
 * shared between threads.
 */
final class ChatTable {
  private final String name;
  private final Rows tables;

  /**
   * @param name of the table; that of the media is {@code <name>_media}
   */
  ChatTable(String name, Lender lender) {
    this.name = name;
    this.tables = new Rows(lender, schema(name), name + "_media");
  }

  private static List<String> schema(String name) {
    return List.of(
        "CREATE TABLE "
            + name
            + "(id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, position INTEGER NOT NULL,"
            + " role TEXT NOT NULL, message TEXT NOT NULL CHECK (json_valid(message)),"
            + " UNIQUE (conversation, position))",
        "CREATE TABLE "
            + name
            + "_media(message INTEGER NOT NULL, position INTEGER NOT NULL, data BLOB NOT NULL,"
            + " PRIMARY KEY (message, position))");
  }

  /**
   * A message as it is stored.
   *
   * @param role what SQL and the event log call its author
   * @param json the message without the bytes of its media, equal for equal messages
   * @param media bytes that the JSON speaks of, in its order
   */
  record Entry(String role, String json, List<byte[]> media) {
    Entry {
      media = List.copyOf(media);
    }
  }

  private record Row(long id, long position, String json) {}

  List<String> conversations() throws SQLException {
    return tables.read(
        List.of(),
        connection -> {
          List<String> found = new ArrayList<>();
          try (Statement statement = connection.createStatement();
              ResultSet rows =
                  statement.executeQuery(
                      "SELECT DISTINCT conversation FROM " + name + " ORDER BY conversation")) {
            while (rows.next()) {
              found.add(rows.getString(1));
            }
          }
          return found;
        });
  }

  /** The messages of a conversation, oldest first. */
  List<Entry> messages(String conversation) throws SQLException {
    return tables.read(
        List.of(),
        connection -> {
          List<Entry> found = new ArrayList<>();
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT id, role, message FROM "
                      + name
                      + " WHERE conversation = ? ORDER BY position")) {
            query.setString(1, conversation);
            try (ResultSet rows = query.executeQuery()) {
              while (rows.next()) {
                found.add(
                    new Entry(
                        rows.getString(2), rows.getString(3), media(connection, rows.getLong(1))));
              }
            }
          }
          return found;
        });
  }

  private List<byte[]> media(Connection connection, long message) throws SQLException {
    List<byte[]> found = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT data FROM " + name + "_media WHERE message = ? ORDER BY position")) {
      query.setLong(1, message);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getBytes(1));
        }
      }
    }
    return found;
  }

  /** Makes these the messages of the conversation; what is there already stays where it is. */
  void replace(String conversation, List<Entry> messages) throws SQLException {
    tables.write(
        connection -> {
          List<Row> stored = rows(connection, conversation);
          int next = 0;
          int kept = 0;
          List<Row> gone = new ArrayList<>();
          while (kept < messages.size()) {
            int found = indexOf(stored, messages.get(kept).json(), next);
            if (found < 0) {
              break;
            }
            gone.addAll(stored.subList(next, found));
            next = found + 1;
            kept++;
          }
          gone.addAll(stored.subList(next, stored.size()));
          delete(connection, gone);
          long position = stored.isEmpty() ? 0 : stored.get(stored.size() - 1).position();
          append(connection, conversation, position, messages.subList(kept, messages.size()));
          return kept;
        });
  }

  private static int indexOf(List<Row> rows, String json, int from) {
    for (int i = from; i < rows.size(); i++) {
      if (rows.get(i).json().equals(json)) {
        return i;
      }
    }
    return -1;
  }

  /** Deletes the conversation, and says so in the event log if there was one. */
  void delete(String conversation) throws SQLException {
    tables.write(
        connection -> {
          List<Row> stored = rows(connection, conversation);
          delete(connection, stored);
          if (!stored.isEmpty()) {
            try (PreparedStatement event =
                connection.prepareStatement(
                    "INSERT INTO inft_events(type, payload)"
                        + " VALUES ('chat.deleted', json_object('conversation', ?))")) {
              event.setString(1, conversation);
              event.executeUpdate();
            }
          }
          return stored.size();
        });
  }

  private List<Row> rows(Connection connection, String conversation) throws SQLException {
    List<Row> found = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT id, position, message FROM "
                + name
                + " WHERE conversation = ? ORDER BY position")) {
      query.setString(1, conversation);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.add(new Row(rows.getLong(1), rows.getLong(2), rows.getString(3)));
        }
      }
    }
    return found;
  }

  private void delete(Connection connection, List<Row> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement media =
            connection.prepareStatement("DELETE FROM " + name + "_media WHERE message = ?");
        PreparedStatement message =
            connection.prepareStatement("DELETE FROM " + name + " WHERE id = ?")) {
      for (Row row : rows) {
        media.setLong(1, row.id());
        media.executeUpdate();
        message.setLong(1, row.id());
        message.executeUpdate();
      }
    }
  }

  private void append(Connection connection, String conversation, long last, List<Entry> messages)
      throws SQLException {
    if (messages.isEmpty()) {
      return;
    }
    try (PreparedStatement message =
            connection.prepareStatement(
                "INSERT INTO "
                    + name
                    + "(conversation, position, role, message) VALUES (?, ?, ?, ?) RETURNING id");
        PreparedStatement media =
            connection.prepareStatement("INSERT INTO " + name + "_media VALUES (?, ?, ?)");
        PreparedStatement event =
            connection.prepareStatement(
                "INSERT INTO inft_events(type, payload) VALUES (?,"
                    + " json_object('conversation', ?, 'position', ?, 'message', json(?)))")) {
      long position = last;
      for (Entry entry : messages) {
        position++;
        message.setString(1, conversation);
        message.setLong(2, position);
        message.setString(3, entry.role());
        message.setString(4, entry.json());
        long id;
        try (ResultSet row = message.executeQuery()) {
          row.next();
          id = row.getLong(1);
        }
        for (int i = 0; i < entry.media().size(); i++) {
          media.setLong(1, id);
          media.setInt(2, i);
          media.setBytes(3, entry.media().get(i));
          media.executeUpdate();
        }
        event.setString(1, "chat." + entry.role());
        event.setString(2, conversation);
        event.setLong(3, position);
        event.setString(4, entry.json());
        event.executeUpdate();
      }
    }
  }
}
