package io.inft.evm;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.WrongChainException;
import io.inft.rpc.JsonFields;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.JsonRpcSocket;
import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The ways in which the endpoints of a chain tell of new events. Two are equal when they are the
 * same endpoints. Safe for many threads.
 */
public final class LogSource {
  /** Who tells waits for nobody: a call that is not answered soon is answered by none. */
  static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  private static final int MAX_ANSWER_BYTES = 1 << 20;

  /** How the events come: the endpoint sends them, or keeps them until it is asked. */
  public enum Way {
    SUBSCRIPTION,
    FILTER
  }

  private final Chain chain;
  private final JsonRpc rpc;
  private final List<URI> sockets;

  LogSource(Chain chain, JsonRpc rpc, List<URI> sockets) {
    this.chain = chain;
    this.rpc = rpc;
    this.sockets = List.copyOf(sockets);
  }

  /** Those that can be tried, the quickest first. */
  public List<Way> ways() {
    return sockets.isEmpty() ? List.of(Way.FILTER) : List.of(Way.SUBSCRIPTION, Way.FILTER);
  }

  /**
   * Begins to be told.
   *
   * @param attempt counts the attempts; of several endpoints they take turns
   * @param topics by position, which values are wanted; an empty list takes anything
   * @throws InftException the endpoint cannot, or does not answer
   */
  public LogFeed open(Way way, int attempt, Address contract, List<List<Digest>> topics)
      throws InftException {
    if (way == Way.SUBSCRIPTION) {
      return subscribed(sockets.get(Math.floorMod(attempt, sockets.size())), contract, topics);
    }
    RpcSettings bounds = new RpcSettings(CALL_TIMEOUT, MAX_ANSWER_BYTES, RetryRule.ONCE);
    return FilterFeed.open(rpc.atCurrentOnly(bounds), contract, topics);
  }

  private LogFeed subscribed(URI address, Address contract, List<List<Digest>> topics)
      throws InftException {
    JsonRpcSocket socket = JsonRpcSocket.open(address, CALL_TIMEOUT);
    boolean complete = false;
    try {
      long found = JsonFields.quantityLong("chain id", socket.call("eth_chainId"));
      if (found != chain.chainId()) {
        throw new WrongChainException(
            socket.describe(), "chain id " + chain.chainId(), "chain id " + found);
      }
      SocketFeed feed = SocketFeed.open(socket, contract, topics);
      complete = true;
      return feed;
    } finally {
      if (!complete) {
        socket.close();
      }
    }
  }

  static Map<String, Object> filter(Address contract, List<List<Digest>> topics) {
    List<Object> wanted = new ArrayList<>();
    for (List<Digest> values : topics) {
      wanted.add(values.isEmpty() ? null : values.stream().map(Digest::toString).toList());
    }
    Map<String, Object> filter = new LinkedHashMap<>();
    filter.put("address", contract.toString());
    filter.put("topics", wanted);
    return filter;
  }

  static LogFeed.Told told(JsonNode log) throws CorruptObjectException {
    return new LogFeed.Told(ChainAnswers.log(log), log.path("removed").asBoolean());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogSource that
        && rpc.addresses().equals(that.rpc.addresses())
        && sockets.equals(that.sockets);
  }

  @Override
  public int hashCode() {
    return Objects.hash(rpc.addresses(), sockets);
  }

  /** Without keys. */
  @Override
  public String toString() {
    return rpc.describe();
  }
}
