package io.inft.agents;

import io.inft.agents.rows.Rows;
import io.inft.agents.rows.Sealed;
import io.inft.agents.rows.Sealing;
import io.inft.agents.rows.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.session.EventFilter;
import org.springframework.ai.session.Session;
import org.springframework.ai.session.SessionEvent;
import org.springframework.ai.session.SessionRepository;
import org.springframework.util.Assert;

/**
 * Spring AI's sessions in a {@code jdbc:inft:} database. What is appended is one row, with tool
 * calls, tool results, media and metadata, and an event of type {@code session.user}, {@code
 * session.assistant}, {@code session.system} or {@code session.tool} in the event log, which names
 * the row. Compaction marks what it archives and appends what it retains.
 *
 * <p>It takes part in Spring's transaction on the same DataSource; without one, each call is a
 * transaction of its own. Metadata that are no JSON values come back as text. The tables {@code
 * inft_session}, {@code inft_session_event} and {@code inft_session_media} are made by the first
 * write. Failures of the database are Spring's {@code DataAccessException}. May be shared between
 * threads.
 */
public final class InftSessionRepository implements SessionRepository {
  private final Rows rows;
  private final Sealing sealing;

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   */
  public InftSessionRepository(DataSource dataSource) {
    this(dataSource, Sealing.none());
  }

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   * @param sealing of what is written from now on
   */
  public InftSessionRepository(DataSource dataSource, Sealing sealing) {
    this.rows =
        new Rows(new SpringLender(dataSource), SessionRows.SCHEMA, SessionRows.LAST, sealing);
    this.sealing = sealing;
  }

  /** Makes the session, or changes all of it but its events. */
  @Override
  public Session save(Session session) {
    Assert.notNull(session, "session must not be null");
    return write(
        "save a session",
        connection -> {
          SessionRows.save(connection, sealing, session);
          return session;
        });
  }

  /** The session, or null if there is none. */
  @Override
  public @Nullable Session findById(String sessionId) {
    Assert.hasText(sessionId, "sessionId must not be null or empty");
    List<Session> found =
        read(
            "find a session",
            List.of(),
            connection -> SessionRows.sessions(connection, "id = ?", sessionId));
    return found.isEmpty() ? null : found.get(0);
  }

  /** The sessions of a user, oldest first. */
  @Override
  public List<Session> findByUserId(String userId) {
    Assert.hasText(userId, "userId must not be null or empty");
    return read(
        "find sessions",
        List.of(),
        connection -> SessionRows.sessions(connection, "user = ?", userId));
  }

  /** The sessions that expired before a time. */
  @Override
  public List<String> findExpiredSessionIds(Instant before) {
    Assert.notNull(before, "before must not be null");
    return read(
        "find expired sessions",
        List.of(),
        connection ->
            SessionRows.sessions(connection, "expires < ?", SessionRows.nanos(before)).stream()
                .map(Session::id)
                .toList());
  }

  /**
   * Deletes a session with its events; the event log keeps what it has, and that it was deleted.
   */
  @Override
  public void delete(String sessionId) {
    Assert.hasText(sessionId, "sessionId must not be null or empty");
    write("delete a session", connection -> SessionRows.delete(connection, sessionId));
  }

  /**
   * Appends an event.
   *
   * @throws IllegalArgumentException if there is no such session
   */
  @Override
  public void appendEvent(SessionEvent event) {
    Assert.notNull(event, "event must not be null");
    write(
        "append to a session",
        connection -> {
          SessionRows.Place place = existing(connection, event.getSessionId());
          SessionRows.append(connection, sealing, place.next(), event, true);
          return true;
        });
  }

  private static SessionRows.Place existing(Connection connection, String session)
      throws SQLException {
    SessionRows.Place place = SessionRows.place(connection, session);
    if (place == null) {
      throw new IllegalArgumentException("no session '" + session + "': save it first");
    }
    return place;
  }

  /**
   * Archives events and makes others the active ones.
   *
   * @return false if the session is not at this version any more, or an event that is named was
   *     forgotten since it was read; then nothing was changed
   * @throws IllegalArgumentException if there is no such session
   * @throws IllegalStateException if what is sealed would be written again in the clear
   */
  @Override
  public boolean compactEvents(
      String sessionId,
      List<SessionEvent> archivedEvents,
      List<SessionEvent> retainedEvents,
      long expectedVersion) {
    Assert.hasText(sessionId, "sessionId must not be null or empty");
    Assert.notNull(archivedEvents, "archivedEvents must not be null");
    Assert.notNull(retainedEvents, "retainedEvents must not be null");
    return write(
        "compact a session",
        connection -> {
          SessionRows.Place place = existing(connection, sessionId);
          if (place.version() != expectedVersion) {
            return false;
          }
          Set<String> archived = new HashSet<>();
          archivedEvents.forEach(event -> archived.add(event.getId()));
          List<SessionRows.Active> active = SessionRows.active(connection, place);
          Set<String> known = new HashSet<>();
          active.forEach(event -> known.add(event.id()));
          Set<String> named = new HashSet<>(archived);
          retainedEvents.forEach(event -> named.add(event.getId()));
          if (active.stream().anyMatch(event -> !event.readable() && named.contains(event.id()))) {
            return false; // What was read before it was forgotten is not written again.
          }
          if (!retainedEvents.isEmpty()
              && active.stream().anyMatch(event -> event.sealed() && event.readable())
              && sealing.subjectOf(place.origin()).isEmpty()) {
            throw Sealed.inTheClear("what is active in session '" + sessionId + "'");
          }
          SessionRows.clearActive(connection, active, archived);
          SessionRows.Place next = place.next();
          for (SessionEvent event : retainedEvents) {
            SessionRows.append(connection, sealing, next, event, !known.contains(event.getId()));
          }
          SessionRows.compacted(connection, next, archived.size(), retainedEvents.size());
          return true;
        });
  }

  /** How often the events of a session were changed; 0 if there is no such session. */
  @Override
  public long getEventVersion(String sessionId) {
    Assert.hasText(sessionId, "sessionId must not be null or empty");
    return read(
        "find the version of a session",
        0L,
        connection -> {
          SessionRows.Place place = SessionRows.place(connection, sessionId);
          return place == null ? 0L : place.version();
        });
  }

  /**
   * The events that a filter lets through, oldest first. Exchanges of which something is sealed and
   * cannot be opened here are left out.
   */
  @Override
  public List<SessionEvent> findEvents(String sessionId, EventFilter filter) {
    Assert.hasText(sessionId, "sessionId must not be null or empty");
    Assert.notNull(filter, "filter must not be null");
    return read("find events", List.of(), connection -> matching(connection, sessionId, filter));
  }

  private static List<SessionEvent> matching(
      Connection connection, String session, EventFilter filter) throws SQLException {
    SessionRows.Place place = SessionRows.place(connection, session);
    if (place == null) {
      return List.of();
    }
    Integer last = filter.lastN();
    Integer size = filter.pageSize();
    Integer page = filter.page();
    long skipped = size == null || page == null ? 0 : (long) page * size;
    long most = last != null ? last : size != null ? skipped + size : Long.MAX_VALUE;
    List<SessionEvent> found = new ArrayList<>();
    SessionRows.events(
        connection,
        place,
        last != null,
        event -> {
          if (filter.matches(event)) {
            found.add(event);
          }
          return found.size() < most;
        });
    if (last != null) {
      Collections.reverse(found);
    }
    return List.copyOf(found.subList((int) Math.min(skipped, found.size()), found.size()));
  }

  private <T> T read(String task, T absent, Transaction.Work<T> work) {
    try {
      return rows.read(absent, work);
    } catch (SQLException e) {
      throw SpringLender.translated(task, e);
    }
  }

  private <T> T write(String task, Transaction.Work<T> work) {
    try {
      return rows.write(work);
    } catch (SQLException e) {
      throw SpringLender.translated(task, e);
    }
  }
}
