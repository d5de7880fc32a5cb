package io.inft.seal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Seals what is written, a chunk at a time. A full chunk waits until more comes, because the last
 * one must be marked. Not thread-safe.
 */
final class SealingStream extends OutputStream {
  private final ObjectKey key;
  private final OutputStream to;

  // Mutable: the chunk being filled, and where we are.
  private final byte[] pending = new byte[SealFormat.PLAIN_BYTES];
  private int filled;
  private long chunk;
  private boolean headerWritten;
  private boolean broken;
  private boolean closed;

  SealingStream(ObjectKey key, OutputStream to) {
    this.key = key;
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
        emit(true);
      }
    }
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
