package io.inft.bytes;

import io.inft.failure.CorruptObjectException;
import java.util.Arrays;

/**
 * Reads big-endian values and checks every length before it allocates. All failures are {@link
 * CorruptObjectException} and name what was being read and where. Not thread-safe.
 */
public final class ByteReader {
  private final String what;
  private final byte[] bytes;
  private final int end;
  private int position;

  /**
   * @param what names the thing being read, for messages: "commit object", "keyring"
   * @param bytes is not copied
   */
  public ByteReader(String what, byte[] bytes) {
    this(what, bytes, 0, bytes.length);
  }

  public ByteReader(String what, byte[] bytes, int offset, int length) {
    this.what = what;
    this.bytes = bytes;
    this.position = offset;
    this.end = Math.addExact(offset, length);
    if (offset < 0 || length < 0 || end > bytes.length) {
      throw new IllegalArgumentException("range outside the array");
    }
  }

  public int u8(String field) throws CorruptObjectException {
    return bytes[take(field, 1)] & 0xff;
  }

  public int u16(String field) throws CorruptObjectException {
    return (int) bigEndian(field, 2);
  }

  public long u32(String field) throws CorruptObjectException {
    return bigEndian(field, 4);
  }

  /** A u32 that must fit a Java int and be at most {@code max}. */
  public int u32(String field, int max) throws CorruptObjectException {
    long value = u32(field);
    if (value > max) {
      throw corrupt(field + " is " + value + ", at most " + max + " allowed");
    }
    return (int) value;
  }

  /** A u64; values above {@link Long#MAX_VALUE} are refused as corrupt. */
  public long u64(String field) throws CorruptObjectException {
    long value = bigEndian(field, 8);
    if (value < 0) {
      throw corrupt(field + " is above 2^63-1");
    }
    return value;
  }

  /** A {@link ByteWriter#varint}; one that is longer than it must be is refused as corrupt. */
  public long varint(String field) throws CorruptObjectException {
    return unsigned(field, 63);
  }

  /** So many bits, seven a byte, the lowest first; above 63 they come as a negative number. */
  private long unsigned(String field, int bits) throws CorruptObjectException {
    long value = 0;
    for (int shift = 0; shift < bits; shift += 7) {
      int next = u8(field);
      int fits = bits - shift < 7 ? (1 << (bits - shift)) - 1 : 0x7f;
      if ((next & 0x7f) > fits) {
        break;
      }
      value |= (long) (next & 0x7f) << shift;
      if (next <= 0x7f) {
        if (next == 0 && shift > 0) {
          throw corrupt(field + " is written longer than it is");
        }
        return value;
      }
    }
    throw corrupt(field + " is above 2^" + bits + "-1");
  }

  /** A {@link ByteWriter#zigzag}; a difference of two numbers that are not negative always fits. */
  public long zigzag(String field) throws CorruptObjectException {
    long value = unsigned(field, 64);
    return value >>> 1 ^ -(value & 1);
  }

  public byte[] bytes(String field, int count) throws CorruptObjectException {
    int at = take(field, count);
    return Arrays.copyOfRange(bytes, at, at + count);
  }

  public Digest digest(String field) throws CorruptObjectException {
    return Digest.of(bytes(field, Digest.BYTES));
  }

  public Address address(String field) throws CorruptObjectException {
    return Address.of(bytes(field, Address.BYTES));
  }

  /** Two bytes of length, then so many bytes, at most {@code max}. */
  public byte[] bytes16(String field, int max) throws CorruptObjectException {
    int count = u16(field + " length");
    if (count > max) {
      throw corrupt(field + " has " + count + " bytes, at most " + max + " allowed");
    }
    return bytes(field, count);
  }

  /** Four bytes of length, then so many bytes, at most {@code max}. */
  public byte[] bytes32(String field, int max) throws CorruptObjectException {
    return bytes(field, u32(field + " length", max));
  }

  /** Where the next read begins, counted from the start of the array. */
  public int position() {
    return position;
  }

  public int remaining() {
    return end - position;
  }

  /** Refuses bytes after the last field: one encoding a value. */
  public void end() throws CorruptObjectException {
    if (remaining() != 0) {
      throw corrupt(remaining() + " bytes too many at the end");
    }
  }

  /** The failure to throw for a value that was read well but is not allowed. */
  public CorruptObjectException corrupt(String reason) {
    return new CorruptObjectException(what, position, reason);
  }

  private long bigEndian(String field, int count) throws CorruptObjectException {
    int at = take(field, count);
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = (value << 8) | (bytes[at + i] & 0xff);
    }
    return value;
  }

  private int take(String field, int count) throws CorruptObjectException {
    if (count < 0 || count > remaining()) {
      throw corrupt(
          "ends inside " + field + ": " + count + " bytes needed, " + remaining() + " left");
    }
    int at = position;
    position += count;
    return at;
  }
}
