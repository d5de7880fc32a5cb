package io.inft.store.zerog;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.RpcErrorException;
import io.inft.rpc.JsonFields;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Speaks {@code indexer_*}: which nodes there are and which of them have a file. */
final class Indexer {
  private static final int MAX_NODES = 10_000;
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int APPLICATION_ERROR = -32000;

  private final JsonRpc rpc;

  Indexer(URI address, RpcSettings settings) {
    this.rpc = JsonRpc.at(address, settings);
  }

  String describe() {
    return rpc.describe();
  }

  /**
   * What an indexer lists.
   *
   * @param trusted nodes its operator chose
   * @param discovered nodes that made themselves known: strangers, any number of them
   */
  record Listed(List<KnownNode> trusted, List<KnownNode> discovered) {
    Listed {
      trusted = List.copyOf(trusted);
      discovered = List.copyOf(discovered);
    }

    Listed without(Collection<URI> dropped) {
      return new Listed(without(trusted, dropped), without(discovered, dropped));
    }

    private static List<KnownNode> without(List<KnownNode> nodes, Collection<URI> dropped) {
      return nodes.stream().filter(node -> !dropped.contains(node.address())).toList();
    }
  }

  /** All nodes it knows. */
  Listed nodes() throws InftException {
    return both(rpc.call("indexer_getShardedNodes"));
  }

  /**
   * Nodes it has chosen so that every segment has {@code replicas}; empty if it could not. Older
   * indexers do not know this method, then all nodes are returned for choosing here.
   */
  Listed selected(int replicas, Collection<URI> dropped) throws InftException {
    List<String> urls = dropped.stream().map(URI::toString).toList();
    try {
      return both(rpc.call("indexer_getSelectedNodes", replicas, "min", true, urls));
    } catch (RpcErrorException e) {
      if (e.code() == METHOD_NOT_FOUND) {
        return nodes().without(dropped);
      }
      if (e.code() == APPLICATION_ERROR) {
        return new Listed(List.of(), List.of());
      }
      throw e;
    }
  }

  /** Nodes that have the whole file; empty if it knows none (yet). */
  List<KnownNode> locations(Digest root) throws InftException {
    try {
      return list("locations", rpc.call("indexer_getFileLocations", root.toString()));
    } catch (RpcErrorException e) {
      if (e.code() == APPLICATION_ERROR) { // "file not found" and the like
        return List.of();
      }
      throw e;
    }
  }

  private static Listed both(JsonNode answer) throws CorruptObjectException {
    return new Listed(
        list("trusted", answer.path("trusted")), list("discovered", answer.path("discovered")));
  }

  /** Lists may be null; a node without a sound address or shard is left out. */
  private static List<KnownNode> list(String what, JsonNode array) throws CorruptObjectException {
    List<KnownNode> nodes = new ArrayList<>();
    if (array.isNull() || array.isMissingNode()) {
      return nodes;
    }
    if (!array.isArray() || array.size() > MAX_NODES) {
      throw new CorruptObjectException("answer of the indexer", 0, what + " is no list of nodes");
    }
    for (JsonNode node : array) {
      JsonFields fields = new JsonFields("node of the indexer", node);
      URI address;
      try {
        address = URI.create(fields.text("url"));
      } catch (IllegalArgumentException e) {
        continue;
      }
      JsonNode config = node.path("config");
      long id = config.path("shardId").asLong(-1);
      long count = config.path("numShard").asLong(-1);
      boolean isHttp = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (isHttp && address.getHost() != null && ShardConfig.isValid(id, count)) {
        nodes.add(new KnownNode(address, new ShardConfig(id, count)));
      }
    }
    return nodes;
  }
}
