package io.inft.proof.tables;

import io.inft.bytes.Blob;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A value as SQLite stores it.
 *
 * @param number an integer, or the bits of a real; 0 for others
 * @param bytes of a text, in the database's encoding, or of a blob; none for others
 */
public record StoredValue(Type type, long number, Blob bytes) {
  /** SQLite's storage classes, in the order in which they sort. Numbers sort among each other. */
  public enum Type {
    NULL,
    INTEGER,
    REAL,
    TEXT,
    BLOB
  }

  public static final StoredValue NULL = new StoredValue(Type.NULL, 0, Blob.EMPTY);

  public static StoredValue of(long integer) {
    return new StoredValue(Type.INTEGER, integer, Blob.EMPTY);
  }

  public static StoredValue of(double real) {
    return new StoredValue(Type.REAL, Double.doubleToRawLongBits(real), Blob.EMPTY);
  }

  /** A text in a database of this encoding. */
  public static StoredValue text(String text, Charset charset) {
    return text(text.getBytes(charset));
  }

  static StoredValue text(byte[] encoded) {
    return new StoredValue(Type.TEXT, 0, Blob.of(encoded));
  }

  public static StoredValue blob(byte[] bytes) {
    return new StoredValue(Type.BLOB, 0, Blob.of(bytes));
  }

  static StoredValue ofObject(@Nullable Object value) {
    if (value instanceof Long || value instanceof Integer || value instanceof Short) {
      return of(((Number) value).longValue());
    }
    if (value instanceof Float real && !real.isNaN()) {
      return of(real.doubleValue());
    }
    if (value instanceof Double real && !real.isNaN()) {
      return of(real.doubleValue());
    }
    if (value instanceof String text) {
      return text(text, StandardCharsets.UTF_8);
    }
    if (value instanceof byte[] bytes) {
      return blob(bytes);
    }
    throw new IllegalArgumentException(
        "a key has whole numbers, reals, texts and bytes, not " + value);
  }

  /** A real. */
  public double real() {
    return Double.longBitsToDouble(number);
  }

  /** A text; what is none in this encoding is replaced by U+FFFD. */
  public String text(Charset charset) {
    return new String(bytes.toBytes(), charset);
  }

  boolean isNumber() {
    return type == Type.INTEGER || type == Type.REAL;
  }

  /** Of two numbers, exactly. */
  static int compareNumbers(StoredValue one, StoredValue other) {
    if (one.type == Type.INTEGER && other.type == Type.INTEGER) {
      return Long.compare(one.number, other.number);
    }
    double ofOne = one.type == Type.REAL ? one.real() : one.number;
    double ofOther = other.type == Type.REAL ? other.real() : other.number;
    if (Double.isInfinite(ofOne) || Double.isInfinite(ofOther)) {
      return Double.compare(ofOne, ofOther);
    }
    return one.exactly().compareTo(other.exactly());
  }

  private BigDecimal exactly() {
    return type == Type.REAL ? new BigDecimal(real()) : BigDecimal.valueOf(number);
  }
}
