package io.inft.agents.adk;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.adk.events.Event;
import com.google.adk.memory.BaseMemoryService;
import com.google.adk.memory.MemoryEntry;
import com.google.adk.memory.SearchMemoryResponse;
import com.google.adk.sessions.Session;
import com.google.genai.types.Content;
import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Rows;
import io.inft.agents.rows.Sealed;
import io.inft.agents.rows.Sealing;
import io.inft.agents.rows.ShortId;
import io.inft.agents.rows.StoreException;
import io.inft.agents.rows.WordIndex;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Single;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * ADK's memory of earlier sessions in a {@code jdbc:inft:} database, searched by SQLite's full text
 * index: what has any of the words, best first, of one user in one app. Of a session that is added
 * again only what is new is taken. What is sealed stands in no index of the database: where there
 * is any, a search opens all that the user said and makes an index in memory for it. Adding leaves
 * an event {@code adk.memory} in the event log.
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
              + " time INTEGER NOT NULL, content TEXT NOT NULL "
              + Sealed.check("content")
              + ", UNIQUE (app, user, session, event))",
          "CREATE VIRTUAL TABLE inft_adk_memory_text USING fts5(text, content='')");

  private final Rows rows;
  private final Sealing sealing;

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   */
  public InftMemoryService(DataSource dataSource) {
    this(dataSource, Sealing.none());
  }

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   * @param sealing of what is added from now on
   */
  public InftMemoryService(DataSource dataSource, Sealing sealing) {
    this.rows = new Rows(Lender.of(dataSource), SCHEMA, "inft_adk_memory_text", sealing);
    this.sealing = sealing;
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

  private int add(Connection connection, Session session) throws SQLException {
    Optional<String> subject =
        sealing.subjectOf(Sealing.Origin.of(session.appName(), session.userId(), session.id()));
    int added = 0;
    for (Event event : session.events()) {
      String content = event.content().map(Content::toJson).orElse("{}");
      String text = text(content);
      if (text.isBlank() || isThere(connection, session, event)) {
        continue;
      }
      long number =
          Rows.query(
                  connection,
                  row -> row.getLong(1),
                  "INSERT INTO inft_adk_memory(app, user, session, event, author, time, content)"
                      + " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING number",
                  session.appName(),
                  session.userId(),
                  session.id(),
                  ShortId.stored(String.valueOf(event.id())),
                  event.author(),
                  event.timestamp(),
                  Sealed.of(connection, subject, content))
              .get(0);
      if (subject.isEmpty()) {
        Rows.update(
            connection,
            "INSERT INTO inft_adk_memory_text(rowid, text) VALUES (?, ?)",
            number,
            text);
      }
      added++;
    }
    if (added > 0) {
      Rows.event(
          connection,
          "adk.memory",
          AdkEvents.text(Map.of("session", session.id(), "added", added)));
    }
    return added;
  }

  private static boolean isThere(Connection connection, Session session, Event event)
      throws SQLException {
    return !Rows.query(
            connection,
            row -> true,
            "SELECT 1 FROM inft_adk_memory WHERE app = ? AND user = ? AND session = ? AND event ="
                + " ?",
            session.appName(),
            session.userId(),
            session.id(),
            ShortId.stored(String.valueOf(event.id())))
        .isEmpty();
  }

  /** What the parts of a content say, as it is stored. */
  private static String text(String content) {
    StringJoiner texts = new StringJoiner(" ");
    for (JsonNode part : AdkEvents.tree(content).path("parts")) {
      if (part.path("text").isTextual()) {
        texts.add(part.path("text").asText());
      }
    }
    return texts.toString();
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
    List<MemoryEntry> found = new ArrayList<>();
    for (long number :
        isSealed(connection, app, user)
            ? opened(connection, app, user, words)
            : indexed(connection, app, user, words)) {
      Rows.query(
              connection,
              row -> entry(connection, row),
              "SELECT content, author, time FROM inft_adk_memory WHERE number = ?",
              number)
          .forEach(entry -> entry.ifPresent(found::add));
    }
    return found;
  }

  private static Optional<MemoryEntry> entry(Connection connection, ResultSet row)
      throws SQLException {
    String author = row.getString(2);
    String time = Instant.ofEpochMilli(row.getLong(3)).toString();
    return Sealed.text(connection, row.getObject(1))
        .map(
            json ->
                MemoryEntry.builder()
                    .content(Content.fromJson(json))
                    .author(author)
                    .timestamp(time)
                    .build());
  }

  /** Whether anything of the user is sealed, and so in no index. */
  private static boolean isSealed(Connection connection, String app, String user)
      throws SQLException {
    return Rows.query(
            connection,
            row -> row.getBoolean(1),
            "SELECT EXISTS (SELECT 1 FROM inft_adk_memory WHERE app = ? AND user = ?"
                + " AND typeof(content) = 'blob')",
            app,
            user)
        .get(0);
  }

  private static List<Long> indexed(Connection connection, String app, String user, String words)
      throws SQLException {
    return Rows.query(
        connection,
        row -> row.getLong(1),
        "SELECT m.number FROM inft_adk_memory_text t JOIN inft_adk_memory m ON m.number = t.rowid"
            + " WHERE inft_adk_memory_text MATCH ? AND m.app = ? AND m.user = ?"
            + " ORDER BY t.rank, m.number DESC LIMIT "
            + MOST,
        words,
        app,
        user);
  }

  /** By an index that is made for the question, of what the user said and can be opened here. */
  private static List<Long> opened(Connection connection, String app, String user, String words)
      throws SQLException {
    try (WordIndex index = new WordIndex("text", "content=''");
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT number, "
                    + Sealed.opened("content")
                    + " FROM inft_adk_memory WHERE app = ? AND user = ?")) {
      query.setString(1, app);
      query.setString(2, user);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          String json = row.getString(2);
          if (json != null) {
            index.add(row.getLong(1), text(json));
          }
        }
      }
      return index.matching(words, "rank, rowid DESC LIMIT " + MOST);
    }
  }
}
