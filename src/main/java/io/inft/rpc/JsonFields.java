package io.inft.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import java.math.BigInteger;
import java.util.HexFormat;

/**
 * Reads fields of an answer without trusting it: what is missing, of another kind or out of range
 * is a {@link CorruptObjectException} that names the field.
 */
public final class JsonFields {
  private final String what;
  private final JsonNode node;

  /**
   * @param what names the answer, for messages
   */
  public JsonFields(String what, JsonNode node) {
    this.what = what;
    this.node = node;
  }

  public JsonNode node(String field) throws CorruptObjectException {
    JsonNode found = node.get(field);
    if (found == null || found.isNull()) {
      throw corrupt(field, "is missing");
    }
    return found;
  }

  public JsonFields object(String field) throws CorruptObjectException {
    JsonNode found = node(field);
    if (!found.isObject()) {
      throw corrupt(field, "is no object");
    }
    return new JsonFields(what + "." + field, found);
  }

  public JsonNode array(String field, int maxLength) throws CorruptObjectException {
    JsonNode found = node(field);
    if (!found.isArray() || found.size() > maxLength) {
      throw corrupt(field, "is no list of at most " + maxLength);
    }
    return found;
  }

  public String text(String field) throws CorruptObjectException {
    JsonNode found = node(field);
    if (!found.isTextual()) {
      throw corrupt(field, "is no text");
    }
    return found.textValue();
  }

  /** The bytes of a field that {@link JsonRpc#callForBase64} was told of; not copied. */
  public byte[] base64(String field) throws CorruptObjectException {
    if (!(node(field) instanceof BinaryNode found)) {
      throw corrupt(field, "is no base64");
    }
    return found.binaryValue();
  }

  public boolean bool(String field) throws CorruptObjectException {
    JsonNode found = node(field);
    if (!found.isBoolean()) {
      throw corrupt(field, "is neither true nor false");
    }
    return found.booleanValue();
  }

  /** A JSON number from 0 to 2^63-1; above that nothing is rounded but refused. */
  public long u64(String field) throws CorruptObjectException {
    JsonNode found = node(field);
    if (!found.isIntegralNumber() || !found.canConvertToLong() || found.longValue() < 0) {
      throw corrupt(field, "is no number from 0 to 2^63-1");
    }
    return found.longValue();
  }

  public int u31(String field) throws CorruptObjectException {
    long value = u64(field);
    if (value > Integer.MAX_VALUE) {
      throw corrupt(field, "is above 2^31-1");
    }
    return (int) value;
  }

  /** A number as Ethereum writes it: {@code "0x1f"}, 256 bits at most. */
  public BigInteger quantity(String field) throws CorruptObjectException {
    return quantity(what + "." + field, node(field));
  }

  public static BigInteger quantity(String what, JsonNode node) throws CorruptObjectException {
    String text = node.isTextual() ? node.textValue() : "";
    if (!isHex(text, 1, 64)) {
      throw new CorruptObjectException(what, 0, "is no hexadecimal number");
    }
    return new BigInteger(text.substring(2), 16);
  }

  /** As {@link #quantity(String)}, at most 2^63-1. */
  public long quantityLong(String field) throws CorruptObjectException {
    return quantityLong(what + "." + field, node(field));
  }

  public static long quantityLong(String what, JsonNode node) throws CorruptObjectException {
    BigInteger value = quantity(what, node);
    if (value.bitLength() > 63) {
      throw new CorruptObjectException(what, 0, "is above 2^63-1");
    }
    return value.longValue();
  }

  public Digest digest(String field) throws CorruptObjectException {
    return digest(what + "." + field, node(field));
  }

  public static Digest digest(String what, JsonNode node) throws CorruptObjectException {
    String text = node.isTextual() ? node.textValue() : "";
    if (!isHex(text, 64, 64)) {
      throw new CorruptObjectException(what, 0, "is no hash");
    }
    return Digest.parse(text);
  }

  public Address address(String field) throws CorruptObjectException {
    String text = text(field);
    if (!isHex(text, 40, 40)) {
      throw corrupt(field, "is no address");
    }
    return Address.parse(text);
  }

  public Blob hex(String field) throws CorruptObjectException {
    return hex(what + "." + field, node(field));
  }

  public static Blob hex(String what, JsonNode node) throws CorruptObjectException {
    String text = node.isTextual() ? node.textValue() : "";
    if (!text.startsWith("0x") || text.length() % 2 != 0) {
      throw new CorruptObjectException(what, 0, "is no hexadecimal text");
    }
    try {
      return Blob.of(HexFormat.of().parseHex(text, 2, text.length()));
    } catch (IllegalArgumentException e) {
      throw new CorruptObjectException(what, 0, "is no hexadecimal text");
    }
  }

  /** Without a regular expression: each proof of a segment has a dozen hashes. */
  private static boolean isHex(String text, int fewest, int most) {
    int digits = text.length() - 2;
    return digits >= fewest && digits <= most && text.startsWith("0x") && isHexFrom(text, 2);
  }

  private static boolean isHexFrom(String text, int start) {
    for (int at = start; at < text.length(); at++) {
      if (!HexFormat.isHexDigit(text.charAt(at))) {
        return false;
      }
    }
    return true;
  }

  public CorruptObjectException corrupt(String field, String reason) {
    return new CorruptObjectException(what, 0, field + " " + reason);
  }
}
