package io.inft.agents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import io.inft.bytes.JsonMappers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * LangChain4j's own JSON, with the media taken out: Base64 in it would cost a third more and would
 * stand in the event log too.
 */
final class LangChainMessages {
  private static final ObjectMapper JSON = JsonMappers.plain();
  private static final String BASE64 = "base64Data";

  private LangChainMessages() {}

  static ChatTable.Entry encoded(ChatMessage message) {
    JsonNode json = tree(ChatMessageSerializer.messageToJson(message));
    List<byte[]> media = new ArrayList<>();
    takeOut(json, media);
    return new ChatTable.Entry(
        message.type().name().toLowerCase(Locale.ROOT), JsonMappers.text(json), media);
  }

  static ChatMessage decoded(ChatTable.Entry entry) {
    JsonNode json = tree(entry.json());
    putBack(json, new ArrayList<>(entry.media()));
    return ChatMessageDeserializer.messageFromJson(JsonMappers.text(json));
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a message is no JSON: " + json, e);
    }
  }

  private static void takeOut(JsonNode json, List<byte[]> media) {
    if (json instanceof ObjectNode object && object.path(BASE64).isTextual()) {
      String text = object.path(BASE64).asText();
      byte[] data = bytes(text);
      // What would not come back the same stays where it is.
      if (Base64.getEncoder().encodeToString(data).equals(text) && data.length > 0) {
        ChatMedia.describe(data, object.putObject(BASE64));
        media.add(data);
      }
    }
    json.forEach(inner -> takeOut(inner, media));
  }

  private static byte[] bytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static void putBack(JsonNode json, List<byte[]> media) {
    if (json instanceof ObjectNode object && object.path(BASE64).has(ChatMedia.SHA256)) {
      object.put(BASE64, Base64.getEncoder().encodeToString(media.remove(0)));
    }
    json.forEach(inner -> putBack(inner, media));
  }
}
