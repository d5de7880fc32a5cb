package io.inft.devnet;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.util.Base64;

/** Bytes that JSON shows as base64; Java's own encoder takes a fraction of Jackson's time. */
final class Base64Text extends JsonSerializable.Base {
  private final byte[] text;

  Base64Text(byte[] bytes) {
    this.text = Base64.getEncoder().encode(bytes);
  }

  @Override
  public void serialize(JsonGenerator to, SerializerProvider serializers) throws IOException {
    to.writeRawUTF8String(text, 0, text.length);
  }

  @Override
  public void serializeWithType(
      JsonGenerator to, SerializerProvider serializers, TypeSerializer type) throws IOException {
    serialize(to, serializers);
  }
}
