package io.inft.api;

import io.inft.jdbc.InftConnection;
import io.inft.jdbc.Target;
import io.inft.replica.restore.LogEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Collects the application's events from the published log and from the table. The table's numbers
 * count within one life of it: dropped and made again, it begins with 1 once more.
 */
final class EventQuery {
  private static final String NO_SUCH_DATABASE = "3D000";

  /** A view holds no events, and to ask one may take for ever: its author chose what it does. */
  private static final String IS_SOMETHING_ELSE =
      "SELECT 1 FROM main.sqlite_schema WHERE name = 'inft_events' COLLATE NOCASE"
          + " AND (type = 'view' OR (type = 'table' AND rootpage = 0))";

  private final List<StoredEvent> events = new ArrayList<>();

  /** Each published event, and an empty entry where the log says that the table began anew. */
  private final List<Entry> log = new ArrayList<>();

  private record Entry(long version, Optional<StoredEvent> event) {}

  /** Adds what is published. */
  void addPublished(Target target) throws SQLException {
    List<LogEntry> published;
    try {
      published = target.log();
    } catch (SQLException e) {
      if (NO_SUCH_DATABASE.equals(e.getSQLState()) && target.hasWorkingCopy()) {
        return;
      }
      throw e;
    }
    for (LogEntry entry : published) {
      if (entry instanceof LogEntry.Recorded recorded) {
        if (recorded.row().isPresent()) {
          StoredEvent event = stored(recorded, recorded.row().getAsLong());
          events.add(event);
          log.add(new Entry(recorded.version(), Optional.of(event)));
        } else if (recorded.isTableRestart()) {
          log.add(new Entry(recorded.version(), Optional.empty()));
        }
      } else if (entry instanceof LogEntry.Marked marked) {
        events.add(mark(marked));
      }
    }
  }

  private static StoredEvent stored(LogEntry.Recorded entry, long row) {
    return new StoredEvent(
        row, entry.time(), entry.type(), entry.payload(), OptionalLong.of(entry.version()));
  }

  private static StoredEvent mark(LogEntry.Marked entry) {
    return new StoredEvent(
        0,
        entry.time(),
        entry.type(),
        EventJson.mark(entry.reason()),
        OptionalLong.of(entry.version()));
  }

  /** Adds what waits in the table behind the newest event that was published from it. */
  void addWaiting(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet other = statement.executeQuery(IS_SOMETHING_ELSE)) {
      if (other.next()) {
        return;
      }
    }
    long version = connection.unwrap(InftConnection.class).version();
    Optional<StoredEvent> newest = Optional.empty();
    for (Entry entry : log) {
      if (entry.version() <= version) {
        newest = entry.event();
      }
    }
    long published =
        newest.isPresent() && isThere(connection, newest.get()) ? newest.get().seq() : 0;
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT seq, time, type, payload FROM inft_events WHERE seq > ? ORDER BY seq")) {
      query.setLong(1, published);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          events.add(
              new StoredEvent(
                  rows.getLong(1),
                  Instant.ofEpochMilli(rows.getLong(2)),
                  rows.getString(3),
                  rows.getString(4),
                  OptionalLong.empty()));
        }
      }
    }
  }

  /** Whether the table still is the one that this event was published from. */
  private static boolean isThere(Connection connection, StoredEvent event) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT time FROM inft_events WHERE seq = ?")) {
      query.setLong(1, event.seq());
      try (ResultSet row = query.executeQuery()) {
        return row.next() && Math.max(0, row.getLong(1)) == event.time().toEpochMilli();
      }
    }
  }

  /** What was collected within a time span, both ends included. */
  List<StoredEvent> between(Instant from, Instant to) {
    return events.stream()
        .filter(event -> !event.time().isBefore(from) && !event.time().isAfter(to))
        .toList();
  }
}
