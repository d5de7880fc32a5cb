package io.inft.store.zerog;

import io.inft.evm.Chain;
import io.inft.failure.InftException;
import io.inft.failure.WrongChainException;
import io.inft.failure.WrongFlowException;
import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a 0G Storage network looks from here: which nodes there are, what they keep, and how far they
 * have read the chain.
 *
 * @param store names the network
 * @param nodes those that are trusted, and some of the others
 * @param strangersNotAsked how many further nodes made themselves known to the indexer
 * @param failures why there are not more
 */
public record StoreHealth(
    String store, List<Node> nodes, int strangersNotAsked, List<InftException> failures) {
  private static final int THREADS = 16;
  private static final int STRANGERS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * One storage node.
   *
   * @param shard the part of all data it keeps
   * @param isTrusted chosen by the indexer's operator or by configuration; else a stranger
   * @param chainId of the chain it follows; empty if it did not answer
   * @param syncedBlock last block it has read; empty if it did not answer
   * @param failure why it cannot be used, empty if it can
   */
  public record Node(
      URI address,
      ShardConfig shard,
      boolean isTrusted,
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

  /**
   * Asks the indexer, if there is one, then the nodes it trusts or that were configured, and a few
   * of the strangers it lists, all side by side.
   */
  public static StoreHealth of(ZeroGSettings settings, Chain chain) {
    try (Workers workers = new Workers("inft-0g-health", THREADS)) {
      return of(settings, chain, workers);
    }
  }

  private static StoreHealth of(ZeroGSettings settings, Chain chain, Workers workers) {
    NodeNetwork network = new NodeNetwork(settings, chain, workers);
    RpcSettings bounds = settings.rpc().withRetry(RetryRule.ONCE);
    if (bounds.callTimeout().compareTo(PATIENCE) > 0) {
      bounds = bounds.withCallTimeout(PATIENCE);
    }
    List<Node> nodes = new ArrayList<>();
    List<InftException> failures = new ArrayList<>();
    int strangersNotAsked = 0;
    try (Inquiry<Node> inquiry = new Inquiry<>(network.describe(), workers)) {
      Indexer.Listed listed = network.listed(failures);
      List<KnownNode> asked = new ArrayList<>(listed.trusted());
      int strangers = Math.min(STRANGERS, listed.discovered().size());
      strangersNotAsked = listed.discovered().size() - strangers;
      asked.addAll(listed.discovered().subList(0, strangers));
      for (KnownNode known : asked) {
        StorageNode node = network.open(known, bounds);
        boolean isTrusted = listed.trusted().contains(known);
        inquiry.ask(() -> look(node, isTrusted, settings, chain));
      }
      while (inquiry.open() > 0) {
        inquiry
            .next(PATIENCE)
            .ifPresent(
                outcome -> {
                  outcome.answer().ifPresent(nodes::add);
                  outcome.failure().ifPresent(failures::add);
                });
      }
      List<URI> order = asked.stream().map(KnownNode::address).toList();
      nodes.sort(Comparator.comparingInt(node -> order.indexOf(node.address())));
    } catch (InftException e) {
      failures.add(e);
    }
    return new StoreHealth(network.describe(), nodes, strangersNotAsked, failures);
  }

  private static Node look(
      StorageNode node, boolean isTrusted, ZeroGSettings settings, Chain chain) {
    try {
      StorageNode.Status status = node.status();
      Optional<InftException> failure = Optional.empty();
      Optional<FlowPin.Pinned> pinned = settings.flow().pinned();
      if (status.chainId() != chain.chainId()) {
        failure =
            Optional.of(
                new WrongChainException(
                    node.describe(),
                    "chain id " + chain.chainId(),
                    "chain id " + status.chainId()));
      } else if (pinned.isPresent() && !pinned.get().flow().equals(status.flow())) {
        failure =
            Optional.of(
                new WrongFlowException(
                    node.describe(),
                    pinned.get().flow().toString(),
                    pinned.get().saidBy(),
                    status.flow().toString()));
      }
      return new Node(
          node.address(),
          node.shard(),
          isTrusted,
          OptionalLong.of(status.chainId()),
          OptionalLong.of(status.syncedBlock()),
          failure);
    } catch (InftException e) {
      return new Node(
          node.address(),
          node.shard(),
          isTrusted,
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.of(e));
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
