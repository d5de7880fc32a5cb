package io.inft.commit;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tree over the events that one version brings. Its root stands in the public part of the
 * commit object, so that one event can be shown to somebody, and that it was in this version,
 * without anything beside it: a leaf is blinded, so whoever sees it cannot test a guess of what it
 * stands for. The definition is in {@code event-log.md}. Not thread-safe.
 */
public final class EventTree {
  static final int BLIND_BYTES = 16;

  private static final byte[] BLINDS = "inft/v1/event-blinds".getBytes(StandardCharsets.US_ASCII);

  private static final int LEAF = 0;
  private static final int INNER = 1;
  private static final int ROOT = 2;

  private final Mac blinds;

  // Mutable: the tops of the full subtrees so far, the largest first, one for each bit of the
  // count.
  private final Deque<Digest> tops = new ArrayDeque<>();
  private long first;
  private int count;

  /**
   * @param stateKey the database's, which the blinds follow from
   */
  public EventTree(Blob stateKey) {
    this.blinds = blinds(stateKey);
  }

  /** The root over some events, in their order; without any, it is zero. */
  public static Digest root(Blob stateKey, List<Event> events) {
    EventTree tree = new EventTree(stateKey);
    events.forEach(tree::add);
    return tree.root();
  }

  /** Adds the next event. */
  public void add(Event event) {
    if (count == 0) {
      first = event.sequence();
    }
    Digest top = leaf(blind(blinds, event.sequence()), event);
    for (int full = count; (full & 1) == 1; full >>= 1) {
      top = inner(tops.removeLast(), top);
    }
    tops.addLast(top);
    count++;
  }

  /** The root over what was added; zero if that is nothing. */
  public Digest root() {
    if (count == 0) {
      return Digest.ZERO;
    }
    Iterator<Digest> fromTheRight = tops.descendingIterator();
    Digest top = fromTheRight.next();
    while (fromTheRight.hasNext()) {
      top = inner(fromTheRight.next(), top);
    }
    return Digest.sha256(new ByteWriter(45).u8(ROOT).u64(first).u32(count).digest(top).toBytes());
  }

  private static Digest leaf(byte[] blind, Event event) {
    return Digest.sha256(
        new ByteWriter(1 + BLIND_BYTES + 8 + 8 + Digest.BYTES)
            .u8(LEAF)
            .bytes(blind)
            .u64(event.sequence())
            .u64(event.timeMillis())
            .digest(Digest.sha256(event.content()))
            .toBytes());
  }

  private static Digest inner(Digest left, Digest right) {
    return Digest.sha256(
        new ByteWriter(1 + 2 * Digest.BYTES).u8(INNER).digest(left).digest(right).toBytes());
  }

  private static Mac blinds(Blob stateKey) {
    byte[] key = mac(stateKey.toBytes()).doFinal(BLINDS);
    return mac(key);
  }

  private static byte[] blind(Mac blinds, long sequence) {
    byte[] all = blinds.doFinal(new ByteWriter(8).u64(sequence).toBytes());
    return Arrays.copyOf(all, BLIND_BYTES);
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java machine has HmacSHA256", e);
    }
  }
}
