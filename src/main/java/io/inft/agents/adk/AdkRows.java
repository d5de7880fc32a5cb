package io.inft.agents.adk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.google.adk.events.Event;
import com.google.adk.sessions.GetSessionConfig;
import com.google.adk.sessions.Session;
import com.google.adk.sessions.State;
import io.inft.agents.rows.Exchanges;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions of ADK as rows. Times are milliseconds since 1970. */
final class AdkRows {
  static final String LAST = "inft_adk_media";

  /**
   * State of an app has no user and no session, that of a user no session. Events of all sessions
   * lie in the order in which they came, so that one more moves no row.
   */
  static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE inft_adk_session(number INTEGER PRIMARY KEY, app TEXT NOT NULL,"
              + " user TEXT NOT NULL, id TEXT NOT NULL, created INTEGER NOT NULL,"
              + " UNIQUE (app, user, id))",
          "CREATE TABLE inft_adk_state(app TEXT NOT NULL, user TEXT NOT NULL,"
              + " session INTEGER NOT NULL, key TEXT NOT NULL,"
              + " value TEXT NOT NULL "
              + Sealed.check("value")
              + ", PRIMARY KEY (app, user, session, key)) WITHOUT ROWID",
          "CREATE TABLE inft_adk_event(seq INTEGER PRIMARY KEY, session INTEGER NOT NULL,"
              + " number INTEGER NOT NULL, id, time INTEGER NOT NULL, author TEXT,"
              + " event TEXT NOT NULL "
              + Sealed.check("event")
              + ")",
          "CREATE INDEX inft_adk_event_session ON inft_adk_event(session)",
          "CREATE TABLE inft_adk_media(session INTEGER NOT NULL, event INTEGER NOT NULL,"
              + " position INTEGER NOT NULL, data BLOB NOT NULL,"
              + " PRIMARY KEY (session, event, position))");

  /** The time of the newest event; an appended one changes no row of the session. */
  private static final String UPDATED =
      "coalesce((SELECT e.time FROM inft_adk_event e WHERE e.session = s.number"
          + " ORDER BY e.seq DESC LIMIT 1), created)";

  private static final String USER = "user";
  private static final String AGENT = "agent";

  private AdkRows() {}

  /** A session that is there. */
  record Place(long number, String app, String user, String id, long updated) {
    /** Whence its events and its state come. */
    Sealing.Origin origin() {
      return Sealing.Origin.of(app, user, id);
    }
  }

  static Optional<Place> place(Connection connection, String app, String user, String id)
      throws SQLException {
    return Rows.query(
            connection,
            row -> new Place(row.getLong(1), app, user, id, row.getLong(2)),
            "SELECT number, "
                + UPDATED
                + " FROM inft_adk_session s WHERE app = ? AND user = ? AND id = ?",
            app,
            user,
            id)
        .stream()
        .findFirst();
  }

  static List<Place> places(Connection connection, String app, String user) throws SQLException {
    return Rows.query(
        connection,
        row -> new Place(row.getLong(1), app, user, row.getString(2), row.getLong(3)),
        "SELECT number, id, "
            + UPDATED
            + " FROM inft_adk_session s WHERE app = ? AND user = ?"
            + " ORDER BY number",
        app,
        user);
  }

  static Place create(Connection connection, String app, String user, String id, long time)
      throws SQLException {
    Rows.update(
        connection,
        "INSERT INTO inft_adk_session(app, user, id, created) VALUES (?, ?, ?, ?)",
        app,
        user,
        id,
        time);
    Rows.event(
        connection, "adk.created", AdkEvents.text(Map.of("app", app, "user", user, "session", id)));
    return place(connection, app, user, id).orElseThrow();
  }

  /** The session with what it, its user and its app have as state. */
  static Session session(Connection connection, Place place, List<Event> events)
      throws SQLException {
    ConcurrentHashMap<String, Object> state = new ConcurrentHashMap<>();
    readState(connection, state, State.APP_PREFIX, place.app(), "", 0);
    readState(connection, state, State.USER_PREFIX, place.app(), place.user(), 0);
    readState(connection, state, "", place.app(), place.user(), place.number());
    return Session.builder(place.id())
        .appName(place.app())
        .userId(place.user())
        .state(state)
        .events(events)
        .lastUpdateTime(Instant.ofEpochMilli(place.updated()))
        .build();
  }

  private static void readState(
      Connection connection, Map<String, Object> state, String prefix, Object... place)
      throws SQLException {
    record Entry(String key, Optional<String> json) {}
    for (Entry one :
        Rows.query(
            connection,
            row -> new Entry(row.getString(1), Sealed.text(connection, row.getObject(2))),
            "SELECT key, value FROM inft_adk_state WHERE app = ? AND user = ? AND session = ?",
            place)) {
      // ADK's state can hold no null, and has nothing for what cannot be read here.
      one.json()
          .flatMap(json -> AdkEvents.plain(one.key(), json))
          .ifPresent(value -> state.put(prefix + one.key(), value));
    }
  }

  /**
   * Changes state; what is {@link State#REMOVED} or null in JSON goes, since ADK's state can hold
   * no null; what is temporary is not kept at all.
   *
   * @throws IllegalStateException if it would replace what is sealed in the clear, or where it
   *     cannot be opened
   */
  static void change(Connection connection, Sealing sealing, Place place, Map<String, Object> delta)
      throws SQLException {
    for (Map.Entry<String, Object> one : delta.entrySet()) {
      String key = one.getKey();
      if (key.startsWith(State.TEMP_PREFIX)) {
        continue;
      }
      boolean app = key.startsWith(State.APP_PREFIX);
      boolean user = key.startsWith(State.USER_PREFIX);
      String name =
          key.substring(app ? State.APP_PREFIX.length() : user ? State.USER_PREFIX.length() : 0);
      Object[] place4 = {
        place.app(), app ? "" : place.user(), app || user ? 0 : place.number(), name
      };
      JsonNode value =
          one.getValue() == State.REMOVED
              ? NullNode.getInstance()
              : AdkEvents.value(one.getValue());
      // What belongs to the app is everybody's, and nobody's to be forgotten.
      Optional<String> subject =
          app || value.isNull() ? Optional.empty() : sealing.subjectOf(place.origin());
      for (Object stored :
          Rows.query(
              connection,
              row -> row.getObject(1),
              "SELECT value FROM inft_adk_state"
                  + " WHERE app = ? AND user = ? AND session = ? AND key = ?",
              place4)) {
        Sealed.requireReplaceable(
            connection,
            stored,
            subject.isEmpty() && !value.isNull(),
            "state '" + key + "' of session '" + place.id() + "'");
      }
      if (value.isNull()) {
        Rows.update(
            connection,
            "DELETE FROM inft_adk_state WHERE app = ? AND user = ? AND session = ? AND key = ?",
            place4);
      } else {
        Rows.update(
            connection,
            "INSERT INTO inft_adk_state VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT DO UPDATE SET value = excluded.value",
            place4[0],
            place4[1],
            place4[2],
            place4[3],
            Sealed.of(connection, subject, JsonMappers.text(value)));
      }
    }
  }

  static void append(Connection connection, Sealing sealing, Place place, Event event)
      throws SQLException {
    Optional<String> subject = sealing.subjectOf(place.origin());
    AdkEvents.Stored stored = AdkEvents.stored(event);
    long number =
        Rows.query(
                connection,
                row -> row.getLong(1),
                "INSERT INTO inft_adk_event(session, number, id, time, author, event)"
                    + " VALUES (?1, 1 + coalesce((SELECT number FROM inft_adk_event"
                    + " WHERE session = ?1 ORDER BY seq DESC LIMIT 1), 0), ?2, ?3, ?4, ?5)"
                    + " RETURNING number",
                place.number(),
                event.id() == null ? null : ShortId.stored(event.id()),
                event.timestamp(),
                event.author(),
                Sealed.of(connection, subject, stored.json()))
            .get(0);
    for (int i = 0; i < stored.media().size(); i++) {
      Rows.update(
          connection,
          "INSERT INTO inft_adk_media VALUES (?, ?, ?, ?)",
          place.number(),
          number,
          i,
          Sealed.of(connection, subject, stored.media().get(i)));
    }
    if (event.actions() != null) {
      change(connection, sealing, place, event.actions().stateDelta());
    }
    Rows.event(
        connection, "adk.event", AdkEvents.text(Map.of("session", place.id(), "event", number)));
  }

  /** The newest events of a session that can be read, oldest first. */
  static List<Event> events(Connection connection, Place place, GetSessionConfig config)
      throws SQLException {
    int most = config.numRecentEvents().orElse(Integer.MAX_VALUE);
    List<Event> events = new ArrayList<>();
    Exchanges<Event> exchanges =
        new Exchanges<>(
            true,
            event -> {
              events.add(event);
              return events.size() < most;
            });
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT number, id, time, author, event FROM inft_adk_event WHERE session = ?"
                + " ORDER BY seq DESC")) {
      query.setLong(1, place.number());
      try (ResultSet row = query.executeQuery()) {
        boolean more = most > 0;
        while (more && row.next()) {
          Optional<Event> event = event(connection, place, row);
          // What cannot be read may be the response to a call, and belongs to what was before.
          boolean begins =
              USER.equals(row.getString(4))
                  && event.isPresent()
                  && event.get().functionResponses().isEmpty();
          more = exchanges.add(begins ? USER : AGENT, event);
        }
      }
    }
    exchanges.end();
    Collections.reverse(events);
    config
        .afterTimestamp()
        .ifPresent(after -> events.removeIf(event -> event.timestamp() < after.toEpochMilli()));
    return events;
  }

  private static Optional<Event> event(Connection connection, Place place, ResultSet row)
      throws SQLException {
    Object stored = row.getObject(5);
    Optional<String> json = Sealed.text(connection, stored);
    Optional<List<byte[]>> media =
        json.isPresent() && json.get().contains("\"sha256\"")
            ? Sealed.media(
                connection,
                stored,
                "SELECT data FROM inft_adk_media WHERE session = ? AND event = ?"
                    + " ORDER BY position",
                place.number(),
                row.getLong(1))
            : Optional.of(List.of());
    if (json.isEmpty() || media.isEmpty()) {
      return Optional.empty();
    }
    String id = row.getObject(2) == null ? null : ShortId.read(row, 2);
    AdkEvents.Stored opened = new AdkEvents.Stored(json.get(), media.get());
    try {
      return Optional.of(AdkEvents.event(id, row.getString(4), row.getLong(3), opened));
    } catch (RuntimeException e) { // It may quote the text, which may have been sealed.
      throw new IllegalStateException(
          "event "
              + row.getLong(1)
              + " of session '"
              + place.id()
              + "' is none that can be read: "
              + e.getClass().getSimpleName());
    }
  }

  static void delete(Connection connection, Place place) throws SQLException {
    Rows.update(connection, "DELETE FROM inft_adk_media WHERE session = ?", place.number());
    Rows.update(connection, "DELETE FROM inft_adk_event WHERE session = ?", place.number());
    Rows.update(
        connection,
        "DELETE FROM inft_adk_state WHERE app = ? AND user = ? AND session = ?",
        place.app(),
        place.user(),
        place.number());
    Rows.update(connection, "DELETE FROM inft_adk_session WHERE number = ?", place.number());
    Rows.event(
        connection,
        "adk.deleted",
        AdkEvents.text(Map.of("app", place.app(), "user", place.user(), "session", place.id())));
  }
}
