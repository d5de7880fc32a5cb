package io.inft.commit;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bytes of an event batch, format 1; see {@code event-log.md}. */
final class EventBatchFormat {
  static final int FORMAT = 1;
  static final int PLAIN = 0;
  static final int DEFLATED = 1;

  static final int ENCODING_OFFSET = 1;
  static final int FIRST_SEQUENCE_OFFSET = 2;
  static final int COUNT_OFFSET = 10;
  static final int BEFORE_OFFSET = 14;
  static final int AFTER_OFFSET = 46;
  static final int PLAIN_LENGTH_OFFSET = 78;
  static final int HEADER_BYTES = 82;

  private static final String WHAT = "event batch";

  private EventBatchFormat() {}

  /** What one event takes before the batch is deflated. */
  static int sizeBytes(Event event) {
    return 8 + event.content().length;
  }

  static byte[] write(EventBatch batch) {
    byte[] plain = write(batch.events());
    byte[] deflated = Deflate.deflate(plain);
    boolean pays = deflated.length < plain.length;
    return new ByteWriter(HEADER_BYTES + plain.length)
        .u8(FORMAT)
        .u8(pays ? DEFLATED : PLAIN)
        .u64(batch.firstSequence())
        .u32(batch.events().size())
        .digest(batch.before())
        .digest(batch.after())
        .u32(plain.length)
        .bytes(pays ? deflated : plain)
        .toBytes();
  }

  /** Events, one after the other. */
  static byte[] write(List<Event> events) {
    ByteWriter writer = new ByteWriter(4096);
    events.forEach(event -> writer.u64(event.timeMillis()).bytes(event.content()));
    return writer.toBytes();
  }

  static EventBatch read(byte[] bytes) throws InftException {
    if (bytes.length > EventBatch.MAX_BYTES) {
      throw new CorruptObjectException(
          WHAT, 0, "has " + bytes.length + " bytes, at most " + EventBatch.MAX_BYTES + " allowed");
    }
    ByteReader reader = new ByteReader(WHAT, bytes);
    Formats.read(reader, "the event batch", FORMAT);
    int encoding = reader.u8("encoding");
    long first = reader.u64("first sequence");
    int count = reader.u32("event count", EventBatch.MAX_EVENTS);
    Digest before = reader.digest("hash before");
    Digest after = reader.digest("hash after");
    int plainLength = reader.u32("plain length", EventBatch.MAX_PLAIN_BYTES);
    if (count < 1 || first < 1 || first > Long.MAX_VALUE - count) {
      throw reader.corrupt(count + " events from sequence " + first);
    }
    byte[] plain =
        switch (encoding) {
          case PLAIN -> reader.bytes("events", plainLength);
          case DEFLATED -> inflate(reader, plainLength);
          default -> throw reader.corrupt("encoding " + encoding + " does not exist");
        };
    reader.end();
    List<Event> events = readEvents(new ByteReader("events of a batch", plain), first, count);
    return verified(reader, before, after, events);
  }

  private static byte[] inflate(ByteReader reader, int plainLength) throws CorruptObjectException {
    byte[] deflated = reader.bytes("events", reader.remaining());
    return Deflate.inflate(deflated, plainLength)
        .orElseThrow(() -> reader.corrupt("does not inflate to " + plainLength + " bytes"));
  }

  static List<Event> readEvents(ByteReader reader, long first, int count)
      throws CorruptObjectException {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(readEvent(reader, first + i));
    }
    reader.end();
    return events;
  }

  private static Event readEvent(ByteReader reader, long sequence) throws CorruptObjectException {
    long timeMillis = reader.u64("time");
    int code = reader.u8("source");
    Event.Source source =
        Arrays.stream(Event.Source.values())
            .filter(known -> known.code() == code)
            .findFirst()
            .orElseThrow(() -> reader.corrupt("source " + code + " does not exist"));
    long applicationSequence = 0;
    Blob lineage = Blob.EMPTY;
    if (source == Event.Source.APPLICATION) {
      applicationSequence = reader.u64("application sequence");
      lineage = Blob.of(reader.bytes("lineage", Manifest.LINEAGE_BYTES));
    }
    String type = StrictText.decode(reader, "type", reader.bytes("type", reader.u8("type length")));
    String payload =
        StrictText.decode(reader, "payload", reader.bytes32("payload", Event.MAX_PAYLOAD_BYTES));
    try {
      return new Event(sequence, timeMillis, source, type, payload, applicationSequence, lineage);
    } catch (IllegalArgumentException brokenRule) {
      throw reader.corrupt(String.valueOf(brokenRule.getMessage()));
    }
  }

  private static EventBatch verified(
      ByteReader reader, Digest before, Digest after, List<Event> events)
      throws CorruptObjectException {
    Digest reached = before;
    for (Event event : events) {
      reached = EventChain.next(reached, event);
    }
    if (!reached.equals(after)) {
      throw reader.corrupt("its events lead to hash " + reached + ", not to " + after);
    }
    return new EventBatch(before, after, events);
  }
}
