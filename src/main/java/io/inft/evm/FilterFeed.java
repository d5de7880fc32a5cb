package io.inft.evm;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.RpcUnavailableException;
import io.inft.rpc.JsonFields;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events that an endpoint keeps in a filter, which is asked once a block. */
final class FilterFeed implements LogFeed {
  private static final Logger LOG = LoggerFactory.getLogger(FilterFeed.class);
  private static final int MAX_EVENTS = 2_000;

  /** So many blocks say how long one takes, to the second as their times are. */
  private static final int BLOCKS_LOOKED_AT = 32;

  private static final long SHORTEST_MILLIS = 250;
  private static final long LONGEST_MILLIS = 5_000;

  /** An endpoint forgets filters by itself, so this one need not be gone for certain. */
  private static final RpcSettings FAREWELL =
      new RpcSettings(Duration.ofSeconds(2), 64 << 10, RetryRule.ONCE);

  private final JsonRpc rpc;
  private final Address contract;
  private final long pauseNanos;
  private String filter;
  private long dueNanos;

  private FilterFeed(JsonRpc rpc, Address contract, long pauseMillis, String filter) {
    this.rpc = rpc;
    this.contract = contract;
    this.pauseNanos = TimeUnit.MILLISECONDS.toNanos(pauseMillis);
    this.filter = filter;
    this.dueNanos = System.nanoTime() + pauseNanos;
  }

  /**
   * @param rpc of one endpoint, since the others do not know the filter
   */
  static FilterFeed open(JsonRpc rpc, Address contract, List<List<Digest>> topics)
      throws InftException {
    long pauseMillis = blockMillis(rpc);
    return new FilterFeed(rpc, contract, pauseMillis, make(rpc, contract, topics));
  }

  private static String make(JsonRpc rpc, Address contract, List<List<Digest>> topics)
      throws InftException {
    return SocketFeed.name("filter", rpc.call("eth_newFilter", LogSource.filter(contract, topics)));
  }

  private static long blockMillis(JsonRpc rpc) throws InftException {
    JsonFields latest = new JsonFields("block", rpc.call("eth_getBlockByNumber", "latest", false));
    long number = latest.quantityLong("number");
    long blocks = Math.min(BLOCKS_LOOKED_AT, number);
    if (blocks == 0) {
      return SHORTEST_MILLIS;
    }
    JsonFields before =
        new JsonFields(
            "block", rpc.call("eth_getBlockByNumber", Chain.hex(number - blocks), false));
    long seconds = latest.quantityLong("timestamp") - before.quantityLong("timestamp");
    long bounded = Math.max(0, Math.min(seconds, blocks * LONGEST_MILLIS));
    return Math.max(SHORTEST_MILLIS, Math.min(bounded * 1_000 / blocks, LONGEST_MILLIS));
  }

  @Override
  public void watch(List<List<Digest>> topics) throws InftException {
    String before = filter;
    filter = make(rpc, contract, topics);
    forget(before);
  }

  @Override
  public List<Told> next(Duration atMost) throws InftException {
    long left = dueNanos - System.nanoTime();
    try {
      TimeUnit.NANOSECONDS.sleep(Math.min(left, atMost.toNanos()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcUnavailableException(rpc.describe(), "eth_getFilterChanges", "interrupted", e);
    }
    if (System.nanoTime() - dueNanos < 0) {
      return List.of();
    }
    JsonNode changes = rpc.call("eth_getFilterChanges", filter);
    dueNanos = System.nanoTime() + pauseNanos;
    if (!changes.isArray() || changes.size() > MAX_EVENTS) {
      throw new CorruptObjectException("changes", 0, "no list of at most " + MAX_EVENTS);
    }
    List<Told> told = new ArrayList<>();
    for (JsonNode log : changes) {
      told.add(LogSource.told(log));
    }
    return told;
  }

  @Override
  public void close() {
    forget(filter);
  }

  private void forget(String old) {
    try {
      rpc.atCurrentOnly(FAREWELL).call("eth_uninstallFilter", old);
    } catch (InftException e) {
      LOG.debug("the filter is left to the endpoint", e);
    }
  }
}
