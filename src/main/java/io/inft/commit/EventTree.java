package io.inft.commit;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

  /** The leaves so far, empty unless they are kept. */
  private final List<Digest> leaves = new ArrayList<>();

  private final boolean keepsLeaves;

  // Mutable: the tops of the full subtrees so far, the largest first, one for each bit of the
  // count.
  private final Deque<Digest> tops = new ArrayDeque<>();
  private long first;
  private int count;

  /**
   * @param stateKey the database's, which the blinds follow from
   */
  public EventTree(Blob stateKey) {
    this(stateKey, false);
  }

  private EventTree(Blob stateKey, boolean keepsLeaves) {
    this.blinds = blinds(stateKey);
    this.keepsLeaves = keepsLeaves;
  }

  /** A tree that can show its events one by one; takes some 50 bytes for each. */
  public static EventTree keepingLeaves(Blob stateKey) {
    return new EventTree(stateKey, true);
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
    if (keepsLeaves) {
      leaves.add(top);
    }
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
    return root(first, count, top);
  }

  /**
   * What shows that an event that was added is in this tree.
   *
   * @throws IllegalArgumentException if it was not added
   * @throws IllegalStateException if this tree does not keep its leaves
   */
  public Inclusion inclusion(long sequence) {
    if (!keepsLeaves) {
      throw new IllegalStateException("the leaves were not kept");
    }
    long index = sequence - first;
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException("event " + sequence + " is not among these " + count);
    }
    List<Digest> path = new ArrayList<>();
    List<Digest> level = leaves;
    for (int at = (int) index; level.size() > 1; at /= 2) {
      if ((at ^ 1) < level.size()) {
        path.add(level.get(at ^ 1));
      }
      level = above(level);
    }
    return new Inclusion(Blob.of(blind(blinds, sequence)), first, count, path);
  }

  private static List<Digest> above(List<Digest> level) {
    List<Digest> above = new ArrayList<>((level.size() + 1) / 2);
    for (int i = 0; i + 1 < level.size(); i += 2) {
      above.add(inner(level.get(i), level.get(i + 1)));
    }
    if (level.size() % 2 == 1) {
      above.add(level.get(level.size() - 1));
    }
    return above;
  }

  static Digest root(long first, int count, Digest top) {
    return Digest.sha256(new ByteWriter(45).u8(ROOT).u64(first).u32(count).digest(top).toBytes());
  }

  static Digest leaf(byte[] blind, Event event) {
    return Digest.sha256(
        new ByteWriter(1 + BLIND_BYTES + 8 + 8 + Digest.BYTES)
            .u8(LEAF)
            .bytes(blind)
            .u64(event.sequence())
            .u64(event.timeMillis())
            .digest(Digest.sha256(event.content()))
            .toBytes());
  }

  static Digest inner(Digest left, Digest right) {
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

  /**
   * Shows that one event is among those that a version brought, and nothing of the others; see
   * {@code event-log.md}.
   *
   * @param blind of this event's leaf, 16 bytes; other leaves have others, which do not follow
   * @param first sequence of the first event of the version
   * @param count how many events the version brought
   * @param path the nodes beside the way up, from the leaf's neighbour to the one below the top
   */
  public record Inclusion(Blob blind, long first, int count, List<Digest> path) {
    public static final int BLIND_BYTES = EventTree.BLIND_BYTES;

    public Inclusion {
      path = List.copyOf(path);
      Rules.require(
          blind.sizeBytes() == BLIND_BYTES, "an event's blind of " + blind.sizeBytes() + " bytes");
      Rules.require(first >= 1, "first event " + first);
      Rules.require(count >= 1, "a version with " + count + " events");
      Rules.require(first <= Long.MAX_VALUE - count, "events after " + first);
    }

    /** How many nodes stand beside the way up from one of so many leaves. */
    public static int nodesBeside(long index, int count) {
      int nodes = 0;
      long at = index;
      for (long width = count; width > 1; width = (width + 1) / 2) {
        nodes += (at ^ 1) < width ? 1 : 0;
        at /= 2;
      }
      return nodes;
    }

    /**
     * The root of the tree that an event is in if this is true.
     *
     * @throws IllegalArgumentException if its sequence is not among those of the version, or the
     *     path has another length than its place asks for
     */
    public Digest root(Event event) {
      long index = event.sequence() - first;
      Rules.require(
          index >= 0 && index < count,
          "event " + event.sequence() + " is not among the " + count + " from " + first);
      Rules.require(
          path.size() == nodesBeside(index, count),
          "a path of " + path.size() + " nodes for event " + event.sequence());
      Digest node = leaf(blind.toBytes(), event);
      int used = 0;
      long at = index;
      for (long width = count; width > 1; width = (width + 1) / 2) {
        if ((at ^ 1) < width) {
          Digest beside = path.get(used++);
          node = at % 2 == 0 ? inner(node, beside) : inner(beside, node);
        }
        at /= 2;
      }
      return EventTree.root(first, count, node);
    }
  }
}
