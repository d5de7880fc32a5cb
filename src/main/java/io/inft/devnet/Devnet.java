package io.inft.devnet;

import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.FileJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.SettingException;
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

  private static final List<ShardConfig> HALVES =
      List.of(new ShardConfig(0, 2), new ShardConfig(1, 2));

  private final DevnetFolder folder;
  private final DevnetState state;
  private final Anvil anvil;
  private final Chain chain;
  private final TransactionSender sender;
  private final ZeroGContracts contracts;
  private final Address registry;
  private final List<DevNode> nodes;
  private final Strangers strangers;
  private final DevIndexer indexer;

  private Devnet(
      DevnetFolder folder,
      DevnetState state,
      Anvil anvil,
      Chain chain,
      TransactionSender sender,
      ZeroGContracts contracts,
      Address registry,
      List<DevNode> nodes,
      Strangers strangers,
      DevIndexer indexer) {
    this.folder = folder;
    this.state = state;
    this.anvil = anvil;
    this.chain = chain;
    this.sender = sender;
    this.contracts = contracts;
    this.registry = registry;
    this.nodes = List.copyOf(nodes);
    this.strangers = strangers;
    this.indexer = indexer;
  }

  /**
   * Starts a network, or the one that was left in the folder.
   *
   * @param progress told in words what is going on
   * @throws SettingException the folder is in use, a port is taken, or the options are not those of
   *     the network in the folder
   */
  public static Devnet open(Path folder, DevnetOptions options, Consumer<String> progress)
      throws InftException {
    List<AutoCloseable> started = new ArrayList<>();
    DevnetFolder locked = DevnetFolder.lock(folder);
    started.add(locked);
    boolean complete = false;
    try {
      DevnetState state = DevnetState.open(locked);
      List<ShardConfig> shards = shards(state, options.shards());
      SigningKey key = state.key();
      Path binary = Anvil.binary(options.packages(), progress);
      locked.endLeftOver(state.get("chain.pid"));
      locked.mendChainFile(progress);
      progress.accept("starting the chain");
      Anvil anvil = anvil(binary, locked, state, options);
      started.add(anvil);
      Chain chain = new Chain(anvil.rpc(), QUICK);
      if (chain.balance(key.address()).compareTo(PLAY_MONEY_WEI.shiftRight(1)) < 0) {
        anvil.fund(key.address(), PLAY_MONEY_WEI);
      }
      FileJournal journal = FileJournal.open(folder.resolve("transactions"));
      TransactionSender sender = new TransactionSender(chain, key, journal);
      ZeroGContracts contracts = contracts(state, chain, sender, options, progress);
      Address registry = registry(state, chain, sender, progress);
      List<DevNode> nodes = new ArrayList<>();
      for (int i = 0; i < shards.size(); i++) {
        int wanted = options.nodePort() == 0 ? 0 : options.nodePort() + i;
        int port = Ports.choose("node-port", wanted, state.get("port.node." + i).orElse(""));
        Path data = folder.resolve("node-" + i + "-" + contracts.flow());
        FileTable files = new FileTable(shards.get(i), new Segments(data));
        LogFollower follower =
            new LogFollower(chain, Anvil.CHAIN_ID, contracts.flow(), files, options.lagBlocks());
        DevNode node = new DevNode("inft-node-" + i, port, shards.get(i), files, follower);
        nodes.add(node);
        started.add(node);
        state.put("port.node." + i, String.valueOf(node.address().getPort()));
      }
      int indexerPort =
          Ports.choose("indexer-port", options.indexerPort(), state.get("port.indexer").orElse(""));
      Strangers strangers = Strangers.start(options.crowd(), nodes);
      started.add(strangers);
      DevIndexer indexer = new DevIndexer(indexerPort, nodes, strangers.all());
      started.add(indexer);
      state.put("port.indexer", String.valueOf(indexer.address().getPort()));
      complete = true;
      progress.accept("ready");
      return new Devnet(
          locked, state, anvil, chain, sender, contracts, registry, nodes, strangers, indexer);
    } finally {
      if (!complete) {
        closeAll(started);
      }
    }
  }

  private static Anvil anvil(
      Path binary, DevnetFolder folder, DevnetState state, DevnetOptions options)
      throws InftException {
    List<String> given = new ArrayList<>(options.anvilOptions());
    int port = Ports.choose("rpc-port", options.rpcPort(), state.get("port.rpc").orElse(""));
    if (port != 0) {
      given.addAll(List.of("--port", String.valueOf(port)));
    }
    Anvil anvil = Anvil.start(binary, folder.chainFile(), given.toArray(String[]::new));
    state.put("chain.pid", String.valueOf(anvil.pid()));
    state.put("port.rpc", String.valueOf(anvil.address().getPort()));
    return anvil;
  }

  /** Data on disk is divided as it was at the first start. */
  private static List<ShardConfig> shards(DevnetState state, List<ShardConfig> wanted)
      throws InftException {
    Optional<String> known = state.get("shards");
    String text = String.join(" ", wanted.stream().map(ShardConfig::toString).toList());
    if (known.isEmpty()) {
      List<ShardConfig> chosen = wanted.isEmpty() ? HALVES : wanted;
      state.put("shards", String.join(" ", chosen.stream().map(ShardConfig::toString).toList()));
      return chosen;
    }
    if (!wanted.isEmpty() && !known.get().equals(text)) {
      throw new SettingException(
          "nodes",
          "the network in this folder has nodes of the shards "
              + known.get()
              + "; leave the option out, or name another folder");
    }
    List<ShardConfig> shards = new ArrayList<>();
    for (String one : known.get().split(" ", -1)) {
      if (!one.matches("[0-9]{1,5}/[0-9]{1,5}")) {
        throw new CorruptObjectException("devnet.properties", 0, "shards are no shards: " + one);
      }
      String[] parts = one.split("/", -1);
      shards.add(new ShardConfig(Long.parseLong(parts[0]), Long.parseLong(parts[1])));
    }
    return shards;
  }

  /** In the opposite order; the folder is given back last. */
  private static void closeAll(List<AutoCloseable> started) throws LocalStorageException {
    for (int i = started.size() - 1; i >= 0; i--) {
      AutoCloseable one = started.get(i);
      if (one instanceof DevNode node) {
        node.close();
      } else if (one instanceof Strangers strangers) {
        strangers.close();
      } else if (one instanceof DevIndexer indexer) {
        indexer.close();
      } else if (one instanceof Anvil chain) {
        chain.close();
      } else if (one instanceof DevnetFolder folder) {
        folder.close();
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

  /** Nodes that the indexer lists as discovered. */
  public List<DevStranger> strangers() {
    return strangers.all();
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
    environment.put("ZERO_G_FLOW", contracts.flow().toString());
    environment.put("ZERO_G_CHAIN_ID", String.valueOf(Anvil.CHAIN_ID));
    environment.put("ZERO_G_PRIVATE_KEY", "0x" + key().revealHex());
    environment.put("ZERO_G_STORAGE_CONTRACT", registry.toString());
    environment.put("INFT_ENCRYPTION_PASSWORD", state.password());
    return environment;
  }

  /**
   * Waits until the chain ends.
   *
   * @return false if nobody closed it: it was killed or failed
   */
  public boolean awaitEnd() throws InterruptedException {
    return anvil.awaitEnd();
  }

  /** Stops indexer, nodes and chain; the chain writes its state first. May be repeated. */
  @Override
  public void close() throws LocalStorageException {
    List<AutoCloseable> started = new ArrayList<>(List.of(folder, anvil));
    started.addAll(nodes);
    started.add(strangers);
    started.add(indexer);
    closeAll(started);
  }
}
