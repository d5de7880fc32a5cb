package io.inft.imports;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inft.bytes.JsonMappers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * One line of an event log of the guide's clients: {@code {"timestamp": …, "event": …}}. Python
 * writes local time without a zone, TypeScript UTC with a {@code Z}.
 *
 * @param timeText as it was written
 * @param timeMillis since 1970, UTC
 * @param zone how certain that is
 * @param type what the event says of itself, as {@code appendEventLog} takes it
 * @param payload the event, character for character as it was written
 */
record EventLine(String timeText, long timeMillis, Zone zone, String type, String payload) {
  private static final String TYPE = "event";
  private static final JsonMapper MAPPER =
      JsonMappers.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final JsonFactory FACTORY = MAPPER.getFactory();

  /** What is known of the zone of a time. */
  enum Zone {
    /** The time was written with its zone. */
    WRITTEN,
    /** It was written without, and the one that was asked for was taken. */
    ASSUMED,
    /** Likewise, and clocks of that zone showed this time twice or never. */
    AMBIGUOUS
  }

  /** Why a line is no event. */
  static final class NoEventException extends Exception {
    private static final long serialVersionUID = 1L;

    NoEventException(String reason) {
      super(reason);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Reads a line.
   *
   * @param zone of times that are written without one
   */
  static EventLine parse(String line, ZoneId zone) throws NoEventException {
    String timestamp = null;
    String event = null;
    try (JsonParser parser = FACTORY.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new NoEventException("a line is an object with timestamp and event");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        int from = (int) parser.currentTokenLocation().getCharOffset();
        if (name.equals("timestamp") && value == JsonToken.VALUE_STRING) {
          timestamp = parser.getText();
        }
        parser.skipChildren();
        parser.finishToken();
        int to = (int) parser.currentLocation().getCharOffset();
        if (name.equals("event")) {
          event = line.substring(from, to);
        }
      }
      if (parser.nextToken() != null) {
        throw new NoEventException("something stands behind the object");
      }
    } catch (JsonProcessingException e) {
      throw new NoEventException("it is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new NoEventException("it is not JSON");
    }
    if (timestamp == null || event == null) {
      throw new NoEventException(
          "it has no " + (event == null ? "event" : "timestamp that is a text"));
    }
    return of(timestamp, event.strip(), zone);
  }

  private static EventLine of(String timestamp, String event, ZoneId zone) throws NoEventException {
    Instant time;
    Zone known = Zone.WRITTEN;
    try {
      TemporalAccessor parsed =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(
              timestamp, OffsetDateTime::from, LocalDateTime::from);
      if (parsed instanceof LocalDateTime local) {
        int offsets = zone.getRules().getValidOffsets(local).size();
        known = offsets == 1 ? Zone.ASSUMED : Zone.AMBIGUOUS;
        time = local.atZone(zone).toInstant();
      } else {
        time = OffsetDateTime.from(parsed).toInstant();
      }
    } catch (DateTimeException e) {
      throw new NoEventException("its timestamp is no time in ISO 8601");
    }
    if (time.isBefore(Instant.EPOCH)) {
      throw new NoEventException("its timestamp lies before 1970, and an event log begins there");
    }
    return new EventLine(timestamp, time.toEpochMilli(), known, typeOf(event), event);
  }

  private static String typeOf(String event) throws NoEventException {
    JsonNode value;
    try {
      value = MAPPER.readTree(event);
    } catch (JsonProcessingException e) {
      throw new NoEventException("its event is not JSON: " + e.getOriginalMessage());
    }
    for (String field : new String[] {"type", "action"}) {
      @Nullable String said = value.path(field).textValue();
      if (said != null && !said.isEmpty() && StandardCharsets.UTF_8.newEncoder().canEncode(said)) {
        return said;
      }
    }
    return TYPE;
  }
}
