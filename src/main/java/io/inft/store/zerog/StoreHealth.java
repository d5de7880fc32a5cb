package io.inft.store.zerog;

import io.inft.evm.Chain;
import io.inft.failure.InftException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a 0G Storage network looks from here: which nodes there are, what they keep, and how far they
 * have read the chain.
 *
 * @param store names the network
 * @param nodes every node that is known
 * @param failures why there are not more
 */
public record StoreHealth(String store, List<Node> nodes, List<InftException> failures) {
  /**
   * One storage node.
   *
   * @param shard the part of all data it keeps
   * @param chainId of the chain it follows; empty if it did not answer
   * @param syncedBlock last block it has read; empty if it did not answer
   * @param failure why it cannot be used, empty if it can
   */
  public record Node(
      URI address,
      ShardConfig shard,
      OptionalLong chainId,
      OptionalLong syncedBlock,
      Optional<InftException> failure) {
    public boolean usable() {
      return failure.isEmpty();
    }
  }

  public StoreHealth {
    nodes = List.copyOf(nodes);
    failures = List.copyOf(failures);
  }

  /** Asks the indexer, if there is one, and then every node; waits for each in turn. */
  public static StoreHealth of(ZeroGSettings settings, Chain chain) {
    NodeNetwork network = new NodeNetwork(settings, chain);
    List<Node> nodes = new ArrayList<>();
    List<InftException> failures = new ArrayList<>();
    try {
      for (StorageNode node : network.all(failures)) {
        nodes.add(look(node, chain));
      }
    } catch (InftException e) {
      failures.add(e);
    }
    return new StoreHealth(network.describe(), nodes, failures);
  }

  private static Node look(StorageNode node, Chain chain) {
    try {
      StorageNode.Status status = node.status();
      Optional<InftException> failure =
          status.chainId() == chain.chainId()
              ? Optional.empty()
              : Optional.of(
                  new io.inft.failure.WrongChainException(
                      node.describe(),
                      "chain id " + chain.chainId(),
                      "chain id " + status.chainId()));
      return new Node(
          node.address(),
          node.shard(),
          OptionalLong.of(status.chainId()),
          OptionalLong.of(status.syncedBlock()),
          failure);
    } catch (InftException e) {
      return new Node(
          node.address(), node.shard(), OptionalLong.empty(), OptionalLong.empty(), Optional.of(e));
    }
  }

  /** Whether the usable nodes together keep every segment at least so often. */
  public boolean covers(int replicas) {
    List<KnownNode> usable =
        nodes.stream()
            .filter(Node::usable)
            .map(n -> new KnownNode(n.address(), n.shard()))
            .toList();
    return !NodeSelection.select(usable, replicas, NodeSelection.Order.MIN).isEmpty();
  }
}
