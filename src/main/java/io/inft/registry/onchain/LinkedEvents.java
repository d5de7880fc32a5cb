package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.Chain;
import io.inft.evm.Log;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.RpcErrorException;
import io.inft.registry.DatabaseId;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Events of one id that form a list: they are numbered without gaps, and each names the block of
 * the one before it. The list is walked from its end with bounded questions about a few blocks, so
 * that no endpoint is asked to search a whole chain.
 */
final class LinkedEvents<T> {
  /**
   * @param number version or sequence
   * @param previousBlock block of the one before, 0 of the first
   */
  record Link<T>(long number, T value, long previousBlock) {}

  /** Reads one event. */
  interface Decoder<T> {
    Link<T> decode(Log log) throws InftException;
  }

  /** Answers of nodes are complete and bounded within so many blocks nearly everywhere. */
  private static final long WINDOW_BLOCKS = 1_000;

  private final Chain chain;
  private final Address contract;
  private final DatabaseId id;
  private final Digest topic;
  private final Decoder<T> decoder;
  private final long firstWindow;

  LinkedEvents(Chain chain, Address contract, DatabaseId id, Digest topic, Decoder<T> decoder) {
    this(chain, contract, id, topic, decoder, WINDOW_BLOCKS);
  }

  /**
   * @param firstWindow how many blocks to ask about at once; 1 after an endpoint refused more
   */
  LinkedEvents(
      Chain chain,
      Address contract,
      DatabaseId id,
      Digest topic,
      Decoder<T> decoder,
      long firstWindow) {
    this.firstWindow = firstWindow;
    this.chain = chain;
    this.contract = contract;
    this.id = id;
    this.topic = topic;
    this.decoder = decoder;
  }

  /** The events of one block, by their number. */
  Map<Long, Link<T>> inBlock(long block) throws InftException {
    return within(block, block);
  }

  private Map<Long, Link<T>> within(long from, long to) throws InftException {
    Map<Long, Link<T>> found = new HashMap<>();
    for (Log log : chain.logsWithin(contract, Arrays.asList(topic, id.hash()), from, to)) {
      boolean asked =
          log.address().equals(contract)
              && log.topics().size() > 1
              && RegistryEvents.is(topic, log)
              && log.topics().get(1).equals(id.hash())
              && log.blockNumber() >= from
              && log.blockNumber() <= to;
      if (!asked) {
        throw new CorruptObjectException(
            "events that " + chain.describe() + " sent", 0, "are not those asked for");
      }
      Link<T> link = decoder.decode(log);
      found.put(link.number(), link);
    }
    return found;
  }

  /**
   * Walks back from the end, or from a place known from an earlier walk that is nearer, and returns
   * the events with numbers {@code from} to {@code to}, ascending.
   *
   * @param lastNumber number of the newest event
   * @param lastBlock its block
   * @return empty if the endpoint has no event where one must be: it lags, or pruned its logs
   */
  Optional<List<T>> walk(long from, long to, long lastNumber, long lastBlock, Landmarks landmarks)
      throws InftException {
    Optional<Map.Entry<Long, Long>> near =
        landmarks.atOrBehind(to).filter(place -> place.getKey() < lastNumber);
    if (near.isPresent()) {
      Optional<List<T>> found =
          walkFrom(from, to, near.get().getKey(), near.get().getValue(), landmarks);
      if (found.isPresent()) {
        return found;
      }
    }
    return walkFrom(from, to, lastNumber, lastBlock, landmarks);
  }

  private Optional<List<T>> walkFrom(
      long from, long to, long lastNumber, long lastBlock, Landmarks landmarks)
      throws InftException {
    Deque<T> found = new ArrayDeque<>();
    long number = lastNumber;
    long block = lastBlock;
    long window = firstWindow;
    Map<Long, Link<T>> known = new HashMap<>();
    while (number >= from) {
      Link<T> link = known.remove(number);
      if (link == null) {
        try {
          known = within(Math.max(0, block - window + 1), block);
        } catch (RpcErrorException e) {
          if (window == 1) {
            throw e;
          }
          window = 1;
          continue;
        }
        link = known.remove(number);
        if (link == null) {
          return Optional.empty();
        }
      }
      if (number <= to) {
        found.addFirst(link.value());
      }
      block = link.previousBlock();
      number--;
      landmarks.note(number, block);
    }
    return Optional.of(List.copyOf(found));
  }
}
