package io.inft.agents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.agents.rows.Exchanges;
import io.inft.agents.rows.Media;
import io.inft.agents.rows.Rows;
import io.inft.agents.rows.Sealed;
import io.inft.agents.rows.Sealing;
import io.inft.agents.rows.ShortId;
import io.inft.bytes.JsonMappers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.session.Session;
import org.springframework.ai.session.SessionEvent;

/** Sessions and their events as rows. Times are nanoseconds since 1970. */
final class SessionRows {
  static final String LAST = "inft_session_media";

  /**
   * An event has the version of its session after it, which names it in the event log; those that a
   * compaction made share one version. Events of all sessions lie in the order in which they came,
   * so one more changes the last page of the table and the index, and moves no row; a table in the
   * order of the sessions would be split in the middle. For the same reason the row of the session
   * has its version only as of the last compaction.
   */
  static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE inft_session(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
              + " user TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER, metadata TEXT "
              + Sealed.check("metadata")
              + ", version INTEGER NOT NULL)",
          "CREATE INDEX inft_session_user ON inft_session(user)",
          "CREATE TABLE inft_session_event(number INTEGER PRIMARY KEY, session INTEGER NOT NULL,"
              + " version INTEGER NOT NULL, id NOT NULL, time INTEGER NOT NULL, role TEXT NOT NULL,"
              + " message TEXT NOT NULL "
              + Sealed.check("message")
              + ", archived INTEGER NOT NULL, branch TEXT, metadata TEXT "
              + Sealed.check("metadata")
              + ")",
          "CREATE INDEX inft_session_event_session ON inft_session_event(session)",
          "CREATE TABLE inft_session_media(event INTEGER NOT NULL, position INTEGER NOT NULL,"
              + " data BLOB NOT NULL, PRIMARY KEY (event, position))");

  private static final ObjectMapper JSON = JsonMappers.plain();

  private SessionRows() {}

  /** Where a session stands. */
  record Place(long number, String id, String user, long version) {
    /** After one more change. */
    Place next() {
      return new Place(number, id, user, version + 1);
    }

    /** Whence its events come. */
    Sealing.Origin origin() {
      return Sealing.Origin.of(user, id);
    }
  }

  static long nanos(Instant time) {
    return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }

  static void save(Connection connection, Sealing sealing, Session session) throws SQLException {
    Long expires = session.expiresAt() == null ? null : nanos(session.expiresAt());
    Optional<String> subject = sealing.subjectOf(Sealing.Origin.of(session.userId(), session.id()));
    Object metadata = Sealed.of(connection, subject, json(session.metadata()));
    if (metadata != null) {
      for (Object stored :
          Rows.query(
              connection,
              row -> row.getObject(1),
              "SELECT metadata FROM inft_session WHERE id = ? AND typeof(metadata) = 'blob'",
              session.id())) {
        Sealed.requireReplaceable(
            connection,
            stored,
            subject.isEmpty(),
            "what is stored as metadata of session '" + session.id() + "'");
      }
    }
    int changed =
        Rows.update(
            connection,
            // Nobody saw what cannot be read here, so to give none is not to take it away.
            "UPDATE inft_session SET user = ?1, created = ?2, expires = ?3, metadata = CASE WHEN"
                + " ?4 IS NULL AND typeof(metadata) = 'blob'"
                + " AND inft_sealed_state(metadata) <> 'readable' THEN metadata ELSE ?4 END"
                + " WHERE id = ?5",
            session.userId(),
            nanos(session.createdAt()),
            expires,
            metadata,
            session.id());
    if (changed == 0) {
      Rows.update(
          connection,
          "INSERT INTO inft_session(id, user, created, expires, metadata, version)"
              + " VALUES (?, ?, ?, ?, ?, 0)",
          session.id(),
          session.userId(),
          nanos(session.createdAt()),
          expires,
          metadata);
      ObjectNode event = JSON.createObjectNode();
      event.put("session", session.id()).put("user", session.userId());
      Rows.event(connection, "session.created", JsonMappers.text(event));
    }
  }

  static List<Session> sessions(Connection connection, String condition, Object value)
      throws SQLException {
    return Rows.query(
        connection,
        row -> {
          long expires = row.getLong(4);
          return expiring(row.wasNull() ? null : instant(expires))
              .id(row.getString(1))
              .userId(row.getString(2))
              .createdAt(instant(row.getLong(3)))
              .metadata(
                  map(
                      "of session '" + row.getString(1) + "'",
                      Sealed.text(connection, row.getObject(5))))
              .build();
        },
        "SELECT id, user, created, expires, metadata FROM inft_session WHERE "
            + condition
            + " ORDER BY number",
        value);
  }

  @SuppressWarnings("NullAway") // Null is never to expire; not to say it, Spring's default.
  private static Session.Builder expiring(@Nullable Instant time) {
    return Session.builder().expiresAt(time);
  }

  static @Nullable Place place(Connection connection, String session) throws SQLException {
    List<Place> found =
        Rows.query(
            connection,
            row -> new Place(row.getLong(1), session, row.getString(2), row.getLong(3)),
            "SELECT s.number, s.user, max(s.version, coalesce((SELECT e.version FROM"
                + " inft_session_event e WHERE e.session = s.number ORDER BY e.number DESC LIMIT"
                + " 1), 0)) FROM inft_session s WHERE s.id = ?",
            session);
    return found.isEmpty() ? null : found.get(0);
  }

  static boolean delete(Connection connection, String session) throws SQLException {
    Place place = place(connection, session);
    if (place == null) {
      return false;
    }
    Rows.update(
        connection,
        "DELETE FROM inft_session_media"
            + " WHERE event IN (SELECT number FROM inft_session_event WHERE session = ?)",
        place.number());
    Rows.update(connection, "DELETE FROM inft_session_event WHERE session = ?", place.number());
    Rows.update(connection, "DELETE FROM inft_session WHERE number = ?", place.number());
    ObjectNode event = JSON.createObjectNode();
    event.put("session", session);
    Rows.event(connection, "session.deleted", JsonMappers.text(event));
    return true;
  }

  /**
   * Appends an event.
   *
   * @param place of the session after it
   * @param isNew whether the event log does not know it yet
   */
  static void append(
      Connection connection, Sealing sealing, Place place, SessionEvent event, boolean isNew)
      throws SQLException {
    Optional<String> subject = sealing.subjectOf(place.origin());
    ChatTable.Entry entry = SpringMessages.encoded(event.getMessage());
    long number =
        Rows.query(
                connection,
                row -> row.getLong(1),
                "INSERT INTO inft_session_event"
                    + "(session, version, id, time, role, message, archived, branch, metadata)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
                place.number(),
                place.version(),
                ShortId.stored(event.getId()),
                nanos(event.getTimestamp()),
                entry.role(),
                Sealed.of(connection, subject, entry.json()),
                event.isArchived() ? 1 : 0,
                event.getBranch(),
                Sealed.of(connection, subject, json(event.getMetadata())))
            .get(0);
    for (int i = 0; i < entry.media().size(); i++) {
      Rows.update(
          connection,
          "INSERT INTO inft_session_media VALUES (?, ?, ?)",
          number,
          i,
          Sealed.of(connection, subject, entry.media().get(i)));
    }
    if (isNew) {
      ObjectNode said = JSON.createObjectNode();
      said.put("session", place.id()).put("version", place.version());
      Rows.event(connection, "session." + entry.role(), JsonMappers.text(said));
    }
  }

  /**
   * An event that is active.
   *
   * @param readable whether it can be read here, with all of its exchange
   */
  record Active(long number, String id, boolean sealed, boolean readable) {}

  /** The active events of a session, oldest first. */
  static List<Active> active(Connection connection, Place place) throws SQLException {
    List<Active> all =
        Rows.query(
            connection,
            row -> new Active(row.getLong(1), ShortId.read(row, 2), row.getBoolean(3), true),
            "SELECT number, id, typeof(message) = 'blob' FROM inft_session_event"
                + " WHERE session = ? AND archived = 0 ORDER BY number",
            place.number());
    if (all.stream().noneMatch(Active::sealed)) {
      return all;
    }
    Set<String> readable = new HashSet<>();
    events(
        connection,
        place,
        false,
        event -> {
          readable.add(event.getId());
          return true;
        });
    return all.stream()
        .map(one -> new Active(one.number(), one.id(), one.sealed(), readable.contains(one.id())))
        .toList();
  }

  /**
   * Archives some of the active events of a session, and those that were forgotten; deletes the
   * others, but none that cannot be read here: where its key is, it is an active one.
   */
  static void clearActive(Connection connection, List<Active> active, Set<String> archived)
      throws SQLException {
    for (Active one : active) {
      if (one.readable() ? archived.contains(one.id()) : isForgotten(connection, one)) {
        Rows.update(
            connection,
            "UPDATE inft_session_event SET archived = 1 WHERE number = ?",
            one.number());
      } else if (one.readable()) {
        Rows.update(connection, "DELETE FROM inft_session_media WHERE event = ?", one.number());
        Rows.update(connection, "DELETE FROM inft_session_event WHERE number = ?", one.number());
      }
    }
  }

  private static boolean isForgotten(Connection connection, Active event) throws SQLException {
    return Sealed.isForgotten(
        connection,
        Rows.query(
                connection,
                row -> row.getObject(1),
                "SELECT message FROM inft_session_event WHERE number = ?",
                event.number())
            .get(0));
  }

  static void compacted(Connection connection, Place place, int archived, int retained)
      throws SQLException {
    Rows.update(
        connection,
        "UPDATE inft_session SET version = ? WHERE number = ?",
        place.version(),
        place.number());
    ObjectNode event = JSON.createObjectNode();
    event.put("session", place.id()).put("version", place.version());
    event.put("archived", archived).put("retained", retained);
    Rows.event(connection, "session.compacted", JsonMappers.text(event));
  }

  /** Shows the events of a session that can be read one by one, as long as they are taken. */
  static void events(
      Connection connection, Place place, boolean newestFirst, Predicate<SessionEvent> taker)
      throws SQLException {
    Exchanges<SessionEvent> exchanges = new Exchanges<>(newestFirst, taker);
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT number, id, time, role, message, archived, branch, metadata"
                + " FROM inft_session_event WHERE session = ? ORDER BY number"
                + (newestFirst ? " DESC" : ""))) {
      query.setLong(1, place.number());
      try (ResultSet row = query.executeQuery()) {
        boolean more = true;
        while (more && row.next()) {
          more = exchanges.add(row.getString(4), event(connection, place, row));
        }
      }
    }
    exchanges.end();
  }

  private static Optional<SessionEvent> event(Connection connection, Place place, ResultSet row)
      throws SQLException {
    Object stored = row.getObject(5);
    Optional<String> message = Sealed.text(connection, stored);
    Optional<List<byte[]>> media =
        message.isPresent() && message.get().contains(Media.SHA256)
            ? Sealed.media(
                connection,
                stored,
                "SELECT data FROM inft_session_media WHERE event = ? ORDER BY position",
                row.getLong(1))
            : Optional.of(List.of());
    if (message.isEmpty() || media.isEmpty()) {
      return Optional.empty();
    }
    String name = "in row " + row.getLong(1) + " of session '" + place.id() + "'";
    return Optional.of(
        SessionEvent.builder()
            .id(ShortId.read(row, 2))
            .sessionId(place.id())
            .timestamp(instant(row.getLong(3)))
            .message(
                SpringMessages.decoded(
                    name, new ChatTable.Entry(row.getString(4), message.get(), media.get())))
            .archived(row.getInt(6) != 0)
            .branch(row.getString(7))
            .metadata(map(name, Sealed.text(connection, row.getObject(8))))
            .build());
  }

  private static @Nullable String json(Map<String, Object> map) {
    return map.isEmpty() ? null : JsonMappers.text(SpringMessages.plain(map));
  }

  private static Map<String, Object> map(String of, Optional<String> json) {
    try {
      return json.isEmpty() ? Map.of() : JSON.readValue(json.get(), new TypeReference<>() {});
    } catch (JsonProcessingException e) { // It quotes the text, which may have been sealed.
      throw new IllegalStateException("stored metadata " + of + " are no JSON");
    }
  }
}
