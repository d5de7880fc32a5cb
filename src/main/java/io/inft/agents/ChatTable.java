package io.inft.agents;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.agents.rows.Exchanges;
import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Rows;
import io.inft.agents.rows.Sealed;
import io.inft.agents.rows.Sealing;
import io.inft.bytes.JsonMappers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Conversations as rows: a message a row, its media beside it. A window that slid on is stored by
 * marking what left it and appending what came; each message that came is also an event, which
 * names the row. May be shared between threads.
 */
final class ChatTable {
  private static final ObjectMapper JSON = JsonMappers.plain();

  private final String name;
  private final Rows tables;
  private final Sealing sealing;

  /**
   * @param name of the table; that of the media is {@code <name>_media}
   */
  ChatTable(String name, Lender lender, Sealing sealing) {
    this.name = name;
    this.tables = new Rows(lender, schema(name), name + "_media", sealing);
    this.sealing = sealing;
  }

  private static List<String> schema(String name) {
    return List.of(
        "CREATE TABLE "
            + name
            + "(id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, role TEXT NOT NULL, message"
            + " TEXT NOT NULL "
            + Sealed.check("message")
            + ", gone INTEGER NOT NULL DEFAULT 0)",
        "CREATE INDEX " + name + "_window ON " + name + "(conversation) WHERE NOT gone",
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

  private record Row(long id, Entry entry, boolean sealed) {}

  List<String> conversations() throws SQLException {
    return tables.read(
        List.of(),
        connection -> {
          List<String> found = new ArrayList<>();
          try (Statement statement = connection.createStatement();
              ResultSet rows =
                  statement.executeQuery(
                      "SELECT DISTINCT conversation FROM "
                          + name
                          + " WHERE NOT gone ORDER BY conversation")) {
            while (rows.next()) {
              found.add(rows.getString(1));
            }
          }
          return found;
        });
  }

  /** The messages of a conversation that can be read here, oldest first. */
  List<Entry> messages(String conversation) throws SQLException {
    return tables.read(
        List.of(),
        connection -> rows(connection, conversation, true).stream().map(Row::entry).toList());
  }

  /** What can be read of a conversation, with its media or without. */
  private List<Row> rows(Connection connection, String conversation, boolean withMedia)
      throws SQLException {
    List<Row> found = new ArrayList<>();
    Exchanges<Row> exchanges = new Exchanges<>(false, found::add);
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT id, role, message FROM "
                + name
                + " WHERE conversation = ? AND NOT gone ORDER BY id")) {
      query.setString(1, conversation);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          exchanges.add(rows.getString(2), row(connection, rows, withMedia));
        }
      }
    }
    exchanges.end();
    return found;
  }

  private Optional<Row> row(Connection connection, ResultSet row, boolean withMedia)
      throws SQLException {
    long id = row.getLong(1);
    Object stored = row.getObject(3);
    Optional<String> json = Sealed.text(connection, stored);
    if (json.isEmpty()) {
      return Optional.empty();
    }
    Optional<List<byte[]>> media =
        withMedia
            ? Sealed.media(
                connection,
                stored,
                "SELECT data FROM " + name + "_media WHERE message = ? ORDER BY position",
                id)
            : Optional.of(List.of());
    String role = row.getString(2);
    return media.map(
        bytes -> new Row(id, new Entry(role, json.get(), bytes), stored instanceof byte[]));
  }

  /**
   * Makes these the messages of the conversation; what is there already stays where it is, and what
   * is not among them is marked as gone. What cannot be read here is left as it is.
   *
   * @throws IllegalStateException if what is sealed would be carried on in the clear
   */
  void replace(String conversation, List<Entry> messages) throws SQLException {
    tables.write(
        connection -> {
          List<Row> stored = rows(connection, conversation, false);
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
          for (Row row : gone) {
            Rows.update(connection, "UPDATE " + name + " SET gone = 1 WHERE id = ?", row.id());
          }
          Optional<String> subject =
              kept == messages.size()
                  ? Optional.empty()
                  : sealing.subjectOf(Sealing.Origin.of(conversation));
          if (kept < messages.size()
              && subject.isEmpty()
              && stored.stream().anyMatch(Row::sealed)) {
            throw Sealed.inTheClear("conversation '" + conversation + "'");
          }
          append(connection, conversation, subject, messages.subList(kept, messages.size()));
          return kept;
        });
  }

  private static int indexOf(List<Row> rows, String json, int from) {
    for (int i = from; i < rows.size(); i++) {
      if (rows.get(i).entry().json().equals(json)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Deletes the conversation with what is gone of it, and says so in the event log if there was
   * one.
   */
  void delete(String conversation) throws SQLException {
    tables.write(
        connection -> {
          Rows.update(
              connection,
              "DELETE FROM "
                  + name
                  + "_media WHERE message IN (SELECT id FROM "
                  + name
                  + " WHERE conversation = ?)",
              conversation);
          int deleted =
              Rows.update(
                  connection, "DELETE FROM " + name + " WHERE conversation = ?", conversation);
          if (deleted > 0) {
            Rows.event(
                connection,
                "chat.deleted",
                JsonMappers.text(JSON.createObjectNode().put("conversation", conversation)));
          }
          return deleted;
        });
  }

  private void append(
      Connection connection, String conversation, Optional<String> subject, List<Entry> messages)
      throws SQLException {
    for (Entry entry : messages) {
      long id =
          Rows.query(
                  connection,
                  row -> row.getLong(1),
                  "INSERT INTO "
                      + name
                      + "(conversation, role, message) VALUES (?, ?, ?) RETURNING id",
                  conversation,
                  entry.role(),
                  Sealed.of(connection, subject, entry.json()))
              .get(0);
      for (int i = 0; i < entry.media().size(); i++) {
        Rows.update(
            connection,
            "INSERT INTO " + name + "_media VALUES (?, ?, ?)",
            id,
            i,
            Sealed.of(connection, subject, entry.media().get(i)));
      }
      Rows.event(
          connection,
          "chat." + entry.role(),
          JsonMappers.text(
              JSON.createObjectNode().put("conversation", conversation).put("message", id)));
    }
  }
}
