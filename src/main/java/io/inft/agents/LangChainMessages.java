package io.inft.agents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import io.inft.agents.rows.Media;
import io.inft.bytes.JsonMappers;
import java.util.ArrayList;
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
    Media.takeOut(json, BASE64, media);
    return new ChatTable.Entry(
        message.type().name().toLowerCase(Locale.ROOT), JsonMappers.text(json), media);
  }

  static ChatMessage decoded(ChatTable.Entry entry) {
    JsonNode json = tree(entry.json());
    Media.putBack(json, BASE64, new ArrayList<>(entry.media()));
    return ChatMessageDeserializer.messageFromJson(JsonMappers.text(json));
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) { // It quotes the text, which may have been sealed.
      throw new IllegalStateException("a message is no JSON");
    }
  }
}
