package io.inft.rpc;

import java.io.IOException;
import java.net.http.WebSocket;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whole messages of a WebSocket, at most as many as were asked for and none longer than it may be.
 * One thread of the socket puts them, another one takes them.
 */
final class SocketInbox implements WebSocket.Listener {
  private static final int MOST_CHARS = 64 << 10;

  /** So many messages may lie here. */
  private static final int MOST_MESSAGES = 64;

  /** A text that came, or why nothing comes any more. */
  private record Arrival(@Nullable String text, String end) {}

  private final BlockingQueue<Arrival> arrived = new LinkedBlockingQueue<>();

  // Used by the socket's thread alone.
  private final StringBuilder part = new StringBuilder();

  // Used by the reading thread alone.
  private @Nullable String ended;

  @Override
  public void onOpen(WebSocket socket) {
    socket.request(MOST_MESSAGES);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
    if (part.length() + text.length() > MOST_CHARS) {
      end("a message is longer than " + MOST_CHARS + " characters");
      socket.abort();
      return null;
    }
    part.append(text);
    if (last) {
      arrived.add(new Arrival(part.toString(), ""));
      part.setLength(0);
      part.trimToSize();
    } else {
      socket.request(1);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
    end("the server closed it with status " + status);
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable failure) {
    end(String.valueOf(failure));
  }

  private void end(String why) {
    arrived.add(new Arrival(null, why));
  }

  /**
   * The next message; empty if none comes in time.
   *
   * @throws IOException none comes any more
   */
  Optional<String> next(long nanos, WebSocket socket) throws IOException, InterruptedException {
    if (ended != null) {
      throw new IOException(ended);
    }
    Arrival next = arrived.poll(nanos, TimeUnit.NANOSECONDS);
    if (next == null) {
      return Optional.empty();
    }
    String text = next.text();
    if (text == null) {
      ended = next.end();
      throw new IOException(ended);
    }
    socket.request(1);
    return Optional.of(text);
  }
}
