package io.inft.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.JsonMappers;
import io.inft.failure.InftException;
import io.inft.failure.RpcUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket to a JSON-RPC 2.0 server, for what the server tells without being asked. One that
 * broke stays broken. Messages are taken from the server no faster than they are read here, so a
 * flood waits at the server. For one thread; {@link #close} may come from any.
 */
public final class JsonRpcSocket implements AutoCloseable {
  private static final ObjectMapper JSON = JsonMappers.plain();

  /** What came while an answer was waited for. A server that says more meanwhile floods. */
  private static final int MOST_ASIDE = 1_000;

  private final URI address;
  private final Duration callTimeout;
  private final SocketInbox inbox;
  private final WebSocket socket;
  private final Deque<JsonNode> aside = new ArrayDeque<>();
  private long lastId;

  private JsonRpcSocket(URI address, Duration callTimeout, SocketInbox inbox, WebSocket socket) {
    this.address = address;
    this.callTimeout = callTimeout;
    this.inbox = inbox;
    this.socket = socket;
  }

  /** Whether an address is one of a WebSocket, which has no fragment (RFC 6455, section 3). */
  public static boolean isAddress(URI address) {
    String scheme = address.getScheme();
    return address.getHost() != null
        && address.getFragment() == null
        && ("ws".equals(scheme) || "wss".equals(scheme));
  }

  /**
   * Connects.
   *
   * @param callTimeout how long connecting and each call may take
   * @throws RpcUnavailableException it does not succeed
   */
  public static JsonRpcSocket open(URI address, Duration callTimeout) throws InftException {
    if (!isAddress(address)) {
      throw new IllegalArgumentException("no ws or wss address: " + JsonRpc.shown(address));
    }
    SocketInbox inbox = new SocketInbox();
    CompletableFuture<WebSocket> opening = Connections.shared().socket(address, inbox);
    boolean opened = false;
    try {
      WebSocket socket = await(opening, callTimeout, address, "a WebSocket");
      opened = true;
      return new JsonRpcSocket(address, callTimeout, inbox, socket);
    } finally {
      if (!opened) {
        CompletableFuture<Void> unused = opening.thenAccept(WebSocket::abort);
      }
    }
  }

  private static <T> T await(CompletableFuture<T> what, Duration atMost, URI address, String method)
      throws RpcUnavailableException {
    try {
      return what.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw JsonRpc.unavailable(address, method, "not within " + atMost, e);
    } catch (ExecutionException e) {
      throw JsonRpc.unavailable(address, method, String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw JsonRpc.unavailable(address, method, "interrupted", e);
    }
  }

  /**
   * Calls a method with positional parameters and waits for the answer.
   *
   * @throws io.inft.failure.RpcErrorException the server answered with an error
   * @throws RpcUnavailableException it did not answer in time, or the socket is broken
   */
  public JsonNode call(String method, @Nullable Object... parameters) throws InftException {
    long id = ++lastId;
    String body = new String(JsonRpc.encode(id, method, parameters), StandardCharsets.UTF_8);
    await(socket.sendText(body, true), callTimeout, address, method);
    long deadline = System.nanoTime() + callTimeout.toNanos();
    while (true) {
      long left = deadline - System.nanoTime();
      Optional<JsonNode> message = left > 0 ? message(method, left) : Optional.empty();
      if (message.isEmpty()) { // whatever else it goes on saying
        throw JsonRpc.unavailable(address, method, "no answer within " + callTimeout, null);
      }
      if (!message.get().has("method")) {
        JsonNode answered = message.get().path("id");
        if (answered.canConvertToLong() && answered.longValue() == id) {
          return JsonRpc.result(message.get(), false, address, method, id);
        }
      } else if (aside.size() < MOST_ASIDE) {
        aside.add(message.get());
      } else {
        throw JsonRpc.unavailable(address, method, "it says too much else meanwhile", null);
      }
    }
  }

  /**
   * The parameters of the next thing that the server tells; empty if it tells nothing in time.
   *
   * @throws RpcUnavailableException the socket is broken, or what came is no JSON
   */
  public Optional<JsonNode> next(Duration atMost) throws RpcUnavailableException {
    JsonNode before = aside.poll();
    Optional<JsonNode> message =
        before != null ? Optional.of(before) : message("a message", atMost.toNanos());
    return message.map(found -> found.path("params"));
  }

  private Optional<JsonNode> message(String method, long nanos) throws RpcUnavailableException {
    try {
      Optional<String> text = inbox.next(nanos, socket);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(JSON.readTree(text.get()));
    } catch (IOException e) {
      throw JsonRpc.unavailable(address, method, String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw JsonRpc.unavailable(address, method, "interrupted", e);
    }
  }

  /** The server, without path, query or user. */
  public String describe() {
    return JsonRpc.shown(address);
  }

  /** Ends it at once, without a word to the server. */
  @Override
  public void close() {
    socket.abort();
  }
}
