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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Starts the parts of a development network one after the other, and stops what was started in the
 * opposite order. For one thread.
 */
final class DevnetStart {
  private static final BigInteger PLAY_MONEY_WEI = BigInteger.TEN.pow(24);
  private static final ChainSettings QUICK =
      ChainSettings.STANDARD
          .withExpectedChainId(Anvil.CHAIN_ID)
          .withTimes(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofMillis(100));

  private static final List<ShardConfig> HALVES =
      List.of(new ShardConfig(0, 2), new ShardConfig(1, 2));

  private final DevnetFolder folder;
  private final DevnetOptions options;
  private final Consumer<String> progress;
  private final DevnetState state;
  private final List<AutoCloseable> started = new ArrayList<>();

  /**
   * @param folder locked; given back by {@link #undo}, or at once if this fails
   */
  DevnetStart(DevnetFolder folder, DevnetOptions options, Consumer<String> progress)
      throws InftException {
    this.folder = folder;
    this.options = options;
    this.progress = progress;
    boolean complete = false;
    started.add(folder);
    try {
      this.state = DevnetState.open(folder);
      complete = true;
    } finally {
      if (!complete) {
        folder.close();
      }
    }
  }

  DevnetState state() {
    return state;
  }

  /** The chain with its contracts, and an account that has play money. */
  DevnetChain chain() throws InftException {
    SigningKey key = state.key();
    Path binary = Anvil.binary(options.packages(), progress);
    folder.endLeftOver(state.get("chain.pid"));
    folder.mendChainFile(progress);
    progress.accept("starting the chain");
    Anvil anvil = anvil(binary);
    started.add(anvil);
    Chain chain = new Chain(anvil.rpc(), QUICK);
    if (chain.balance(key.address()).compareTo(PLAY_MONEY_WEI.shiftRight(1)) < 0) {
      anvil.fund(key.address(), PLAY_MONEY_WEI);
    }
    FileJournal journal = FileJournal.open(folder.resolve("transactions"));
    TransactionSender sender = new TransactionSender(chain, key, journal);
    ZeroGContracts contracts = contracts(chain, sender);
    return new DevnetChain(anvil, chain, sender, contracts, registry(chain, sender));
  }

  /** Nodes for each shard, discovered ones, and the indexer that lists them. */
  DevnetStorage storage(DevnetChain on) throws InftException {
    List<ShardConfig> shards = shards();
    List<DevNode> nodes = new ArrayList<>();
    for (int i = 0; i < shards.size(); i++) {
      DevNode node = node(on, i, shards.get(i));
      nodes.add(node);
      started.add(node);
      state.put("port.node." + i, String.valueOf(node.address().getPort()));
    }
    int port =
        Ports.choose("indexer-port", options.indexerPort(), state.get("port.indexer").orElse(""));
    Strangers strangers = Strangers.start(options.crowd(), nodes);
    started.add(strangers);
    DevIndexer indexer = new DevIndexer(port, nodes, strangers.all());
    started.add(indexer);
    state.put("port.indexer", String.valueOf(indexer.address().getPort()));
    return new DevnetStorage(nodes, strangers, indexer);
  }

  private DevNode node(DevnetChain on, int i, ShardConfig shard) throws InftException {
    int wanted = options.nodePort() == 0 ? 0 : options.nodePort() + i;
    int port = Ports.choose("node-port", wanted, state.get("port.node." + i).orElse(""));
    Address flow = on.contracts().flow();
    FileTable files = new FileTable(shard, new Segments(folder.resolve("node-" + i + "-" + flow)));
    FlowFollower follower =
        new FlowFollower(on.chain(), Anvil.CHAIN_ID, flow, files, options.lagBlocks());
    return new DevNode("inft-node-" + i, port, shard, files, follower);
  }

  private Anvil anvil(Path binary) throws InftException {
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
  private List<ShardConfig> shards() throws InftException {
    List<ShardConfig> wanted = options.shards();
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

  private ZeroGContracts contracts(Chain chain, TransactionSender sender) throws InftException {
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

  private Address registry(Chain chain, TransactionSender sender) throws InftException {
    Optional<String> known = state.get("registry");
    if (known.isPresent() && chain.hasCode(Address.parse(known.get()))) {
      return Address.parse(known.get());
    }
    progress.accept("deploying the registry");
    Address deployed = RegistryCode.deploy(sender);
    state.put("registry", deployed.toString());
    return deployed;
  }

  /** In the opposite order; the folder is given back last. */
  void undo() throws LocalStorageException {
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
}
