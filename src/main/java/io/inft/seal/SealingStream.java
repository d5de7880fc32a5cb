package io.inft.seal;

import io.inft.bytes.ByteWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Seals what is written, a chunk at a time. A full chunk waits until more comes, because the last
 * one must be marked. Not thread-safe.
 */
final class SealingStream extends OutputStream {
  private static final byte[] ZEROS = new byte[1 << 13];

  private final ObjectKey key;
  private final Padding padding;
  private final OutputStream to;

  // Mutable: the chunk being filled, and where we are.
  private final byte[] pending = new byte[SealFormat.PLAIN_BYTES];
  private int filled;
  private long written;
  private long chunk;
  private boolean headerWritten;
  private boolean broken;
  private boolean closed;

  SealingStream(ObjectKey key, Padding padding, OutputStream to) {
    this.key = key;
    this.padding = padding;
    this.to = to;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (closed || broken) {
      throw new IOException(closed ? "the sealing was finished" : "an earlier write failed");
    }
    take(bytes, offset, length);
  }

  private void take(byte[] bytes, int offset, int length) throws IOException {
    written += length;
    int done = 0;
    while (done < length) {
      if (filled == SealFormat.plainBytes(chunk)) {
        emit(false);
      }
      int count = Math.min(length - done, SealFormat.plainBytes(chunk) - filled);
      System.arraycopy(bytes, offset + done, pending, filled, count);
      filled += count;
      done += count;
    }
  }

  /** Seals the last chunk and closes what lies beneath; after a failed write only the latter. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (to) {
      if (!broken) {
        pad();
        emit(true);
      }
    }
  }

  private void pad() throws IOException {
    if (padding == Padding.NONE) {
      return;
    }
    if (written > Padding.MOST_CONTENT_BYTES) {
      throw new IOException("more than " + Padding.MOST_CONTENT_BYTES + " bytes to seal and pad");
    }
    long zeros = padding.plainSizeBytes(written) - written - SealFormat.PADDING_LENGTH_BYTES;
    for (long left = zeros; left > 0; left -= ZEROS.length) {
      take(ZEROS, 0, (int) Math.min(left, ZEROS.length));
    }
    byte[] length = new ByteWriter(SealFormat.PADDING_LENGTH_BYTES).u64(zeros).toBytes();
    take(length, 0, length.length);
  }

  private void emit(boolean last) throws IOException {
    broken = true;
    if (chunk >= SealFormat.MAX_CHUNKS - (last ? 0 : 1)) {
      throw new IOException("more than " + SealFormat.MAX_PLAIN_BYTES + " bytes to seal");
    }
    if (!headerWritten) {
      to.write(key.header());
      headerWritten = true;
    }
    to.write(key.seal(chunk, last, pending, 0, filled));
    broken = false;
    filled = 0;
    chunk++;
  }
}
