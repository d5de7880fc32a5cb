package io.inft.store.zerog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inft.bytes.Digest;
import io.inft.evm.BlockHeader;
import io.inft.evm.Chain;
import io.inft.evm.Log;
import io.inft.failure.InftException;
import io.inft.failure.RpcErrorException;
import io.inft.store.merkle.ObjectRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who was paid for last, as the Flow contract's events say: read from the newest block back, for
 * many objects in one question, until each was found. What lies in final blocks is remembered, so
 * that the next look reads only what came since. Safe for many threads.
 */
final class Payments {
  private static final int REMEMBERED = 50_000;

  /** Objects asked for in one question. */
  private static final int AT_ONCE = 100;

  private static final long FIRST_WINDOW_BLOCKS = 10_000;
  private static final long MOST_WINDOW_BLOCKS = 10_000_000;
  private static final long LEAST_WINDOW_BLOCKS = 100;

  /** Questions about as many objects; what they do not find was paid for too long ago to say. */
  private static final int MAX_QUESTIONS = 500;

  private static final long DEEPEST_REORGANIZATION = 256;

  /**
   * What is known of an object.
   *
   * @param finalBlock the last block that was read and stays
   */
  private record Seen(Submission newest, long finalBlock) {}

  private final Chain chain;
  private final Cache<ObjectRef, Seen> seen =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(REMEMBERED).build();
  private final Cache<Digest, Instant> times =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(REMEMBERED).build();

  Payments(Chain chain) {
    this.chain = chain;
  }

  /**
   * The newest submission of each object.
   *
   * @param identities the topic by which each is found
   * @return without those that were not found
   */
  Map<ObjectRef, Submission> newest(FlowContract flow, Map<ObjectRef, Digest> identities)
      throws InftException {
    long head = chain.blockNumber();
    long finalBlock = finalBlock(head);
    Map<ObjectRef, Submission> found = new HashMap<>();
    List<ObjectRef> known = new ArrayList<>();
    List<ObjectRef> unknown = new ArrayList<>();
    long knownTo = head;
    for (ObjectRef object : identities.keySet()) {
      Seen before = seen.getIfPresent(object);
      if (before == null) {
        unknown.add(object);
      } else {
        known.add(object);
        found.put(object, before.newest());
        knownTo = Math.min(knownTo, before.finalBlock());
      }
    }
    search(flow, known, identities, knownTo + 1, head, found);
    if (!unknown.isEmpty()) {
      search(flow, unknown, identities, flow.firstBlock(), head, found);
    }
    found.forEach(
        (object, newest) -> {
          if (newest.blockNumber() <= finalBlock) {
            seen.put(object, new Seen(newest, finalBlock));
          }
        });
    return found;
  }

  private long finalBlock(long head) throws InftException {
    try {
      Optional<BlockHeader> block = chain.block(Chain.FINALIZED);
      if (block.isPresent()) {
        return Math.min(head, block.get().number());
      }
    } catch (RpcErrorException notKnownEverywhere) {
      // then what is deep enough has to do
    }
    return Math.max(-1, head - DEEPEST_REORGANIZATION);
  }

  private void search(
      FlowContract flow,
      List<ObjectRef> objects,
      Map<ObjectRef, Digest> identities,
      long first,
      long last,
      Map<ObjectRef, Submission> found)
      throws InftException {
    for (int from = 0; from < objects.size(); from += AT_ONCE) {
      Set<ObjectRef> missing =
          new HashSet<>(objects.subList(from, Math.min(objects.size(), from + AT_ONCE)));
      Set<Digest> topics = new HashSet<>();
      missing.forEach(object -> topics.add(identities.get(object)));
      walkBack(flow, missing, topics, first, last, found);
    }
  }

  private void walkBack(
      FlowContract flow,
      Set<ObjectRef> missing,
      Collection<Digest> topics,
      long first,
      long last,
      Map<ObjectRef, Submission> found)
      throws InftException {
    long window = FIRST_WINDOW_BLOCKS;
    long to = last;
    for (int asked = 0; to >= first && !missing.isEmpty() && asked < MAX_QUESTIONS; asked++) {
      long from = Math.max(first, to - window + 1);
      List<Log> logs;
      try {
        logs = chain.logsOfAny(flow.address(), Submission.TOPIC, 2, topics, from, to);
      } catch (RpcErrorException tooMuch) {
        if (window <= LEAST_WINDOW_BLOCKS) {
          throw tooMuch;
        }
        window = Math.max(LEAST_WINDOW_BLOCKS, window / 4);
        continue;
      }
      for (int i = logs.size() - 1; i >= 0; i--) {
        if (Submission.isOne(flow.address(), logs.get(i))) {
          Submission submission = Submission.of(logs.get(i));
          ObjectRef object = submission.content().ref();
          if (missing.remove(object)) {
            found.put(object, submission);
          }
        }
      }
      to = from - 1;
      window = Math.min(MOST_WINDOW_BLOCKS, 2 * window);
    }
  }

  /** When a submission was mined. */
  Instant time(Submission submission) throws InftException {
    Instant known = times.getIfPresent(submission.blockHash());
    if (known != null) {
      return known;
    }
    Optional<BlockHeader> block = chain.block(submission.blockNumber());
    Instant time = block.isPresent() ? block.get().time() : now();
    if (block.isPresent() && block.get().hash().equals(submission.blockHash())) {
      times.put(submission.blockHash(), time);
    }
    return time;
  }

  /** The chain's clock. */
  Instant now() throws InftException {
    return chain.block(Chain.LATEST).map(BlockHeader::time).orElse(Instant.EPOCH);
  }
}
