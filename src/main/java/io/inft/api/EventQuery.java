package io.inft.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.inft.jdbc.InftConnection;
import io.inft.jdbc.Target;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
  private static final String TABLE_RESTARTED = "inft.events.restarted";

  private final List<StoredEvent> events = new ArrayList<>();

  /** Each published event, and an empty entry where the log says that the table began anew. */
  private final List<Entry> log = new ArrayList<>();

  private record Entry(long version, Optional<StoredEvent> event) {}

  /** Adds what is published. */
  void addPublished(Target target) throws SQLException {
    String json;
    try {
      json = target.log();
    } catch (SQLException e) {
      if (NO_SUCH_DATABASE.equals(e.getSQLState()) && target.hasWorkingCopy()) {
        return;
      }
      throw e;
    }
    try {
      for (JsonNode entry : EventJson.MAPPER.readTree(json)) {
        long version = entry.path("version").asLong();
        if (entry.path("source").asText().equals("application")) {
          StoredEvent event =
              new StoredEvent(
                  entry.path("seq").asLong(),
                  Instant.parse(entry.path("time").asText()),
                  entry.path("type").asText(),
                  entry.path("payload").toString(),
                  OptionalLong.of(version));
          events.add(event);
          log.add(new Entry(version, Optional.of(event)));
        } else if (entry.path("type").asText().equals(TABLE_RESTARTED)) {
          log.add(new Entry(version, Optional.empty()));
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the log is written as JSON", e);
    }
  }

  /** Adds what waits in the table behind the newest event that was published from it. */
  void addWaiting(Connection connection) throws SQLException {
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
