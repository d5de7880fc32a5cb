package io.inft.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.JsonMappers;
import java.sql.SQLException;

/**
 * An event that was checked to be one JSON value.
 *
 * @param type what it says of itself
 */
record EventJson(String type) {
  static final ObjectMapper MAPPER =
      JsonMappers.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final String TYPE = "event";

  /** What the log says of itself where it is broken. */
  static String mark(String reason) {
    return JsonMappers.text(MAPPER.createObjectNode().put("reason", reason));
  }

  static EventJson parse(String event) throws SQLException {
    JsonNode value;
    try {
      value = MAPPER.readTree(event);
    } catch (JsonProcessingException e) {
      throw InftStorage.refused("the event is not JSON: " + e.getOriginalMessage());
    }
    if (value.isMissingNode()) {
      throw InftStorage.refused("the event is not JSON: it is empty");
    }
    for (String field : new String[] {"type", "action"}) {
      String said = value.path(field).asText();
      if (value.path(field).isTextual() && !said.isEmpty()) {
        return new EventJson(said);
      }
    }
    return new EventJson(TYPE);
  }
}
