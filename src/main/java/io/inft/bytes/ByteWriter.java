package io.inft.bytes;

import java.util.Arrays;

/** Grows a big-endian byte array. Not thread-safe. */
public final class ByteWriter {
  private byte[] buffer;
  private int size;

  public ByteWriter() {
    this(256);
  }

  public ByteWriter(int expectedSizeBytes) {
    buffer = new byte[Math.max(16, expectedSizeBytes)];
  }

  private int grow(int count) {
    int at = size;
    int needed = Math.addExact(size, count);
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, buffer.length * 2));
    }
    size = needed;
    return at;
  }

  public ByteWriter u8(int value) {
    require(value >= 0 && value <= 0xff, "u8", value);
    int at = grow(1);
    buffer[at] = (byte) value;
    return this;
  }

  public ByteWriter u16(int value) {
    require(value >= 0 && value <= 0xffff, "u16", value);
    return bigEndian(value, 2);
  }

  public ByteWriter u32(long value) {
    require(value >= 0 && value <= 0xffff_ffffL, "u32", value);
    return bigEndian(value, 4);
  }

  /** Writes a non-negative long; this project uses no value above {@link Long#MAX_VALUE}. */
  public ByteWriter u64(long value) {
    require(value >= 0, "u64", value);
    return bigEndian(value, 8);
  }

  public ByteWriter bytes(byte[] value) {
    return bytes(value, 0, value.length);
  }

  public ByteWriter bytes(byte[] value, int offset, int length) {
    int at = grow(length);
    System.arraycopy(value, offset, buffer, at, length);
    return this;
  }

  public ByteWriter digest(Digest value) {
    return bytes(value.toBytes());
  }

  public ByteWriter address(Address value) {
    return bytes(value.toBytes());
  }

  /** Seven bits a byte, the lowest first, the top bit set while more follow (LEB128). */
  public ByteWriter varint(long value) {
    require(value >= 0, "an unsigned number", value);
    return unsigned(value);
  }

  private ByteWriter unsigned(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      u8((int) (left & 0x7f) | 0x80);
      left >>>= 7;
    }
    return u8((int) left);
  }

  /**
   * A signed number as a varint that is short on both sides of zero: twice it, or its like below.
   */
  public ByteWriter zigzag(long value) {
    return unsigned(value << 1 ^ value >> 63);
  }

  /** Two bytes of length, then the bytes. */
  public ByteWriter bytes16(byte[] value) {
    return u16(value.length).bytes(value);
  }

  /** Four bytes of length, then the bytes. */
  public ByteWriter bytes32(byte[] value) {
    return u32(value.length).bytes(value);
  }

  public int size() {
    return size;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  private ByteWriter bigEndian(long value, int count) {
    int at = grow(count);
    for (int i = 0; i < count; i++) {
      buffer[at + i] = (byte) (value >>> (8 * (count - 1 - i)));
    }
    return this;
  }

  private static void require(boolean fits, String type, long value) {
    if (!fits) {
      throw new IllegalArgumentException(value + " does not fit " + type);
    }
  }
}
