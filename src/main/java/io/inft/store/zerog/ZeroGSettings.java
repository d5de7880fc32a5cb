package io.inft.store.zerog;

import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a 0G Storage network is reached and used.
 *
 * @param indexer asked for nodes; empty uses {@code nodes} only
 * @param nodes a fixed list of storage nodes, used instead of an indexer when it is not empty
 * @param flow which Flow contract is paid
 * @param replicas nodes that keep each segment
 * @param segmentsPerCall how many segments travel in one call at most; halved where a proxy refuses
 * @param parallelCalls uploads and downloads in flight at once
 * @param patience longest wait for the nodes to see a submission, and again to finalize it
 * @param pollInterval pause between two looks
 * @param rpc bounds of calls to nodes and indexer
 * @param cacheBytes verified segments kept in memory, at most
 * @param maxPricePerSectorWei more is not paid for 256 bytes, whatever the contract asks
 */
public record ZeroGSettings(
    Optional<URI> indexer,
    List<URI> nodes,
    FlowPin flow,
    int replicas,
    int segmentsPerCall,
    int parallelCalls,
    Duration patience,
    Duration pollInterval,
    RpcSettings rpc,
    long cacheBytes,
    BigInteger maxPricePerSectorWei) {
  /** Two tokens for a GiB, fifteen times the price on the public networks. */
  public static final BigInteger MAX_PRICE_PER_SECTOR_WEI =
      BigInteger.TWO.multiply(BigInteger.TEN.pow(18)).shiftRight(22);

  private static final RpcSettings NODE_RPC =
      RpcSettings.STANDARD.withRetry(
          new RetryRule(3, Duration.ofMillis(200), Duration.ofSeconds(3)));

  public ZeroGSettings {
    nodes = List.copyOf(nodes);
    if (indexer.isEmpty() && nodes.isEmpty()) {
      throw new IllegalArgumentException("an indexer or a list of nodes");
    }
    if (maxPricePerSectorWei.signum() < 0) {
      throw new IllegalArgumentException("a price is not negative");
    }
    if (replicas < 1 || segmentsPerCall < 1 || segmentsPerCall > 10 || parallelCalls < 1) {
      throw new IllegalArgumentException("at least one replica, 1 to 10 segments, one call");
    }
  }

  public static ZeroGSettings withIndexer(URI indexer) {
    return new ZeroGSettings(
        Optional.of(indexer),
        List.of(),
        FlowPin.untilClosed(),
        1,
        4,
        4,
        Duration.ofMinutes(5),
        Duration.ofMillis(500),
        NODE_RPC,
        32L << 20,
        MAX_PRICE_PER_SECTOR_WEI);
  }

  public static ZeroGSettings withNodes(List<URI> nodes) {
    return new ZeroGSettings(
        Optional.empty(),
        nodes,
        FlowPin.untilClosed(),
        1,
        4,
        4,
        Duration.ofMinutes(5),
        Duration.ofMillis(500),
        NODE_RPC,
        32L << 20,
        MAX_PRICE_PER_SECTOR_WEI);
  }

  public ZeroGSettings withReplicas(int changed) {
    return new ZeroGSettings(
        indexer,
        nodes,
        flow,
        changed,
        segmentsPerCall,
        parallelCalls,
        patience,
        pollInterval,
        rpc,
        cacheBytes,
        maxPricePerSectorWei);
  }

  public ZeroGSettings withFlow(FlowPin changed) {
    return new ZeroGSettings(
        indexer,
        nodes,
        changed,
        replicas,
        segmentsPerCall,
        parallelCalls,
        patience,
        pollInterval,
        rpc,
        cacheBytes,
        maxPricePerSectorWei);
  }

  public ZeroGSettings withTimes(Duration newPatience, Duration newPollInterval) {
    return new ZeroGSettings(
        indexer,
        nodes,
        flow,
        replicas,
        segmentsPerCall,
        parallelCalls,
        newPatience,
        newPollInterval,
        rpc,
        cacheBytes,
        maxPricePerSectorWei);
  }

  public ZeroGSettings withRpc(RpcSettings changed) {
    return new ZeroGSettings(
        indexer,
        nodes,
        flow,
        replicas,
        segmentsPerCall,
        parallelCalls,
        patience,
        pollInterval,
        changed,
        cacheBytes,
        maxPricePerSectorWei);
  }

  public ZeroGSettings withCacheBytes(long changed) {
    return new ZeroGSettings(
        indexer,
        nodes,
        flow,
        replicas,
        segmentsPerCall,
        parallelCalls,
        patience,
        pollInterval,
        rpc,
        changed,
        maxPricePerSectorWei);
  }

  public ZeroGSettings withCalls(int newSegmentsPerCall, int newParallelCalls) {
    return new ZeroGSettings(
        indexer,
        nodes,
        flow,
        replicas,
        newSegmentsPerCall,
        newParallelCalls,
        patience,
        pollInterval,
        rpc,
        cacheBytes,
        maxPricePerSectorWei);
  }

  public ZeroGSettings withMaxPricePerSector(BigInteger changedWei) {
    return new ZeroGSettings(
        indexer,
        nodes,
        flow,
        replicas,
        segmentsPerCall,
        parallelCalls,
        patience,
        pollInterval,
        rpc,
        cacheBytes,
        changedWei);
  }
}
