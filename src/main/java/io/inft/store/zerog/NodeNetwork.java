package io.inft.store.zerog;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.Chain;
import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.WrongChainException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The storage nodes of one network, found through its indexer or given as a list. A node is used
 * for writing only after it named the right chain and Flow contract. Safe for many threads.
 */
final class NodeNetwork {
  private final ZeroGSettings settings;
  private final Chain chain;
  private final Optional<Indexer> indexer;
  private final Set<URI> checked = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Address flow;

  NodeNetwork(ZeroGSettings settings, Chain chain) {
    this.settings = settings;
    this.chain = chain;
    this.indexer =
        settings.nodes().isEmpty()
            ? settings.indexer().map(address -> new Indexer(address, settings.rpc()))
            : Optional.empty();
    this.flow = settings.flow().orElse(null);
  }

  String describe() {
    return indexer
        .map(found -> "0G Storage at " + found.describe())
        .orElse("0G Storage on " + settings.nodes().size() + " nodes");
  }

  /** The Flow contract that the network's nodes follow. */
  Address flow() throws InftException {
    Address known = flow;
    if (known == null) {
      forWriting(Set.of());
      known = flow;
    }
    if (known == null) {
      throw new StoreUnavailableException(describe(), "find the Flow contract", null);
    }
    return known;
  }

  /**
   * Nodes that keep every segment as often as wanted.
   *
   * @param dropped nodes that failed and are not to be used
   * @throws StoreUnavailableException there are not enough nodes
   * @throws WrongChainException they belong to another network
   */
  List<StorageNode> forWriting(Collection<URI> dropped) throws InftException {
    List<InftException> failures = new ArrayList<>();
    List<URI> unusable = new ArrayList<>(dropped);
    while (true) {
      List<KnownNode> known =
          indexer.isPresent()
              ? indexer.get().selected(settings.replicas(), unusable)
              : fixed(unusable, failures);
      List<KnownNode> selected =
          NodeSelection.select(known, settings.replicas(), NodeSelection.Order.MIN);
      if (selected.isEmpty()) {
        throw notEnough(known, failures);
      }
      int before = unusable.size();
      List<StorageNode> nodes = new ArrayList<>();
      for (KnownNode candidate : selected) {
        StorageNode node = new StorageNode(candidate, settings.rpc());
        try {
          check(node);
          nodes.add(node);
        } catch (InftException e) {
          failures.add(e);
          unusable.add(candidate.address());
        }
      }
      if (unusable.size() == before) {
        return nodes;
      }
    }
  }

  private InftException notEnough(List<KnownNode> known, List<InftException> failures) {
    for (InftException failure : failures) {
      if (failure instanceof WrongChainException) {
        return failure;
      }
    }
    List<ShardConfig> shards = known.stream().map(KnownNode::shard).toList();
    StoreUnavailableException failure =
        new StoreUnavailableException(
            describe(),
            "find nodes that keep every segment "
                + settings.replicas()
                + " times (usable shards: "
                + (shards.isEmpty() ? "none" : shards)
                + ")"
                + (settings.replicas() > 1 ? "; fewer replicas may do" : ""),
            failures.isEmpty() ? null : failures.get(0));
    failures.stream().skip(1).forEach(failure::addSuppressed);
    return failure;
  }

  private void check(StorageNode node) throws InftException {
    if (checked.contains(node.address())) {
      return;
    }
    StorageNode.Status status = node.status();
    if (status.chainId() != chain.chainId()) {
      throw new WrongChainException(
          node.describe(), "chain id " + chain.chainId(), "chain id " + status.chainId());
    }
    Address expected = flow;
    if (expected == null) {
      flow = status.flow();
    } else if (!expected.equals(status.flow())) {
      throw new WrongChainException(
          node.describe(), "Flow contract " + expected, "Flow contract " + status.flow());
    }
    checked.add(node.address());
  }

  private List<KnownNode> fixed(Collection<URI> unusable, List<InftException> failures) {
    List<KnownNode> nodes = new ArrayList<>();
    for (URI address : settings.nodes()) {
      if (!unusable.contains(address)) {
        try {
          nodes.add(new KnownNode(address, StorageNode.shardOf(address, settings.rpc())));
        } catch (InftException e) {
          failures.add(e);
        }
      }
    }
    return nodes;
  }

  /** Where the indexer knows a whole file to be; empty without an indexer. */
  List<StorageNode> locations(Digest root) throws InftException {
    return indexer.isPresent() ? open(indexer.get().locations(root)) : List.of();
  }

  /** All nodes there are; why some cannot be had is added to {@code failures}. */
  List<StorageNode> all(List<InftException> failures) throws InftException {
    return open(indexer.isPresent() ? indexer.get().nodes() : fixed(List.of(), failures));
  }

  private List<StorageNode> open(List<KnownNode> known) {
    return known.stream().map(node -> new StorageNode(node, settings.rpc())).toList();
  }
}
