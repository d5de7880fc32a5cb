package io.inft.evm;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.rpc.JsonRpcSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Events that an endpoint sends over a WebSocket ({@code eth_subscribe}). */
final class SocketFeed implements LogFeed {
  /** A socket on which nothing came for so long is asked whether it still is one. */
  private static final long QUIET_NANOS = Duration.ofSeconds(15).toNanos();

  private static final int MAX_ID_CHARS = 100;

  private final JsonRpcSocket socket;
  private final Address contract;
  private String subscription;
  private long heardNanos = System.nanoTime();

  private SocketFeed(JsonRpcSocket socket, Address contract, String subscription) {
    this.socket = socket;
    this.contract = contract;
    this.subscription = subscription;
  }

  static SocketFeed open(JsonRpcSocket socket, Address contract, List<List<Digest>> topics)
      throws InftException {
    return new SocketFeed(socket, contract, subscribe(socket, contract, topics));
  }

  private static String subscribe(JsonRpcSocket socket, Address contract, List<List<Digest>> topics)
      throws InftException {
    JsonNode id = socket.call("eth_subscribe", "logs", LogSource.filter(contract, topics));
    return name("subscription", id);
  }

  /** What an endpoint calls something that it keeps: a text that goes back to it as it came. */
  static String name(String what, JsonNode id) throws CorruptObjectException {
    if (!id.isTextual() || id.textValue().isEmpty() || id.textValue().length() > MAX_ID_CHARS) {
      throw new CorruptObjectException(what, 0, "has no name of 1 to " + MAX_ID_CHARS + " letters");
    }
    return id.textValue();
  }

  @Override
  public void watch(List<List<Digest>> topics) throws InftException {
    String before = subscription;
    subscription = subscribe(socket, contract, topics);
    socket.call("eth_unsubscribe", before);
    heardNanos = System.nanoTime();
  }

  @Override
  public List<Told> next(Duration atMost) throws InftException {
    Optional<JsonNode> message = socket.next(atMost);
    if (message.isEmpty()) {
      if (System.nanoTime() - heardNanos > QUIET_NANOS) {
        socket.call("eth_chainId");
        heardNanos = System.nanoTime();
      }
      return List.of();
    }
    heardNanos = System.nanoTime();
    boolean isOurs = message.get().path("subscription").asText().equals(subscription);
    return isOurs ? List.of(LogSource.told(message.get().path("result"))) : List.of();
  }

  @Override
  public void close() {
    socket.close();
  }
}
