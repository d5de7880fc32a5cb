package io.inft.commit;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive events and the event chain's hash before and after them: the plaintext of a sealed
 * batch. Immutable. The format is described in {@code event-log.md}.
 */
public final class EventBatch {
  public static final int MAX_EVENTS = 1 << 16;

  /** Of the events' encoding, before it is deflated. */
  public static final int MAX_PLAIN_BYTES = 8 << 20;

  /** The longest that {@link #toBytes()} gives. */
  public static final int MAX_BYTES = EventBatchFormat.HEADER_BYTES + MAX_PLAIN_BYTES;

  private final Digest before;
  private final Digest after;
  private final List<Event> events;

  EventBatch(Digest before, Digest after, List<Event> events) {
    this.before = before;
    this.after = after;
    this.events = List.copyOf(events);
  }

  /**
   * Makes one batch.
   *
   * @param before the event chain's hash before the first event
   * @throws IllegalArgumentException if there is none, a sequence is skipped, or they are too many
   *     for one batch: see {@link #split}
   */
  public static EventBatch of(Digest before, List<Event> events) {
    List<EventBatch> batches = split(before, events);
    if (batches.size() != 1) {
      throw new IllegalArgumentException(events.size() + " events make no single batch");
    }
    return batches.get(0);
  }

  /** Makes as many batches as the limits ask for, in order; none for no events. */
  public static List<EventBatch> split(Digest before, List<Event> events) {
    List<EventBatch> batches = new ArrayList<>();
    List<Event> current = new ArrayList<>();
    long plainBytes = 0;
    Digest from = before;
    Digest reached = before;
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      if (event.sequence() != events.get(0).sequence() + i) {
        throw new IllegalArgumentException(
            "event " + event.sequence() + " does not follow " + events.get(i - 1).sequence());
      }
      int eventBytes = EventBatchFormat.sizeBytes(event);
      if (current.size() == MAX_EVENTS || plainBytes + eventBytes > MAX_PLAIN_BYTES) {
        batches.add(new EventBatch(from, reached, current));
        current = new ArrayList<>();
        plainBytes = 0;
        from = reached;
      }
      current.add(event);
      plainBytes += eventBytes;
      reached = EventChain.next(reached, event);
    }
    if (!current.isEmpty()) {
      batches.add(new EventBatch(from, reached, current));
    }
    return List.copyOf(batches);
  }

  public long firstSequence() {
    return events.get(0).sequence();
  }

  public long lastSequence() {
    return events.get(events.size() - 1).sequence();
  }

  /** The event chain's hash before the first event. */
  public Digest before() {
    return before;
  }

  /** The event chain's hash after the last event. */
  public Digest after() {
    return after;
  }

  public List<Event> events() {
    return events;
  }

  public byte[] toBytes() {
    return EventBatchFormat.write(this);
  }

  /**
   * Reads a batch and computes its hashes again.
   *
   * @throws io.inft.failure.FormatTooNewException a later release made it
   * @throws io.inft.failure.CorruptObjectException it breaks a rule of the format, or its events do
   *     not lead from the first hash to the last
   */
  public static EventBatch parse(byte[] bytes) throws InftException {
    return EventBatchFormat.read(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventBatch that
        && before.equals(that.before)
        && after.equals(that.after)
        && events.equals(that.events);
  }

  @Override
  public int hashCode() {
    return after.hashCode();
  }

  @Override
  public String toString() {
    return "EventBatch[" + firstSequence() + " to " + lastSequence() + "]";
  }
}
