package io.inft.agents.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Digest;
import java.util.Base64;
import java.util.List;

/** Bytes that a message has as Base64: they go out of the JSON and are stored as they are. */
public final class Media {
  /** What stands in the place of the bytes has this field. */
  public static final String SHA256 = "sha256";

  private static final String SIZE = "bytes";

  private Media() {}

  /** Says in an object which bytes lie beside the message. */
  public static void describe(byte[] data, ObjectNode json) {
    json.put(SHA256, Digest.sha256(data).toString());
    json.put(SIZE, data.length);
  }

  /** Takes the bytes of every field of this name, in the order of the JSON. */
  public static void takeOut(JsonNode json, String field, List<byte[]> media) {
    if (json instanceof ObjectNode object && object.path(field).isTextual()) {
      String text = object.path(field).asText();
      byte[] data = bytes(text);
      // What would not come back the same stays where it is.
      if (Base64.getEncoder().encodeToString(data).equals(text) && data.length > 0) {
        describe(data, object.putObject(field));
        media.add(data);
      }
    }
    json.forEach(inner -> takeOut(inner, field, media));
  }

  private static byte[] bytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  /** Puts back what was taken, and empties the list. */
  public static void putBack(JsonNode json, String field, List<byte[]> media) {
    if (json instanceof ObjectNode object && object.path(field).has(SHA256)) {
      object.put(field, Base64.getEncoder().encodeToString(media.remove(0)));
    }
    json.forEach(inner -> putBack(inner, field, media));
  }
}
