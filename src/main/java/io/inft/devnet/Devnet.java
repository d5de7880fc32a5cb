package io.inft.devnet;

import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.evm.Chain;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.SettingException;
import java.net.URI;
import java.nio.file.Path;
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
  private final DevnetStart start;
  private final DevnetChain chain;
  private final DevnetStorage storage;

  private Devnet(DevnetStart start, DevnetChain chain, DevnetStorage storage) {
    this.start = start;
    this.chain = chain;
    this.storage = storage;
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
    DevnetStart start = new DevnetStart(DevnetFolder.lock(folder), options, progress);
    boolean complete = false;
    try {
      DevnetChain chain = start.chain();
      DevnetStorage storage = start.storage(chain);
      complete = true;
      progress.accept("ready");
      return new Devnet(start, chain, storage);
    } finally {
      if (!complete) {
        start.undo();
      }
    }
  }

  public URI rpc() {
    return chain.anvil().address();
  }

  public URI indexerAddress() {
    return storage.indexer().address();
  }

  public ZeroGContracts contracts() {
    return chain.contracts();
  }

  /** Address of the registry contract. */
  public Address registry() {
    return chain.registry();
  }

  /** The account that owns everything here and has play money. */
  public SigningKey key() throws InftException {
    return start.state().key();
  }

  /** Sends transactions of {@link #key}. */
  public TransactionSender sender() {
    return chain.sender();
  }

  public Chain chain() {
    return chain.chain();
  }

  public Anvil anvil() {
    return chain.anvil();
  }

  public List<DevNode> nodes() {
    return storage.nodes();
  }

  /** Nodes that the indexer lists as discovered. */
  public List<DevStranger> strangers() {
    return storage.strangers().all();
  }

  public DevIndexer indexer() {
    return storage.indexer();
  }

  /** A fact that was remembered in the folder, such as the address of a further contract. */
  public Optional<String> fact(String name) {
    return start.state().get("fact." + name);
  }

  /** Remembers a fact in the folder. */
  public void remember(String name, String value) throws InftException {
    start.state().put("fact." + name, value);
  }

  /** Environment variables by which the driver and other clients find this network. */
  public Map<String, String> environment() throws InftException {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("INFT_NETWORK", "custom");
    environment.put("ZERO_G_RPC", rpc().toString());
    environment.put("ZERO_G_INDEXER", indexerAddress().toString());
    environment.put("ZERO_G_FLOW", contracts().flow().toString());
    environment.put("ZERO_G_CHAIN_ID", String.valueOf(Anvil.CHAIN_ID));
    environment.put("ZERO_G_PRIVATE_KEY", "0x" + key().revealHex());
    environment.put("ZERO_G_STORAGE_CONTRACT", registry().toString());
    environment.put("INFT_ENCRYPTION_PASSWORD", start.state().password());
    return environment;
  }

  /**
   * Waits until the chain ends.
   *
   * @return false if nobody closed it: it was killed or failed
   */
  public boolean awaitEnd() throws InterruptedException {
    return chain.anvil().awaitEnd();
  }

  /** Stops indexer, nodes and chain; the chain writes its state first. May be repeated. */
  @Override
  public void close() throws LocalStorageException {
    start.undo();
  }
}
