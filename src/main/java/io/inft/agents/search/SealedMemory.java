package io.inft.agents.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.JsonMappers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that a memory of a subject says, as one value that is sealed.
 *
 * @param vector its bytes; empty if it has none
 */
record SealedMemory(
    String subject, String text, Map<String, String> metadata, Optional<float[]> vector) {
  private static final ObjectMapper JSON = JsonMappers.plain();

  String json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("subject", subject);
    json.put("text", text);
    ObjectNode said = json.putObject("metadata");
    new TreeMap<>(metadata).forEach(said::put);
    vector.ifPresent(
        numbers ->
            json.put("vector", Base64.getEncoder().encodeToString(MemoryRows.blob(numbers))));
    return JsonMappers.text(json);
  }

  /** Empty if it is none: somebody put another sealed value in its place. */
  static Optional<SealedMemory> of(String json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    if (!node.path("subject").isTextual() || !node.path("text").isTextual()) {
      return Optional.empty();
    }
    Map<String, String> metadata = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : node.path("metadata").properties()) {
      metadata.put(field.getKey(), field.getValue().asText());
    }
    return Optional.of(
        new SealedMemory(
            node.path("subject").asText(), node.path("text").asText(), metadata, vector(node)));
  }

  private static Optional<float[]> vector(JsonNode node) {
    if (!node.has("vector")) {
      return Optional.empty();
    }
    byte[] blob = Base64.getDecoder().decode(node.path("vector").asText());
    float[] numbers = new float[blob.length / Float.BYTES];
    ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return Optional.of(numbers);
  }

  Memory at(String space, String key, int revision, Instant time) {
    return new Memory(space, key, revision, time, text, metadata, Optional.of(subject));
  }
}
