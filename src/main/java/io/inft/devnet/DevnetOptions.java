package io.inft.devnet;

import io.inft.store.zerog.ShardConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * What a development network consists of.
 *
 * @param packages folder for what npm fetches; may be shared between networks
 * @param shards one storage node for each
 * @param rpcPort port of the chain, 0 takes a free one
 * @param indexerPort port of the indexer, 0 takes a free one; nodes always take free ones
 * @param anvilOptions further options of anvil, such as {@code --block-time 1}
 */
public record DevnetOptions(
    Path packages,
    List<ShardConfig> shards,
    int rpcPort,
    int indexerPort,
    List<String> anvilOptions) {
  public DevnetOptions {
    shards = List.copyOf(shards);
    anvilOptions = List.copyOf(anvilOptions);
  }

  /** Two nodes that keep one half each, free ports, a block for every transaction. */
  public static DevnetOptions standard(Path packages) {
    return new DevnetOptions(
        packages, List.of(new ShardConfig(0, 2), new ShardConfig(1, 2)), 0, 0, List.of());
  }

  public DevnetOptions withShards(ShardConfig... changed) {
    return new DevnetOptions(packages, List.of(changed), rpcPort, indexerPort, anvilOptions);
  }

  public DevnetOptions withPorts(int newRpcPort, int newIndexerPort) {
    return new DevnetOptions(packages, shards, newRpcPort, newIndexerPort, anvilOptions);
  }

  public DevnetOptions withAnvilOptions(String... changed) {
    return new DevnetOptions(packages, shards, rpcPort, indexerPort, List.of(changed));
  }
}
