package io.inft.rpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** An answer as it comes, up to a greatest length. Used by one thread at a time. */
final class Collected {
  private static final int MAX_FIRST_BYTES = 1 << 20;

  private final int maxBytes;
  private byte[] bytes;
  private int length;

  /**
   * @param expectedBytes how long it may become, as the server says; only believed a little
   */
  Collected(int maxBytes, long expectedBytes) {
    this.maxBytes = maxBytes;
    long believed = Math.max(0, Math.min(expectedBytes, MAX_FIRST_BYTES));
    this.bytes = new byte[(int) Math.min(maxBytes, believed)];
  }

  /**
   * Takes what the buffer has.
   *
   * @throws IOException it would become too long
   */
  void add(ByteBuffer buffer) throws IOException {
    int count = buffer.remaining();
    expect(count);
    if (count > bytes.length - length) {
      grow(length + (long) count);
    }
    buffer.get(bytes, length, count);
    length += count;
  }

  /**
   * Says that so many bytes are to come.
   *
   * @throws IOException it would become too long
   */
  void expect(long count) throws IOException {
    if (count > maxBytes - length) {
      throw new IOException("the answer is longer than " + maxBytes + " bytes");
    }
  }

  /** Room for some of the bytes that are expected; what was put there is {@link #came}. */
  ByteBuffer room(long atMost) {
    if (length == bytes.length) {
      grow(length + 1L);
    }
    return ByteBuffer.wrap(bytes, length, (int) Math.min(atMost, bytes.length - length));
  }

  void came(int count) {
    length += count;
  }

  private void grow(long least) {
    long roomier = Math.max(least, 2L * bytes.length);
    bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, roomier));
  }

  byte[] toBytes() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
