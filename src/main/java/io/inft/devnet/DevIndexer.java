package io.inft.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Digest;
import io.inft.failure.LocalStorageException;
import io.inft.store.zerog.KnownNode;
import io.inft.store.zerog.NodeSelection;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A development indexer: it trusts a fixed list of nodes, and lists the others as discovered. */
public final class DevIndexer implements AutoCloseable {
  private static final int MAX_REQUEST_BYTES = 5 << 20;
  private static final long DISCOVERED_SINCE = 1_700_000_000;

  private final List<DevNode> nodes;
  private final List<DevStranger> strangers;
  private final CallTally calls = new CallTally();
  private final Misbehaviour misbehaviour = new Misbehaviour();
  private final RpcServer server;

  DevIndexer(int port, List<DevNode> nodes, List<DevStranger> strangers)
      throws LocalStorageException {
    this.nodes = List.copyOf(nodes);
    this.strangers = List.copyOf(strangers);
    this.server =
        RpcServer.start(
            "inft-indexer",
            port,
            MAX_REQUEST_BYTES,
            new RpcServer.Site(misbehaviour, this::call, calls));
  }

  public URI address() {
    return server.address();
  }

  /** Switches for what this indexer shall do wrong. */
  public Misbehaviour misbehaviour() {
    return misbehaviour;
  }

  /** What it was asked so far. */
  public CallTally calls() {
    return calls;
  }

  private @Nullable Object call(String method, JsonNode parameters) throws RpcFault {
    return switch (method) {
      case "indexer_getShardedNodes" -> lists(visible(method), strangers);
      case "indexer_getSelectedNodes" -> selected(method, parameters);
      case "indexer_getFileLocations" -> locations(method, parameters);
      case "indexer_getNodeLocations" -> Map.of();
      default -> throw RpcFault.unknownMethod();
    };
  }

  private List<DevNode> visible(String method) {
    if (misbehaviour.does(Misbehaviour.Kind.NO_NODES, method)) {
      return List.of();
    }
    return misbehaviour.does(Misbehaviour.Kind.INCOMPLETE_SHARDS, method)
        ? nodes.subList(0, 1)
        : nodes;
  }

  private Object selected(String method, JsonNode parameters) throws RpcFault {
    if (misbehaviour.does(Misbehaviour.Kind.OLD, method)) {
      throw RpcFault.unknownMethod();
    }
    List<String> dropped = new ArrayList<>();
    parameters.path(3).forEach(url -> dropped.add(url.asText()));
    Map<KnownNode, DevNode> candidates = new LinkedHashMap<>();
    for (DevNode node : visible(method)) {
      if (!dropped.contains(node.address().toString())) {
        candidates.put(new KnownNode(node.address(), node.shard()), node);
      }
    }
    NodeSelection.Order order =
        switch (parameters.path(1).asText()) {
          case "min" -> NodeSelection.Order.MIN;
          case "max" -> NodeSelection.Order.MAX;
          default -> NodeSelection.Order.GIVEN;
        };
    int replicas = Math.max(1, parameters.path(0).asInt(1));
    List<KnownNode> selected =
        NodeSelection.select(List.copyOf(candidates.keySet()), replicas, order);
    if (selected.isEmpty()) {
      throw RpcFault.application(
          "cannot select a subset from the returned nodes that meets the replication requirement");
    }
    List<DevNode> found = new ArrayList<>();
    for (KnownNode known : selected) {
      DevNode node = candidates.get(known);
      if (node != null) {
        found.add(node);
      }
    }
    return lists(found, List.of());
  }

  private @Nullable Object locations(String method, JsonNode parameters) throws RpcFault {
    Digest root;
    try {
      root = Digest.parse(parameters.path(0).asText());
    } catch (IllegalArgumentException e) {
      throw RpcFault.application("invalid root");
    }
    if (misbehaviour.does(Misbehaviour.Kind.NO_LOCATIONS, method)) {
      return null;
    }
    if (nodes.stream().noneMatch(node -> node.knows(root))) {
      throw RpcFault.application("file not found");
    }
    List<DevNode> holders = nodes.stream().filter(node -> node.hasWhole(root)).toList();
    List<KnownNode> known =
        holders.stream().map(node -> new KnownNode(node.address(), node.shard())).toList();
    boolean isWhole = !NodeSelection.select(known, 1, NodeSelection.Order.GIVEN).isEmpty();
    return isWhole ? list(holders) : null;
  }

  private static Object lists(List<DevNode> nodes, List<DevStranger> strangers) {
    List<Map<String, Object>> discovered =
        strangers.stream()
            .map(one -> json(one.address(), DevNode.shardJson(one.shard()), DISCOVERED_SINCE))
            .toList();
    Map<String, @Nullable Object> lists = new LinkedHashMap<>();
    lists.put("trusted", nodes.isEmpty() ? null : list(nodes));
    lists.put("discovered", discovered.isEmpty() ? null : discovered);
    return lists;
  }

  private static List<Map<String, Object>> list(List<DevNode> nodes) {
    return nodes.stream().map(node -> json(node.address(), node.shardJson(), 0)).toList();
  }

  private static Map<String, Object> json(URI address, Map<String, Object> shard, long since) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("url", address.toString());
    json.put("config", shard);
    json.put("latency", 1);
    json.put("since", since);
    return json;
  }

  @Override
  public void close() {
    server.close();
  }
}
