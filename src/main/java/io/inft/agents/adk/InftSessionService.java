package io.inft.agents.adk;

import com.google.adk.events.Event;
import com.google.adk.sessions.BaseSessionService;
import com.google.adk.sessions.GetSessionConfig;
import com.google.adk.sessions.ListEventsResponse;
import com.google.adk.sessions.ListSessionsResponse;
import com.google.adk.sessions.Session;
import com.google.adk.sessions.SessionException;
import com.google.adk.sessions.SessionNotFoundException;
import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Rows;
import io.inft.agents.rows.Sealing;
import io.inft.agents.rows.Transaction;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * ADK's sessions in a {@code jdbc:inft:} database. An event is one row, with function calls and
 * their responses, and an event {@code adk.event} in the event log that names the row; bytes of its
 * parts lie beside it. State under {@code app:} belongs to the app, under {@code user:} to the user
 * in it, any other to the session; under {@code temp:} it is not stored.
 *
 * <p>Each call is a transaction of its own, made once when the answer is subscribed to, on the
 * thread that does. The tables ({@code inft_adk_session} and others) are made by the first write.
 * Failures of the database are {@link SessionException}. May be shared between threads.
 */
public final class InftSessionService implements BaseSessionService {
  private static final GetSessionConfig ALL = GetSessionConfig.builder().build();

  private final Rows rows;
  private final Sealing sealing;

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   */
  public InftSessionService(DataSource dataSource) {
    this(dataSource, Sealing.none());
  }

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   * @param sealing of events and of the state of users and sessions; that of an app is everybody's
   */
  public InftSessionService(DataSource dataSource, Sealing sealing) {
    this.rows = new Rows(Lender.of(dataSource), AdkRows.SCHEMA, AdkRows.LAST, sealing);
    this.sealing = sealing;
  }

  /**
   * Makes a session.
   *
   * @deprecated as in ADK; the other one takes any map
   */
  @Deprecated
  @SuppressWarnings("InlineMeSuggester") // It is ADK's to take it away.
  @Override
  public Single<Session> createSession(
      String app,
      String user,
      @Nullable ConcurrentMap<String, Object> state,
      @Nullable String sessionId) {
    return createSession(app, user, (Map<String, Object>) state, sessionId);
  }

  /**
   * Makes a session.
   *
   * @param sessionId its name; made up if it is null or blank
   * @return it, or a {@link SessionException} if there is one of this name
   */
  @Override
  public Single<Session> createSession(
      String app, String user, @Nullable Map<String, Object> state, @Nullable String sessionId) {
    Objects.requireNonNull(app, "appName cannot be null");
    Objects.requireNonNull(user, "userId cannot be null");
    String id =
        sessionId == null || sessionId.isBlank() ? UUID.randomUUID().toString() : sessionId.strip();
    return Single.fromCallable(
            () ->
                write(
                    "create session '" + id + "'",
                    connection -> {
                      if (AdkRows.place(connection, app, user, id).isPresent()) {
                        throw new SessionException(
                            "there is a session '"
                                + id
                                + "' of user '"
                                + user
                                + "' in app '"
                                + app
                                + "': get it, or choose another name");
                      }
                      AdkRows.Place place =
                          AdkRows.create(connection, app, user, id, Instant.now().toEpochMilli());
                      AdkRows.change(connection, sealing, place, state == null ? Map.of() : state);
                      return AdkRows.session(connection, place, new ArrayList<>());
                    }))
        .cache();
  }

  /**
   * The session with its events, oldest first; empty if there is none. Exchanges and state that are
   * sealed and cannot be opened here are left out.
   */
  @Override
  public Maybe<Session> getSession(
      String app, String user, String sessionId, Optional<GetSessionConfig> config) {
    return Maybe.defer(
        () ->
            Maybe.fromOptional(
                read(
                    "read session '" + sessionId + "'",
                    Optional.<Session>empty(),
                    connection -> {
                      Optional<AdkRows.Place> place =
                          AdkRows.place(connection, app, user, sessionId);
                      return place.isEmpty()
                          ? Optional.empty()
                          : Optional.of(
                              AdkRows.session(
                                  connection,
                                  place.get(),
                                  AdkRows.events(connection, place.get(), config.orElse(ALL))));
                    })));
  }

  /** The sessions of a user in an app, oldest first, without their events. */
  @Override
  public Single<ListSessionsResponse> listSessions(String app, String user) {
    return Single.fromCallable(
        () ->
            ListSessionsResponse.builder()
                .sessions(
                    read(
                        "list sessions of '" + user + "'",
                        List.of(),
                        connection -> {
                          List<Session> found = new ArrayList<>();
                          for (AdkRows.Place place : AdkRows.places(connection, app, user)) {
                            found.add(AdkRows.session(connection, place, new ArrayList<>()));
                          }
                          return found;
                        }))
                .build());
  }

  /**
   * Deletes a session with its events; the event log keeps what it has, and that it was deleted.
   */
  @Override
  public Completable deleteSession(String app, String user, String sessionId) {
    return Completable.fromAction(
            () ->
                write(
                    "delete session '" + sessionId + "'",
                    connection -> {
                      Optional<AdkRows.Place> place =
                          AdkRows.place(connection, app, user, sessionId);
                      if (place.isPresent()) {
                        AdkRows.delete(connection, place.get());
                      }
                      return place.isPresent();
                    }))
        .cache();
  }

  /** The events of a session, oldest first; none if there is no such session. */
  @Override
  public Single<ListEventsResponse> listEvents(String app, String user, String sessionId) {
    return getSession(app, user, sessionId, Optional.empty())
        .map(Session::events)
        .defaultIfEmpty(List.of())
        .map(events -> ListEventsResponse.builder().events(events).build());
  }

  /**
   * Appends an event to a session, here and in the database. One that is partial is not kept.
   *
   * @return the event, or a {@link SessionNotFoundException}
   */
  @Override
  public Single<Event> appendEvent(Session session, Event event) {
    Objects.requireNonNull(session, "session cannot be null");
    Objects.requireNonNull(event, "event cannot be null");
    if (event.partial().orElse(false)) {
      return Single.just(event);
    }
    return Single.fromCallable(
            () ->
                write(
                    "append to session '" + session.id() + "'",
                    connection -> {
                      AdkRows.Place place =
                          AdkRows.place(
                                  connection, session.appName(), session.userId(), session.id())
                              .orElseThrow(
                                  () ->
                                      new SessionNotFoundException(
                                          "no session '"
                                              + session.id()
                                              + "' of user '"
                                              + session.userId()
                                              + "' in app '"
                                              + session.appName()
                                              + "': create it first"));
                      AdkRows.append(connection, sealing, place, event);
                      return event;
                    }))
        .flatMap(
            stored -> {
              session.lastUpdateTime(Instant.ofEpochMilli(stored.timestamp()));
              return BaseSessionService.super.appendEvent(session, stored);
            })
        .cache();
  }

  private <T> T read(String task, T absent, Transaction.Work<T> work) {
    try {
      return rows.read(absent, work);
    } catch (SQLException e) {
      throw new SessionException("could not " + task + ": " + e.getMessage(), e);
    }
  }

  private <T> T write(String task, Transaction.Work<T> work) {
    try {
      return rows.write(work);
    } catch (SQLException e) {
      throw new SessionException("could not " + task + ": " + e.getMessage(), e);
    }
  }
}
