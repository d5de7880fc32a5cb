package io.inft.commit;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;

/**
 * One entry of the event log.
 *
 * @param sequence its place in the log of this database, from 1, without gaps
 * @param timeMillis clock of whoever wrote it, a claim
 * @param source who wrote it
 * @param type a short name, 1 to 255 bytes of UTF-8
 * @param payloadJson what the writer gave, JSON by agreement, at most 1 MiB of UTF-8
 * @param applicationSequence its row in the event table, from 1; 0 for the driver's own
 * @param lineage 16 bytes that name the table's life it was written in; empty for the driver's own
 */
public record Event(
    long sequence,
    long timeMillis,
    Source source,
    String type,
    String payloadJson,
    long applicationSequence,
    Blob lineage) {
  public static final int MAX_TYPE_BYTES = 255;
  public static final int MAX_PAYLOAD_BYTES = 1 << 20;

  /** Who wrote an event; the codes are part of the format. */
  public enum Source {
    DRIVER(1),
    APPLICATION(2);

    private final int code;

    Source(int code) {
      this.code = code;
    }

    /** The code in the format. */
    public int code() {
      return code;
    }
  }

  public Event {
    Rules.require(sequence >= 1, "event " + sequence);
    Rules.require(timeMillis >= 0, "an event at " + timeMillis);
    if (source == Source.DRIVER) {
      Rules.require(
          applicationSequence == 0 && lineage.isEmpty(), "a driver's event with a row of its own");
    } else {
      Rules.require(
          applicationSequence >= 1 && lineage.sizeBytes() == Manifest.LINEAGE_BYTES,
          "an application's event without row or lineage");
    }
    int typeBytes = StrictText.encode("event type", type).length;
    Rules.require(
        typeBytes >= 1 && typeBytes <= MAX_TYPE_BYTES, "an event type of " + typeBytes + " bytes");
    int payloadBytes = StrictText.encode("event payload", payloadJson).length;
    Rules.require(
        payloadBytes <= MAX_PAYLOAD_BYTES, "an event payload of " + payloadBytes + " bytes");
  }

  /** All but sequence and time, in its one encoding: what the chain hashes as the content. */
  byte[] content() {
    byte[] typeBytes = StrictText.encode("event type", type);
    byte[] payloadBytes = StrictText.encode("event payload", payloadJson);
    ByteWriter writer = new ByteWriter(64 + payloadBytes.length).u8(source.code());
    if (source == Source.APPLICATION) {
      writer.u64(applicationSequence).bytes(lineage.toBytes());
    }
    return writer.u8(typeBytes.length).bytes(typeBytes).bytes32(payloadBytes).toBytes();
  }
}
