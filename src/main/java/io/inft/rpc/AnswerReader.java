package io.inft.rpc;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.JsonMappers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer whose longest part is base64: the text of one field is decoded where it lies,
 * without becoming a text first, which would cost more than everything else that is done to it.
 */
final class AnswerReader {
  private static final ObjectMapper JSON = JsonMappers.plain();

  private final byte[] answer;
  private final String base64Field;

  private AnswerReader(byte[] answer, String base64Field) {
    this.answer = answer;
    this.base64Field = base64Field;
  }

  /**
   * The answer as a tree in which fields with this name are binary, as far as they are base64; what
   * is not stays what it is.
   *
   * @return null for an empty answer
   * @throws IOException it is no JSON
   */
  static @Nullable JsonNode read(byte[] answer, String base64Field) throws IOException {
    try (JsonParser parser = JSON.createParser(answer)) {
      return parser.nextToken() == null
          ? null
          : new AnswerReader(answer, base64Field).value(parser);
    }
  }

  private JsonNode value(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      ObjectNode object = JSON.createObjectNode();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        object.set(name, name.equals(base64Field) ? binary(parser) : value(parser));
      }
      return object;
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      ArrayNode array = JSON.createArrayNode();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(value(parser));
      }
      return array;
    }
    return JSON.readTree(parser);
  }

  private JsonNode binary(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      return value(parser);
    }
    long quote = parser.currentTokenLocation().getByteOffset();
    if (quote < 0 || answer[(int) quote] != '"') {
      return asBinary(parser.getText()); // the answer is not UTF-8
    }
    int start = (int) quote + 1;
    int end = start;
    while (end < answer.length && answer[end] != '"') {
      end++;
    }
    try {
      return binary(Base64.getDecoder().decode(ByteBuffer.wrap(answer, start, end - start)));
    } catch (IllegalArgumentException withEscapes) {
      return asBinary(parser.getText());
    }
  }

  private static JsonNode asBinary(String text) {
    try {
      return JSON.getNodeFactory().binaryNode(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException notBase64) {
      return JSON.getNodeFactory().textNode(text);
    }
  }

  private static JsonNode binary(ByteBuffer decoded) {
    return JSON.getNodeFactory()
        .binaryNode(decoded.array(), decoded.arrayOffset(), decoded.limit());
  }
}
