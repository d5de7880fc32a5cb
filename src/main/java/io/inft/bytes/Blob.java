package io.inft.bytes;

import java.util.Arrays;
import java.util.HexFormat;

/** Any number of bytes as an immutable value with equality, for records. Not for secrets. */
public final class Blob {
  public static final Blob EMPTY = new Blob(new byte[0]);

  private final byte[] value;

  private Blob(byte[] value) {
    this.value = value;
  }

  /** Copies the bytes in. */
  public static Blob of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Blob(Copies.of(bytes));
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return value.clone();
  }

  public int sizeBytes() {
    return value.length;
  }

  public boolean isEmpty() {
    return value.length == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Blob that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** Hex digits, shortened after 32 bytes. */
  @Override
  public String toString() {
    int shown = Math.min(32, value.length);
    String hex = HexFormat.of().formatHex(value, 0, shown);
    return shown == value.length ? hex : hex + "… (" + value.length + " bytes)";
  }
}
