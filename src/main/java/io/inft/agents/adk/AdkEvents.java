package io.inft.agents.adk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.adk.events.Event;
import com.google.adk.sessions.State;
import io.inft.agents.rows.Media;
import io.inft.bytes.JsonMappers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Events as JSON without what has a column of its own, what is empty, and the bytes of media. */
final class AdkEvents {
  static final String DATA = "data";
  static final String INLINE = "inlineData";
  static final ObjectMapper JSON = JsonMappers.plain();

  private static final String ID = "id";
  private static final String AUTHOR = "author";
  private static final String TIMESTAMP = "timestamp";
  private static final String ACTIONS = "actions";
  private static final String STATE_DELTA = "stateDelta";

  private AdkEvents() {}

  /** An event as it is stored. */
  record Stored(String json, List<byte[]> media) {}

  static Stored stored(Event event) {
    ObjectNode json = (ObjectNode) tree(event.toJson());
    json.remove(List.of(ID, AUTHOR, TIMESTAMP));
    if (json.path(ACTIONS) instanceof ObjectNode actions) {
      if (actions.path(STATE_DELTA) instanceof ObjectNode delta) {
        delta.removeAll();
        event
            .actions()
            .stateDelta()
            .forEach(
                (key, value) -> {
                  if (!key.startsWith(State.TEMP_PREFIX)) {
                    // ADK reads null as removed; what it writes for that, it does not read.
                    delta.set(key, value == State.REMOVED ? null : value(value));
                  }
                });
      }
      dropEmpty(actions);
    }
    dropEmpty(json);
    List<byte[]> media = new ArrayList<>();
    inlineData(json).forEach(inline -> Media.takeOut(inline, DATA, media));
    return new Stored(JsonMappers.text(json), media);
  }

  /** Where ADK has bytes; what tools say may look alike. */
  private static List<JsonNode> inlineData(JsonNode event) {
    List<JsonNode> found = new ArrayList<>();
    event.path("content").path("parts").forEach(part -> found.add(part.path(INLINE)));
    return found;
  }

  private static void dropEmpty(ObjectNode json) {
    for (Iterator<JsonNode> inner = json.iterator(); inner.hasNext(); ) {
      JsonNode value = inner.next();
      if (value.isNull() || (value.isContainerNode() && value.isEmpty())) {
        inner.remove();
      }
    }
  }

  static Event event(@Nullable String id, @Nullable String author, long time, Stored stored) {
    ObjectNode json = (ObjectNode) tree(stored.json());
    json.put(ID, id).put(AUTHOR, author).put(TIMESTAMP, time);
    List<byte[]> media = new ArrayList<>(stored.media());
    inlineData(json).forEach(inline -> Media.putBack(inline, DATA, media));
    return Event.fromJson(JsonMappers.text(json));
  }

  /** ADK's own mapper knows its types. */
  static JsonNode value(Object value) {
    return com.google.adk.JsonBaseModel.getMapper().valueToTree(value);
  }

  static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) { // It quotes the text, which may have been sealed.
      throw new IllegalStateException("what is stored is no JSON");
    }
  }

  /** A stored value as ADK gives it to agents: maps, lists, texts, numbers; empty for null. */
  static Optional<Object> plain(String key, String json) {
    try {
      return Optional.ofNullable(JSON.readValue(json, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored state '" + key + "' is no JSON");
    }
  }

  static String text(Map<String, ?> fields) {
    return JsonMappers.text(JSON.valueToTree(fields));
  }
}
