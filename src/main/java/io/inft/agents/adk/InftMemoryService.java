package io.inft.agents.adk;

import com.google.adk.events.Event;
import com.google.adk.memory.BaseMemoryService;
import com.google.adk.memory.MemoryEntry;
import com.google.adk.memory.SearchMemoryResponse;
import com.google.adk.sessions.Session;
import com.google.genai.types.Content;
import com.google.genai.types.Part;
import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Rows;
import io.inft.agents.rows.ShortId;
import io.inft.agents.rows.StoreException;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Single;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * ADK's memory of earlier sessions in a {@code jdbc:inft:} database, searched by SQLite's full text
 * index: what has any of the words, best first, of one user in one app. Of a session that is added
 * again only what is new is taken. Adding leaves an event {@code adk.memory} in the event log.
 *
 * <p>Each call is a transaction of its own, made once when the answer is subscribed to, on the
 * thread that does. The tables {@code inft_adk_memory} and {@code inft_adk_memory_text} are made by
 * the first write. Failures of the database are {@link StoreException}. May be shared between
 * threads.
 */
public final class InftMemoryService implements BaseMemoryService {
  /** More are of no use to a model. */
  private static final int MOST = 100;

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE inft_adk_memory(number INTEGER PRIMARY KEY, app TEXT NOT NULL,"
              + " user TEXT NOT NULL, session TEXT NOT NULL, event NOT NULL, author TEXT,"
              + " time INTEGER NOT NULL, content TEXT NOT NULL CHECK (json_valid(content)),"
              + " UNIQUE (app, user, session, event))",
          "CREATE VIRTUAL TABLE inft_adk_memory_text USING fts5(text, content='')");

  private final Rows rows;

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   */
  public InftMemoryService(DataSource dataSource) {
    this.rows = new Rows(Lender.of(dataSource), SCHEMA, "inft_adk_memory_text");
  }

  /** Takes the texts of a session that are not there yet. */
  @Override
  public Completable addSessionToMemory(Session session) {
    return Completable.fromAction(
            () -> {
              try {
                rows.write(connection -> add(connection, session));
              } catch (SQLException e) {
                throw new StoreException("remember session '" + session.id() + "'", e);
              }
            })
        .cache();
  }

  private static int add(Connection connection, Session session) throws SQLException {
    int added = 0;
    for (Event event : session.events()) {
      String text = text(event);
      if (text.isBlank()) {
        continue;
      }
      List<Long> made =
          Rows.query(
              connection,
              row -> row.getLong(1),
              "INSERT INTO inft_adk_memory(app, user, session, event, author, time, content)"
                  + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING number",
              session.appName(),
              session.userId(),
              session.id(),
              ShortId.stored(String.valueOf(event.id())),
              event.author(),
              event.timestamp(),
              event.content().orElseThrow().toJson());
      for (long number : made) {
        Rows.update(
            connection,
            "INSERT INTO inft_adk_memory_text(rowid, text) VALUES (?, ?)",
            number,
            text);
        added++;
      }
    }
    if (added > 0) {
      Rows.event(
          connection,
          "adk.memory",
          AdkEvents.text(Map.of("session", session.id(), "added", added)));
    }
    return added;
  }

  private static String text(Event event) {
    return event.content().flatMap(Content::parts).orElse(List.of()).stream()
        .map(Part::text)
        .flatMap(java.util.Optional::stream)
        .collect(Collectors.joining(" "));
  }

  /** What has any of the words of the question, best first; at most 100. */
  @Override
  public Single<SearchMemoryResponse> searchMemory(String app, String user, String query) {
    List<String> words = new ArrayList<>();
    for (Matcher word = WORD.matcher(query); word.find(); ) {
      words.add('"' + word.group() + '"');
    }
    return Single.fromCallable(
        () -> {
          try {
            return SearchMemoryResponse.builder()
                .memories(
                    com.google.common.collect.ImmutableList.copyOf(
                        words.isEmpty()
                            ? List.of()
                            : rows.read(
                                List.of(),
                                connection ->
                                    found(connection, app, user, String.join(" OR ", words)))))
                .build();
          } catch (SQLException e) {
            throw new StoreException("search the memory of '" + user + "'", e);
          }
        });
  }

  private static List<MemoryEntry> found(
      Connection connection, String app, String user, String words) throws SQLException {
    return Rows.query(
        connection,
        row ->
            MemoryEntry.builder()
                .content(Content.fromJson(row.getString(1)))
                .author(row.getString(2))
                .timestamp(Instant.ofEpochMilli(row.getLong(3)).toString())
                .build(),
        "SELECT m.content, m.author, m.time FROM inft_adk_memory_text t"
            + " JOIN inft_adk_memory m ON m.number = t.rowid"
            + " WHERE inft_adk_memory_text MATCH ? AND m.app = ? AND m.user = ?"
            + " ORDER BY t.rank, m.number DESC LIMIT "
            + MOST,
        words,
        app,
        user);
  }
}
