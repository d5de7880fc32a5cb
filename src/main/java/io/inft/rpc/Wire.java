package io.inft.rpc;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * A socket whose every wait ends at a deadline or when the thread is interrupted. Used by one
 * thread at a time.
 */
final class Wire implements AutoCloseable {
  private static final int BUFFER_BYTES = 8 << 10;

  /** Java copies what is read through a buffer of this length that it keeps with the thread. */
  private static final int PIECE_BYTES = 64 << 10;

  private final LongSupplier nanoClock;
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final ByteBuffer arrived = ByteBuffer.allocate(BUFFER_BYTES).flip();
  private final long bornNanos;
  private long deadline;
  private boolean hasBegun;

  private Wire(LongSupplier nanoClock, SocketChannel channel, Selector selector)
      throws IOException {
    this.bornNanos = nanoClock.getAsLong();
    this.nanoClock = nanoClock;
    this.channel = channel;
    this.selector = selector;
    channel.configureBlocking(false);
    this.key = channel.register(selector, 0);
  }

  /**
   * Connects.
   *
   * @param atMost how long that may take, whatever the deadline
   */
  static Wire to(String host, int port, LongSupplier nanoClock, long deadline, Duration atMost)
      throws IOException, TimeoutException, InterruptedException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new UnknownHostException(host);
    }
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Selector selector = Selector.open();
      try {
        Wire wire = new Wire(nanoClock, channel, selector);
        wire.connect(address, deadline, nanoClock.getAsLong() + atMost.toNanos());
        return wire;
      } catch (IOException | TimeoutException | InterruptedException | RuntimeException e) {
        selector.close();
        throw e;
      }
    } catch (IOException | TimeoutException | InterruptedException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void connect(InetSocketAddress address, long whole, long own)
      throws IOException, TimeoutException, InterruptedException {
    boolean isOwnFirst = own - whole < 0;
    deadline = isOwnFirst ? own : whole;
    if (channel.connect(address)) {
      return;
    }
    try {
      do {
        await(SelectionKey.OP_CONNECT);
      } while (!channel.finishConnect());
    } catch (TimeoutException e) {
      if (isOwnFirst) {
        throw (IOException) new ConnectException("no connection in time").initCause(e);
      }
      throw e;
    }
  }

  boolean isYoungerThan(Duration age) {
    return nanoClock.getAsLong() - bornNanos < age.toNanos();
  }

  /** What follows is another exchange, which ends at this time of the clock. */
  void begin(long endNanos) {
    deadline = endNanos;
    hasBegun = false;
  }

  /** Whether anything of the answer came. */
  boolean hasBegun() {
    return hasBegun;
  }

  private void await(int operation) throws IOException, TimeoutException, InterruptedException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - nanoClock.getAsLong());
    if (left <= 0) {
      throw new TimeoutException();
    }
    key.interestOps(operation);
    int ready = selector.select(left);
    selector.selectedKeys().clear();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (ready == 0) {
      throw new TimeoutException();
    }
  }

  void write(ByteBuffer bytes) throws IOException, TimeoutException, InterruptedException {
    while (bytes.hasRemaining()) {
      int end = bytes.limit();
      bytes.limit(Math.min(end, bytes.position() + PIECE_BYTES));
      int written = channel.write(bytes);
      bytes.limit(end);
      if (written == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
  }

  /** Some bytes, at least one; -1 at the end. */
  private int read(ByteBuffer to) throws IOException, TimeoutException, InterruptedException {
    to.limit(Math.min(to.limit(), to.position() + PIECE_BYTES));
    int count = channel.read(to);
    while (count == 0) {
      await(SelectionKey.OP_READ);
      count = channel.read(to);
    }
    hasBegun |= count > 0;
    return count;
  }

  /** Whether there is more, which is waited for; false at the end. */
  private boolean more() throws IOException, TimeoutException, InterruptedException {
    if (!arrived.hasRemaining()) {
      read(arrived.clear());
      arrived.flip();
    }
    return arrived.hasRemaining();
  }

  /** Whether nothing came behind what was read. */
  boolean isRead() {
    return !arrived.hasRemaining();
  }

  /** A line without its end. */
  String line(int maxBytes) throws IOException, TimeoutException, InterruptedException {
    StringBuilder line = new StringBuilder();
    while (more()) {
      char next = (char) (arrived.get() & 0xff);
      if (next == '\n') {
        int end = line.length();
        return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
      }
      if (line.length() == maxBytes) {
        throw new IOException("a line of the answer's head is longer than " + maxBytes + " bytes");
      }
      line.append(next);
    }
    throw new EOFException(
        hasBegun ? "the answer ended in its head" : "the server hung up, no bytes came");
  }

  /** Reads all there is until the other side ends it. */
  void readToEnd(Collected to) throws IOException, TimeoutException, InterruptedException {
    while (more()) {
      to.add(arrived);
    }
  }

  /** Reads so many bytes into an answer. */
  void read(long count, Collected to) throws IOException, TimeoutException, InterruptedException {
    to.expect(count);
    long left = count;
    while (left > 0) {
      if (arrived.hasRemaining()) {
        ByteBuffer piece = arrived.slice();
        piece.limit((int) Math.min(left, piece.remaining()));
        left -= piece.remaining();
        arrived.position(arrived.position() + piece.remaining());
        to.add(piece);
      } else {
        int came = read(to.room(left));
        if (came < 0) {
          throw new EOFException("the answer ended " + left + " bytes early");
        }
        to.came(came);
        left -= came;
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      selector.close();
    }
  }
}
