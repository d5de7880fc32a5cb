package io.inft.agents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.JsonMappers;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.MimeType;

/** Spring AI's messages as JSON and back. */
final class SpringMessages {
  private static final ObjectMapper JSON = JsonMappers.plain();

  /** Spring AI puts it into every message by itself. */
  private static final String TYPE = "messageType";

  private SpringMessages() {}

  static ChatTable.Entry encoded(Message message) {
    ObjectNode json = JSON.createObjectNode();
    List<byte[]> media = new ArrayList<>();
    json.put("text", message.getText());
    Map<String, Object> metadata = new TreeMap<>(message.getMetadata());
    metadata.remove(TYPE);
    if (!metadata.isEmpty()) {
      json.set("metadata", plain(metadata));
    }
    if (message instanceof AssistantMessage assistant && assistant.hasToolCalls()) {
      json.set("toolCalls", JSON.valueToTree(assistant.getToolCalls()));
    }
    if (message instanceof ToolResponseMessage tool) {
      json.set("responses", JSON.valueToTree(tool.getResponses()));
    }
    if (message instanceof MediaContent content && !content.getMedia().isEmpty()) {
      ArrayNode list = json.putArray("media");
      for (Media one : content.getMedia()) {
        encode(one, list.addObject(), media);
      }
    }
    String role = message.getMessageType().name().toLowerCase(Locale.ROOT);
    return new ChatTable.Entry(role, JsonMappers.text(json), media);
  }

  /** A JSON value for what is one, its text for anything else. */
  static JsonNode plain(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = JSON.createObjectNode();
      Map<String, Object> ordered = new TreeMap<>();
      map.forEach((key, inner) -> ordered.put(String.valueOf(key), inner));
      ordered.forEach((key, inner) -> object.set(key, plain(inner)));
      return object;
    }
    if (value instanceof Iterable<?> items) {
      ArrayNode array = JSON.createArrayNode();
      items.forEach(inner -> array.add(plain(inner)));
      return array;
    }
    boolean known = value == null || value instanceof Number || value instanceof Boolean;
    return JSON.valueToTree(known ? value : String.valueOf(value));
  }

  private static void encode(Media media, ObjectNode json, List<byte[]> bytes) {
    json.put("mimeType", media.getMimeType().toString());
    json.put("name", media.getName());
    if (media.getId() != null) {
      json.put("id", media.getId());
    }
    if (media.getData() instanceof byte[] data) {
      io.inft.agents.rows.Media.describe(data, json);
      bytes.add(data);
    } else {
      json.put("uri", String.valueOf(media.getData()));
    }
  }

  /**
   * @param where it is stored, for whoever reads the error
   */
  static Message decoded(String where, ChatTable.Entry entry) {
    JsonNode json;
    try {
      json = JSON.readTree(entry.json());
    } catch (JsonProcessingException e) { // It quotes the text, which may have been sealed.
      throw new IllegalStateException("the message stored " + where + " is no JSON");
    }
    String text = json.path("text").asText("");
    Map<String, Object> metadata =
        JSON.convertValue(
            json.has("metadata") ? json.get("metadata") : JSON.createObjectNode(),
            new TypeReference<Map<String, Object>>() {});
    List<Media> media = media(json, entry.media());
    return switch (MessageType.valueOf(entry.role().toUpperCase(Locale.ROOT))) {
      case USER -> UserMessage.builder().text(text).metadata(metadata).media(media).build();
      case SYSTEM -> SystemMessage.builder().text(text).metadata(metadata).build();
      case ASSISTANT ->
          AssistantMessage.builder()
              .content(json.path("text").isNull() ? null : text)
              .properties(metadata)
              .toolCalls(list(json, "toolCalls", AssistantMessage.ToolCall.class))
              .media(media)
              .build();
      case TOOL ->
          ToolResponseMessage.builder()
              .responses(list(json, "responses", ToolResponseMessage.ToolResponse.class))
              .metadata(metadata)
              .build();
    };
  }

  private static <T> List<T> list(JsonNode json, String field, Class<T> type) {
    List<T> list = new ArrayList<>();
    json.path(field).forEach(item -> list.add(JSON.convertValue(item, type)));
    return list;
  }

  private static List<Media> media(JsonNode json, List<byte[]> bytes) {
    List<Media> list = new ArrayList<>();
    int next = 0;
    for (JsonNode item : json.path("media")) {
      Media.Builder media =
          Media.builder()
              .mimeType(MimeType.valueOf(item.path("mimeType").asText()))
              .name(item.path("name").asText());
      if (item.has("id")) {
        media.id(item.path("id").asText());
      }
      if (item.has("uri")) {
        media.data(URI.create(item.path("uri").asText()));
      } else {
        media.data(new ByteArrayResource(bytes.get(next++)));
      }
      list.add(media.build());
    }
    return list;
  }
}
