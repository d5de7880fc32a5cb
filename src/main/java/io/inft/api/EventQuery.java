package io.inft.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.inft.jdbc.Target;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Collects the application's events from the published log and from the table. */
final class EventQuery {
  private static final String NO_SUCH_DATABASE = "3D000";

  private EventQuery() {}

  /**
   * Adds what is published.
   *
   * @return the newest published number, 0 if there is none
   */
  static long published(Target target, List<StoredEvent> events) throws SQLException {
    String log;
    try {
      log = target.log();
    } catch (SQLException e) {
      if (NO_SUCH_DATABASE.equals(e.getSQLState()) && target.hasWorkingCopy()) {
        return 0;
      }
      throw e;
    }
    long newest = 0;
    try {
      for (JsonNode entry : EventJson.MAPPER.readTree(log)) {
        if (entry.path("source").asText().equals("application")) {
          newest = entry.path("seq").asLong();
          events.add(
              new StoredEvent(
                  newest,
                  Instant.parse(entry.path("time").asText()),
                  entry.path("type").asText(),
                  entry.path("payload").toString(),
                  OptionalLong.of(entry.path("version").asLong())));
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the log is written as JSON", e);
    }
    return newest;
  }

  /** Adds what waits in the table behind the newest published number. */
  static void waiting(Connection connection, long published, List<StoredEvent> events)
      throws SQLException {
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
}
