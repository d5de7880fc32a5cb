package io.inft.cli.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of a stream that are messages of the protocol. The SDK stops listening for good at a
 * line that is none, or is too long, and its process would stay and answer nobody; here such a line
 * is passed over. Its end is told when all requests are answered. To be read by one thread.
 */
final class MessageLines extends InputStream {
  private static final Logger LOG = LoggerFactory.getLogger(MessageLines.class);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final InputStream in;
  private final CountDownLatch ended;
  private final McpJsonMapper json = Serving.json();

  // Mutable: the line that is being handed out, and how far.
  private byte[] line = {};
  private int at;

  // Mutable, under the lock of this object: requests that are not answered.
  private long open;

  /**
   * @param ended is told when there is no more
   */
  MessageLines(InputStream in, CountDownLatch ended) {
    this.in = new BufferedInputStream(in);
    this.ended = ended;
  }

  @Override
  public int read() throws IOException {
    return fill() ? line[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, line.length - at);
    System.arraycopy(line, at, bytes, offset, count);
    at += count;
    return count;
  }

  /** Whether there is a byte to hand out. */
  private boolean fill() throws IOException {
    while (at == line.length) {
      ByteArrayOutputStream next = new ByteArrayOutputStream();
      long length = 0;
      int read = in.read();
      while (read >= 0 && read != '\n') {
        length++;
        if (length <= Serving.MAX_MESSAGE_BYTES) {
          next.write(read);
        }
        read = in.read();
      }
      if (isMessage(next, length)) {
        next.write('\n');
        line = next.toByteArray();
        at = 0;
      } else if (read < 0) {
        awaitAnswers();
        ended.countDown();
        return false;
      }
    }
    return true;
  }

  /** The other direction, where each line is the answer to a request. */
  OutputStream answers(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(int value) throws IOException {
        out.write(value);
        count(value == '\n' ? -1 : 0);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        for (int i = offset; i < offset + length; i++) {
          count(bytes[i] == '\n' ? -1 : 0);
        }
      }
    };
  }

  private synchronized void count(int more) {
    open += more;
    if (more < 0) {
      notifyAll();
    }
  }

  /** The SDK drops what it has not answered when its input ends. */
  private synchronized void awaitAnswers() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (long left = PATIENCE.toMillis(); open > 0 && left > 0; ) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while calls were at work");
    }
  }

  private boolean isMessage(ByteArrayOutputStream bytes, long length) {
    if (length > Serving.MAX_MESSAGE_BYTES) {
      LOG.warn("a line of {} bytes is passed over: a message has at most 1 MiB", length);
      return false;
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    if (text.isBlank()) {
      return false;
    }
    try {
      if (McpSchema.deserializeJsonRpcMessage(json, text) instanceof McpSchema.JSONRPCRequest) {
        count(1);
      }
      return true;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("a line of {} bytes is passed over: it is no message of the protocol", length);
      return false;
    }
  }
}
