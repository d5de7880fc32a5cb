package io.inft.store.zerog;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.BlockHeader;
import io.inft.evm.Chain;
import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.WrongChainException;
import io.inft.failure.WrongFlowException;
import io.inft.rpc.RpcSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The storage nodes of one network, found through its indexer or given as a list. A node is used
 * for writing only after it named the right chain and Flow contract. Which nodes there are is asked
 * once in a while; strangers are listed, and spoken with only by whoever needs them. Safe for many
 * threads.
 */
final class NodeNetwork {
  private static final Duration LIST_KEPT = Duration.ofMinutes(1);
  private static final Duration SHARDS_KEPT = Duration.ofMinutes(10);
  private static final Duration REST = Duration.ofMinutes(2);

  /** How long a list of nodes of which enough have answered waits for the others. */
  private static final Duration HEAD_START = Duration.ofSeconds(2);

  private final ZeroGSettings settings;
  private final Chain chain;
  private final Workers workers;
  private final Optional<Indexer> indexer;
  private final Set<URI> checked = ConcurrentHashMap.newKeySet();
  private final Map<URI, Timed<KnownNode>> shards = new ConcurrentHashMap<>();

  /** Nodes that failed while they were written to, and until when others are asked instead. */
  private final Map<URI, Long> resting = new ConcurrentHashMap<>();

  private volatile @Nullable Timed<Indexer.Listed> listed;

  private record Timed<V>(V value, long nanos) {
    boolean isYoungerThan(Duration age) {
      return System.nanoTime() - nanos < age.toNanos();
    }

    static <V> Timed<V> now(V value) {
      return new Timed<>(value, System.nanoTime());
    }
  }

  /**
   * @param workers ask several nodes side by side
   */
  NodeNetwork(ZeroGSettings settings, Chain chain, Workers workers) {
    this.settings = settings;
    this.chain = chain;
    this.workers = workers;
    this.indexer =
        settings.nodes().isEmpty()
            ? settings.indexer().map(address -> new Indexer(address, settings.rpc()))
            : Optional.empty();
  }

  String describe() {
    return indexer
        .map(found -> "0G Storage at " + found.describe())
        .orElse("0G Storage on " + settings.nodes().size() + " nodes");
  }

  /** The Flow contract that is paid: the pinned one, else the one all chosen nodes name. */
  Address flow() throws InftException {
    Optional<FlowPin.Pinned> pinned = settings.flow().pinned();
    if (pinned.isEmpty()) {
      forWriting(Set.of());
      pinned = settings.flow().pinned();
    }
    return pinned
        .orElseThrow(
            () -> new StoreUnavailableException(describe(), "find the Flow contract", null))
        .flow();
  }

  /** The hash of a block of the chain as it is now; empty where it is not known here yet. */
  Optional<Digest> blockHash(long number) throws InftException {
    return chain.block(number).map(BlockHeader::hash);
  }

  FlowContract contract() throws InftException {
    return new FlowContract(chain, flow(), settings.maxPricePerSectorWei());
  }

  /**
   * Nodes that keep every segment as often as wanted. Nodes that failed lately are among them only
   * if it does not go without.
   *
   * @param dropped nodes that failed and are not to be used
   * @throws StoreUnavailableException there are not enough nodes
   * @throws WrongChainException they belong to another network
   */
  List<StorageNode> forWriting(Collection<URI> dropped) throws InftException {
    List<URI> unusable = new ArrayList<>(dropped);
    resting.values().removeIf(until -> until - System.nanoTime() < 0);
    resting.keySet().stream().filter(node -> !unusable.contains(node)).forEach(unusable::add);
    if (unusable.size() > dropped.size()) {
      try {
        return chosen(unusable);
      } catch (StoreUnavailableException tooFew) {
        // so those that failed lately have to do
      }
    }
    return chosen(new ArrayList<>(dropped));
  }

  /** Others are chosen instead of this node for a while. */
  void rest(URI node) {
    resting.put(node, System.nanoTime() + REST.toNanos());
  }

  private List<StorageNode> chosen(List<URI> unusable) throws InftException {
    List<InftException> failures = new ArrayList<>();
    while (true) {
      Indexer.Listed known =
          indexer.isPresent()
              ? indexer.get().selected(settings.replicas(), unusable)
              : new Indexer.Listed(fixed(unusable, failures), List.of());
      List<KnownNode> selected = select(known);
      if (selected.isEmpty()) {
        throw notEnough(known, failures);
      }
      int before = unusable.size();
      List<StorageNode> nodes = new ArrayList<>();
      Set<Address> flows = new LinkedHashSet<>();
      for (KnownNode candidate : selected) {
        StorageNode node = new StorageNode(candidate, settings.rpc());
        try {
          check(node).ifPresent(flows::add);
          nodes.add(node);
        } catch (InftException e) {
          failures.add(e);
          unusable.add(candidate.address());
        }
      }
      if (unusable.size() == before) {
        pin(nodes, flows);
        return nodes;
      }
    }
  }

  /** A stranger is chosen only if it does not go without. */
  private List<KnownNode> select(Indexer.Listed known) {
    List<KnownNode> trusted =
        NodeSelection.select(known.trusted(), settings.replicas(), NodeSelection.Order.MIN);
    if (!trusted.isEmpty()) {
      return trusted;
    }
    List<KnownNode> all = new ArrayList<>(known.trusted());
    all.addAll(known.discovered());
    return NodeSelection.select(all, settings.replicas(), NodeSelection.Order.MIN);
  }

  private InftException notEnough(Indexer.Listed known, List<InftException> failures) {
    for (InftException failure : failures) {
      if (failure instanceof WrongChainException || failure instanceof WrongFlowException) {
        return failure;
      }
    }
    List<ShardConfig> shards =
        Stream.concat(known.trusted().stream(), known.discovered().stream())
            .map(KnownNode::shard)
            .toList();
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

  /**
   * Empty if the node was checked before; else the contract it names, which fits what is pinned.
   */
  private Optional<Address> check(StorageNode node) throws InftException {
    if (checked.contains(node.address())) {
      return Optional.empty();
    }
    StorageNode.Status status = node.status();
    if (status.chainId() != chain.chainId()) {
      throw new WrongChainException(
          node.describe(), "chain id " + chain.chainId(), "chain id " + status.chainId());
    }
    Optional<FlowPin.Pinned> pinned = settings.flow().pinned();
    if (pinned.isPresent()) {
      requireFlow(node, pinned.get(), status.flow());
      checked.add(node.address());
    }
    return Optional.of(status.flow());
  }

  private static void requireFlow(StorageNode node, FlowPin.Pinned pinned, Address named)
      throws WrongFlowException {
    if (!pinned.flow().equals(named)) {
      throw new WrongFlowException(
          node.describe(), pinned.flow().toString(), pinned.saidBy(), named.toString());
    }
  }

  /** First use of a network of which nothing is known: all chosen nodes must name one contract. */
  private void pin(List<StorageNode> nodes, Set<Address> flows) throws InftException {
    if (flows.isEmpty() || settings.flow().pinned().isPresent()) {
      return;
    }
    Address named = flows.iterator().next();
    FlowPin.Pinned saidFirst =
        new FlowPin.Pinned(named, "what " + nodes.get(0).describe() + " says");
    for (Address other : flows) {
      requireFlow(nodes.get(nodes.size() - 1), saidFirst, other);
    }
    requireFlow(nodes.get(0), settings.flow().trust(named), named);
    nodes.forEach(node -> checked.add(node.address()));
  }

  /**
   * The nodes of a fixed list, asked for their shards side by side. Who does not answer is not
   * waited for long once the others suffice.
   */
  private List<KnownNode> fixed(Collection<URI> unusable, List<InftException> failures)
      throws StoreUnavailableException {
    Map<URI, KnownNode> found = new LinkedHashMap<>();
    try (Inquiry<KnownNode> inquiry = new Inquiry<>(describe(), workers)) {
      for (URI address : settings.nodes()) {
        if (unusable.contains(address)) {
          continue;
        }
        Timed<KnownNode> before = shards.get(address);
        if (before != null && before.isYoungerThan(SHARDS_KEPT)) {
          found.put(address, before.value());
        } else {
          inquiry.ask(() -> new KnownNode(address, StorageNode.shardOf(address, settings.rpc())));
        }
      }
      long enough = System.nanoTime() + HEAD_START.toNanos();
      while (inquiry.open() > 0) {
        boolean suffices =
            !NodeSelection.select(
                    List.copyOf(found.values()), settings.replicas(), NodeSelection.Order.MIN)
                .isEmpty();
        if (suffices && System.nanoTime() - enough > 0) {
          break;
        }
        inquiry
            .next(Duration.ofMillis(200))
            .ifPresent(
                outcome -> {
                  outcome.failure().ifPresent(failures::add);
                  outcome
                      .answer()
                      .ifPresent(
                          node -> {
                            found.put(node.address(), node);
                            shards.put(node.address(), Timed.now(node));
                          });
                });
      }
    }
    return settings.nodes().stream().filter(found::containsKey).map(found::get).toList();
  }

  /** Where the indexer knows a whole file to be; empty without an indexer. */
  List<KnownNode> locations(Digest root) throws InftException {
    return indexer.isPresent() ? indexer.get().locations(root) : List.of();
  }

  /**
   * All nodes there are, as known since a minute; those of a fixed list are trusted.
   *
   * @param failures takes why some cannot be had
   */
  Indexer.Listed listed(List<InftException> failures) throws InftException {
    if (indexer.isEmpty()) {
      return new Indexer.Listed(fixed(List.of(), failures), List.of());
    }
    Timed<Indexer.Listed> before = listed;
    if (before != null && before.isYoungerThan(LIST_KEPT)) {
      return before.value();
    }
    Indexer.Listed now = indexer.get().nodes();
    listed = now.trusted().isEmpty() && now.discovered().isEmpty() ? null : Timed.now(now);
    return now;
  }

  StorageNode open(KnownNode known, RpcSettings bounds) {
    return new StorageNode(known, bounds);
  }
}
