package io.inft.devnet;

import io.inft.failure.SettingException;
import io.inft.store.zerog.ShardConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * What a development network consists of. A port of 0 takes the one of the last run on the same
 * folder if it is free, else any free one.
 *
 * @param packages folder for what npm fetches; may be shared between networks
 * @param shards one storage node for each; empty takes those of the last run on the same folder,
 *     the first time two nodes that keep one half each
 * @param rpcPort port of the chain
 * @param indexerPort port of the indexer
 * @param nodePort port of the first node; the others take the ones behind it
 * @param anvilOptions further options of anvil, such as {@code --block-time 1}
 * @param crowd discovered nodes that the indexer lists besides its trusted ones
 * @param lagBlocks how many blocks late the nodes see a submission; real ones take 1 to 3. A chain
 *     that makes a block for each transaction alone would never show them the last ones
 */
public record DevnetOptions(
    Path packages,
    List<ShardConfig> shards,
    int rpcPort,
    int indexerPort,
    int nodePort,
    List<String> anvilOptions,
    Crowd crowd,
    int lagBlocks) {
  private static final int MAX_NODES = 64;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_LAG = 100;

  /** Discovered nodes, how many of each kind. Silent ones never answer, slow ones take 250 ms. */
  public record Crowd(int sound, int silent, int slow, int lying) {
    static final Crowd NOBODY = new Crowd(0, 0, 0, 0);
    private static final int MAX = 1_000;

    public Crowd {
      boolean isPossible = sound >= 0 && silent >= 0 && slow >= 0 && lying >= 0;
      if (!isPossible || (long) sound + silent + slow + lying > MAX) {
        throw new IllegalArgumentException("0 to " + MAX + " discovered nodes");
      }
    }

    int size() {
      return sound + silent + slow + lying;
    }
  }

  public DevnetOptions {
    if (lagBlocks < 0 || lagBlocks > MAX_LAG) {
      throw new IllegalArgumentException("0 to " + MAX_LAG + " blocks behind");
    }
    packages = packages.toAbsolutePath();
    shards = List.copyOf(shards);
    anvilOptions = List.copyOf(anvilOptions);
    for (int port : new int[] {rpcPort, indexerPort, nodePort}) {
      if (port < 0 || port > MAX_PORT) {
        throw new IllegalArgumentException("no port: " + port);
      }
    }
  }

  /** Everything as it was left, or as the defaults are. */
  public static DevnetOptions standard(Path packages) {
    return new DevnetOptions(packages, List.of(), 0, 0, 0, List.of(), Crowd.NOBODY, 0);
  }

  public DevnetOptions withShards(ShardConfig... changed) {
    return new DevnetOptions(
        packages, List.of(changed), rpcPort, indexerPort, nodePort, anvilOptions, crowd, lagBlocks);
  }

  /**
   * So many nodes that every shard is kept by equally many.
   *
   * @param nodes at most 64, a multiple of {@code shards}
   * @param shards a power of two
   */
  public DevnetOptions withNodes(int nodes, int shards) throws SettingException {
    if (shards < 1 || shards > MAX_NODES || Integer.bitCount(shards) != 1) {
      throw new SettingException(
          "shards", shards + " is not possible; expected 1, 2, 4 … or " + MAX_NODES);
    }
    if (nodes < shards || nodes > MAX_NODES || nodes % shards != 0) {
      throw new SettingException(
          "nodes",
          nodes
              + " is not possible; expected a multiple of the "
              + shards
              + " shards, at most "
              + MAX_NODES);
    }
    ShardConfig[] configs = new ShardConfig[nodes];
    for (int i = 0; i < nodes; i++) {
      configs[i] = new ShardConfig(i % shards, shards);
    }
    return withShards(configs);
  }

  public DevnetOptions withPorts(int newRpcPort, int newIndexerPort, int newNodePort) {
    return new DevnetOptions(
        packages, shards, newRpcPort, newIndexerPort, newNodePort, anvilOptions, crowd, lagBlocks);
  }

  public DevnetOptions withAnvilOptions(String... changed) {
    return new DevnetOptions(
        packages, shards, rpcPort, indexerPort, nodePort, List.of(changed), crowd, lagBlocks);
  }

  public DevnetOptions withCrowd(Crowd changed) {
    return new DevnetOptions(
        packages, shards, rpcPort, indexerPort, nodePort, anvilOptions, changed, lagBlocks);
  }

  public DevnetOptions withLag(int blocks) {
    return new DevnetOptions(
        packages, shards, rpcPort, indexerPort, nodePort, anvilOptions, crowd, blocks);
  }
}
