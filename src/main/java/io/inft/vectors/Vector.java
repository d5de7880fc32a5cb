package io.inft.vectors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * A vector as SQL has it: a blob of little-endian floats, or of a byte for each number. Never
 * changed once it is made, and for one connection.
 */
final class Vector {
  private static final int FLOAT_BYTES = 4;

  /** What the numbers are. */
  enum Type {
    FLOAT32,
    INT8;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Type type;
  private final byte[] blob;
  private final float[] numbers;

  private Vector(Type type, byte[] blob, float[] numbers) {
    this.type = type;
    this.blob = blob;
    this.numbers = numbers;
  }

  /** The vector that a blob is. */
  static Vector of(byte[] blob, Type type) throws VectorException {
    return type == Type.INT8 ? new Vector(type, blob, bytes(blob)) : floats(blob);
  }

  private static float[] bytes(byte[] blob) throws VectorException {
    requireDimensions(blob.length);
    float[] numbers = new float[blob.length];
    for (int i = 0; i < blob.length; i++) {
      numbers[i] = blob[i];
    }
    return numbers;
  }

  private static Vector floats(byte[] blob) throws VectorException {
    if (blob.length % FLOAT_BYTES != 0) {
      throw new VectorException(
          "a float32 vector has 4 bytes a dimension, this blob has " + blob.length + " bytes");
    }
    requireDimensions(blob.length);
    float[] numbers = new float[blob.length / FLOAT_BYTES];
    ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return new Vector(Type.FLOAT32, blob, numbers);
  }

  /** The vector of these numbers, which nobody changes from now on. */
  private static Vector of(float[] numbers) throws VectorException {
    requireDimensions(numbers.length);
    byte[] blob = new byte[numbers.length * FLOAT_BYTES];
    ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(numbers);
    return new Vector(Type.FLOAT32, blob, numbers);
  }

  private static void requireDimensions(int count) throws VectorException {
    if (count == 0) {
      throw new VectorException("a vector has at least one dimension, this one is empty");
    }
  }

  /** The vector that a JSON array of numbers is. */
  static Vector parse(String json, Type type) throws VectorException {
    String text = json.strip();
    if (!text.startsWith("[") || !text.endsWith("]")) {
      throw new VectorException("as text, a vector is a JSON array of numbers: [0.1, 0.2]");
    }
    String inner = text.substring(1, text.length() - 1).strip();
    String[] words = inner.isEmpty() ? new String[0] : inner.split(",", -1);
    float[] numbers = new float[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i] = number(words[i].strip(), i, type);
    }
    if (type == Type.FLOAT32) {
      return of(numbers);
    }
    byte[] blob = new byte[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      blob[i] = (byte) numbers[i];
    }
    return of(blob, Type.INT8);
  }

  private static float number(String word, int at, Type type) throws VectorException {
    try {
      // Java would also take 1f, 0x1p3 and NaN, which JSON has not.
      if (word.matches("-?[0-9.]+([eE][-+]?[0-9]+)?")) {
        float number = Float.parseFloat(word);
        if (Float.isInfinite(number)) {
          throw new VectorException("element " + (at + 1) + " is too large for a float32");
        }
        if (type == Type.FLOAT32) {
          return number;
        }
        if (number == (byte) number) {
          return number;
        }
        throw new VectorException(
            "element " + (at + 1) + " is no whole number from -128 to 127, which an int8 is");
      }
    } catch (NumberFormatException e) {
      throw new VectorException("element " + (at + 1) + " is not a number", e);
    }
    throw new VectorException("element " + (at + 1) + " is not a number");
  }

  Type type() {
    return type;
  }

  int dimensions() {
    return numbers.length;
  }

  /** To be read only. */
  float[] numbers() {
    return numbers;
  }

  /** To be read only. */
  byte[] blob() {
    return blob;
  }

  /** Refuses what no distance can be measured to. */
  void requireNumbers(String which) throws VectorException {
    for (int i = 0; i < numbers.length; i++) {
      if (!Float.isFinite(numbers[i])) {
        throw new VectorException(
            which + " vector is no vector of numbers: element " + (i + 1) + " is " + numbers[i]);
      }
    }
  }

  /** In 256 steps from -1 to 1; what lies outside counts as the nearest of both. */
  Vector quantized() throws VectorException {
    requireNumbers("the");
    // As sqlite-vec computes it, so that both give the same bytes.
    float step = (float) (2.0 / 255);
    byte[] quantized = new byte[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      double place = (numbers[i] + 1.0) / step - 128;
      quantized[i] = (byte) Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, place));
    }
    return of(quantized, Type.INT8);
  }

  /** The same direction with length 1. */
  Vector normalized() throws VectorException {
    requireNumbers("the");
    double squares = 0;
    for (float number : numbers) {
      squares += number * number;
    }
    float length = (float) Math.sqrt(squares);
    float[] normalized = new float[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      normalized[i] = numbers[i] / length;
    }
    return of(normalized);
  }

  /** As a JSON array. */
  String json() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < numbers.length; i++) {
      text.append(i == 0 ? "" : ",")
          .append(
              type == Type.INT8
                  ? Integer.toString((int) numbers[i])
                  : String.format(Locale.ROOT, "%f", numbers[i]));
    }
    return text.append(']').toString();
  }
}
