package io.inft.devnet;

import io.inft.bytes.SigningKey;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import io.inft.store.zerog.ShardConfig;
import io.inft.store.zerog.ZeroGSettings;
import io.inft.store.zerog.ZeroGStore;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * A development network for a test class. Settings look often and repeat quickly, but wait long for
 * what must come: the machine may be busy.
 */
public final class DevnetFixture implements AutoCloseable {
  private static final BigInteger PLAY_MONEY_WEI = BigInteger.TEN.pow(21);

  private final Path folder;
  private final Devnet devnet;

  private DevnetFixture(Path folder, Devnet devnet) {
    this.folder = folder;
    this.devnet = devnet;
  }

  public static DevnetFixture start(ShardConfig... shards) throws Exception {
    return start(DevnetOptions.standard(TestPackages.FOLDER).withShards(shards));
  }

  /** Two nodes that keep one half each, and a block every so many seconds. */
  public static DevnetFixture withBlocksEvery(String seconds) throws Exception {
    return start(
        DevnetOptions.standard(TestPackages.FOLDER).withAnvilOptions("--block-time", seconds));
  }

  /** With discovered nodes besides. */
  public static DevnetFixture among(DevnetOptions.Crowd crowd, ShardConfig... shards)
      throws Exception {
    return start(DevnetOptions.standard(TestPackages.FOLDER).withShards(shards).withCrowd(crowd));
  }

  /** Nodes see what is in a block so many blocks later. */
  public static DevnetFixture behind(int blocks, String blockSeconds) throws Exception {
    return start(
        DevnetOptions.standard(TestPackages.FOLDER)
            .withAnvilOptions("--block-time", blockSeconds)
            .withLag(blocks));
  }

  private static DevnetFixture start(DevnetOptions options) throws Exception {
    Path folder = Files.createTempDirectory("inft-devnet");
    return new DevnetFixture(folder, Devnet.open(folder, options, progress -> {}));
  }

  public Devnet devnet() {
    return devnet;
  }

  public static ChainSettings chainSettings() {
    return ChainSettings.STANDARD
        .withExpectedChainId(Anvil.CHAIN_ID)
        .withTimes(Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofMillis(50));
  }

  public Chain chain() {
    return new Chain(devnet.anvil().rpc(), chainSettings());
  }

  /** A new account with play money. */
  public SigningKey account() throws Exception {
    SigningKey key = SigningKey.generate(new SecureRandom());
    devnet.anvil().fund(key.address(), PLAY_MONEY_WEI);
    return key;
  }

  public ZeroGSettings settings() {
    RpcSettings quick =
        RpcSettings.STANDARD
            .withCallTimeout(Duration.ofSeconds(20))
            .withRetry(new RetryRule(4, Duration.ofMillis(5), Duration.ofMillis(20)));
    return ZeroGSettings.withIndexer(devnet.indexerAddress())
        .withRpc(quick)
        .withTimes(Duration.ofSeconds(30), Duration.ofMillis(50));
  }

  /** A store with an account of its own. */
  public ZeroGStore store() throws Exception {
    return store(settings(), account(), new MemoryJournal());
  }

  public ZeroGStore store(ZeroGSettings settings, SigningKey key, TransactionJournal journal) {
    Chain chain = chain();
    return ZeroGStore.open(settings, chain, new TransactionSender(chain, key, journal));
  }

  /** Waits until the nodes have read the chain, after a reorganisation for example. */
  public void awaitNodes() throws Exception {
    String head = chain().block(Chain.LATEST).orElseThrow().hash().toString();
    for (DevNode node : devnet.nodes()) {
      JsonRpc rpc = JsonRpc.at(node.address(), RpcSettings.STANDARD);
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (!rpc.call("zgs_getStatus").toString().contains(head)) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("the node does not follow the chain");
        }
        Thread.sleep(20);
      }
    }
  }

  /** All servers behave again. */
  public void behave() {
    devnet.indexer().misbehaviour().stop();
    devnet.nodes().forEach(node -> node.misbehaviour().stop());
  }

  @Override
  public void close() throws InftException, IOException {
    devnet.close();
    try (java.util.stream.Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
