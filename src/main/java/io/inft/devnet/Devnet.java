package io.inft.devnet;

import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.FileJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.registry.onchain.RegistryCode;
import io.inft.store.zerog.ShardConfig;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A whole 0G on the loopback interface: chain, contracts, registry, storage nodes, indexer. Keeps
 * its state in a folder and goes on from there at the next start. Close it to stop everything; it
 * also stops with the JVM.
 */
public final class Devnet implements AutoCloseable {
  private static final BigInteger PLAY_MONEY_WEI = BigInteger.TEN.pow(24);
  private static final ChainSettings QUICK =
      ChainSettings.STANDARD
          .withExpectedChainId(Anvil.CHAIN_ID)
          .withTimes(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofMillis(100));

  private final DevnetState state;
  private final Anvil anvil;
  private final Chain chain;
  private final TransactionSender sender;
  private final ZeroGContracts contracts;
  private final Address registry;
  private final List<DevNode> nodes;
  private final DevIndexer indexer;

  private Devnet(
      DevnetState state,
      Anvil anvil,
      Chain chain,
      TransactionSender sender,
      ZeroGContracts contracts,
      Address registry,
      List<DevNode> nodes,
      DevIndexer indexer) {
    this.state = state;
    this.anvil = anvil;
    this.chain = chain;
    this.sender = sender;
    this.contracts = contracts;
    this.registry = registry;
    this.nodes = List.copyOf(nodes);
    this.indexer = indexer;
  }

  /**
   * Starts a network, or the one that was left in the folder.
   *
   * @param progress told in words what is going on
   */
  public static Devnet open(Path folder, DevnetOptions options, Consumer<String> progress)
      throws InftException {
    DevnetState state = DevnetState.open(folder);
    SigningKey key = state.key();
    Path binary = Anvil.binary(options.packages(), progress);
    List<String> anvilOptions = new ArrayList<>(options.anvilOptions());
    if (options.rpcPort() != 0) {
      anvilOptions.addAll(List.of("--port", String.valueOf(options.rpcPort())));
    }
    progress.accept("starting the chain");
    Anvil anvil =
        Anvil.start(binary, folder.resolve("chain.json"), anvilOptions.toArray(String[]::new));
    List<AutoCloseable> started = new ArrayList<>(List.of(anvil));
    boolean complete = false;
    try {
      Chain chain = new Chain(anvil.rpc(), QUICK);
      if (chain.balance(key.address()).compareTo(PLAY_MONEY_WEI.shiftRight(1)) < 0) {
        anvil.fund(key.address(), PLAY_MONEY_WEI);
      }
      FileJournal journal = FileJournal.open(folder.resolve("transactions"));
      TransactionSender sender = new TransactionSender(chain, key, journal);
      ZeroGContracts contracts = contracts(state, chain, sender, options, progress);
      Address registry = registry(state, chain, sender, progress);
      List<DevNode> nodes = new ArrayList<>();
      for (int i = 0; i < options.shards().size(); i++) {
        ShardConfig shard = options.shards().get(i);
        Path data = folder.resolve("node-" + i + "-" + contracts.flow());
        FileTable files = new FileTable(shard, new Segments(data));
        LogFollower follower = new LogFollower(chain, Anvil.CHAIN_ID, contracts.flow(), files);
        DevNode node = new DevNode("inft-node-" + i, 0, shard, files, follower);
        nodes.add(node);
        started.add(node);
      }
      DevIndexer indexer = new DevIndexer(options.indexerPort(), nodes);
      complete = true;
      progress.accept("ready");
      return new Devnet(state, anvil, chain, sender, contracts, registry, nodes, indexer);
    } finally {
      if (!complete) {
        closeAll(started);
      }
    }
  }

  private static void closeAll(List<AutoCloseable> started) {
    for (AutoCloseable one : started) {
      if (one instanceof DevNode node) {
        node.close();
      } else if (one instanceof Anvil chain) {
        chain.close();
      }
    }
  }

  private static ZeroGContracts contracts(
      DevnetState state,
      Chain chain,
      TransactionSender sender,
      DevnetOptions options,
      Consumer<String> progress)
      throws InftException {
    Optional<String> flow = state.get("flow");
    Optional<String> market = state.get("market");
    if (flow.isPresent() && market.isPresent() && chain.hasCode(Address.parse(flow.get()))) {
      return new ZeroGContracts(Address.parse(flow.get()), Address.parse(market.get()));
    }
    ZeroGContracts deployed = ZeroGContracts.deploy(sender, options.packages(), progress);
    state.put("flow", deployed.flow().toString());
    state.put("market", deployed.market().toString());
    return deployed;
  }

  private static Address registry(
      DevnetState state, Chain chain, TransactionSender sender, Consumer<String> progress)
      throws InftException {
    Optional<String> known = state.get("registry");
    if (known.isPresent() && chain.hasCode(Address.parse(known.get()))) {
      return Address.parse(known.get());
    }
    progress.accept("deploying the registry");
    Address deployed = RegistryCode.deploy(sender);
    state.put("registry", deployed.toString());
    return deployed;
  }

  public URI rpc() {
    return anvil.address();
  }

  public URI indexerAddress() {
    return indexer.address();
  }

  public ZeroGContracts contracts() {
    return contracts;
  }

  /** Address of the registry contract. */
  public Address registry() {
    return registry;
  }

  /** The account that owns everything here and has play money. */
  public SigningKey key() throws InftException {
    return state.key();
  }

  /** Sends transactions of {@link #key}. */
  public TransactionSender sender() {
    return sender;
  }

  public Chain chain() {
    return chain;
  }

  public Anvil anvil() {
    return anvil;
  }

  public List<DevNode> nodes() {
    return nodes;
  }

  public DevIndexer indexer() {
    return indexer;
  }

  /** A fact that was remembered in the folder, such as the address of a further contract. */
  public Optional<String> fact(String name) {
    return state.get("fact." + name);
  }

  /** Remembers a fact in the folder. */
  public void remember(String name, String value) throws InftException {
    state.put("fact." + name, value);
  }

  /** Environment variables by which the driver and other clients find this network. */
  public Map<String, String> environment() throws InftException {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("INFT_NETWORK", "custom");
    environment.put("ZERO_G_RPC", rpc().toString());
    environment.put("ZERO_G_INDEXER", indexerAddress().toString());
    environment.put("ZERO_G_CHAIN_ID", String.valueOf(Anvil.CHAIN_ID));
    environment.put("ZERO_G_PRIVATE_KEY", "0x" + key().revealHex());
    environment.put("ZERO_G_STORAGE_CONTRACT", registry.toString());
    return environment;
  }

  /** Stops indexer, nodes and chain; the chain writes its state first. */
  @Override
  public void close() {
    indexer.close();
    nodes.forEach(DevNode::close);
    anvil.close();
  }
}
