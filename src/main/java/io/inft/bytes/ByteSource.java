package io.inft.bytes;

import io.inft.failure.InftException;

/**
 * Bytes of known length that can be read in any order: an array, a file, an object on a network,
 * the plaintext of a sealed object. Safe for use by many threads at once.
 *
 * <h2>Small API</h2>
 *
 * There is no stream and no close: whoever opened what lies beneath closes it. A read returns
 * exactly what was asked for or throws; bytes that fail their check never leave a source.
 */
public interface ByteSource {
  long sizeBytes();

  /**
   * Reads {@code length} bytes from {@code offset}.
   *
   * @throws IllegalArgumentException if the range is not inside the source
   * @throws InftException if the bytes cannot be had or are not what they must be
   */
  byte[] read(long offset, int length) throws InftException;

  /**
   * Reads into the caller's array; a source that can does it without another array between. After a
   * failure the array holds anything.
   */
  default void read(long offset, byte[] target, int at, int length) throws InftException {
    System.arraycopy(read(offset, length), 0, target, at, length);
  }

  /**
   * This source for one thread that reads mostly in order and close by: it may keep a buffer of its
   * own. Where that saves nothing it is this source itself.
   */
  default ByteSource sequential() {
    return this;
  }

  /** The whole content, refused when it is longer than {@code maxBytes}. */
  default byte[] readAll(int maxBytes) throws InftException {
    if (sizeBytes() > maxBytes) {
      throw new io.inft.failure.CorruptObjectException(
          "object", 0, "has " + sizeBytes() + " bytes, at most " + maxBytes + " allowed");
    }
    return read(0, (int) sizeBytes());
  }

  /** A view of part of this source. */
  default ByteSource slice(long offset, long length) {
    ByteSource whole = this;
    checkRange(offset, length, sizeBytes());
    return new ByteSource() {
      @Override
      public long sizeBytes() {
        return length;
      }

      @Override
      public byte[] read(long from, int count) throws InftException {
        checkRange(from, count, length);
        return whole.read(offset + from, count);
      }

      @Override
      public void read(long from, byte[] target, int at, int count) throws InftException {
        checkRange(from, count, length);
        whole.read(offset + from, target, at, count);
      }
    };
  }

  /** A source over an array, which is not copied and must not change. */
  static ByteSource of(byte[] bytes) {
    return new ByteSource() {
      @Override
      public long sizeBytes() {
        return bytes.length;
      }

      @Override
      public byte[] read(long offset, int length) {
        checkRange(offset, length, bytes.length);
        return java.util.Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
      }

      @Override
      public void read(long offset, byte[] target, int at, int length) {
        checkRange(offset, length, bytes.length);
        System.arraycopy(bytes, (int) offset, target, at, length);
      }
    };
  }

  private static void checkRange(long offset, long length, long size) {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw new IllegalArgumentException(
          "range " + offset + "+" + length + " is outside " + size + " bytes");
    }
  }
}
