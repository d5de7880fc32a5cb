package io.inft.commit;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A manifest of format 2 or 3: nothing that follows from something else, numbers no longer than
 * they are, and the small things that ride in it.
 */
final class CompactManifest {
  /** The events are deflated. */
  private static final int DEFLATED = 1;

  /** Behind those that are told there is the driver's own that the version was made. */
  private static final int COMMITTED = 2;

  private static final Blob NO_LINEAGE = Blob.of(new byte[Manifest.LINEAGE_BYTES]);

  private CompactManifest() {}

  static byte[] write(SealedManifest sealed, SealedManifest.MadeAt at) {
    Manifest manifest = sealed.manifest();
    boolean named = !manifest.lineage().equals(NO_LINEAGE);
    ByteWriter writer =
        new ByteWriter(256)
            .u8(format(manifest.stateKey().kind()))
            .u8(Integer.numberOfTrailingZeros(manifest.pageSize()))
            .varint(manifest.pageCount())
            .bytes(manifest.stateNonce().toBytes())
            .digest(manifest.stateRoot())
            .bytes(manifest.stateKey().key().toBytes())
            .varint(manifest.transactions())
            .varint(manifest.firstCommitTimeMillis())
            .zigzag(manifest.lastCommitTimeMillis() - manifest.firstCommitTimeMillis())
            .varint(manifest.applicationEventSequence())
            .u8(named ? 1 : 0)
            .bytes(named ? manifest.lineage().toBytes() : new byte[0])
            .varint(manifest.eventSequence())
            .digest(sealed.events().map(EventBatch::before).orElse(manifest.eventHash()));
    writeEvents(writer, sealed, at);
    writeLog(writer, sealed.log(), manifest.firstCommitTimeMillis());
    if (!sealed.ends().isEmpty()) {
      writeArea(writer, PackEnd.TAG, PackEnd.write(sealed.ends()));
    }
    if (PackEnd.tellParts(sealed.ends())) {
      writeArea(writer, PackEnd.PARTS_TAG, PackEnd.writeParts(sealed.ends()));
    }
    return writer.toBytes();
  }

  private static void writeArea(ByteWriter writer, int tag, byte[] area) {
    writer.varint(tag).varint(area.length).bytes(area);
  }

  /** Which format a manifest has follows from the kind of its state root. */
  private static int format(StateRoot kind) {
    return kind == StateRoot.PAGES ? SealedManifest.COMPACT : SealedManifest.FORMAT;
  }

  static SealedManifest read(int format, ByteReader reader, SealedManifest.MadeAt at)
      throws CorruptObjectException {
    int pageBits = reader.u8("page size");
    if (pageBits > 16) {
      throw reader.corrupt("a page size of 2^" + pageBits);
    }
    long pageCount = reader.varint("page count");
    Blob stateNonce = Blob.of(reader.bytes("state nonce", Manifest.STATE_NONCE_BYTES));
    Digest stateRoot = reader.digest("state root");
    StateKey stateKey =
        new StateKey(
            format == SealedManifest.COMPACT ? StateRoot.PAGES : StateRoot.CHUNKS,
            Blob.of(reader.bytes("state key", Manifest.STATE_KEY_BYTES)));
    long transactions = reader.varint("transactions");
    long first = reader.varint("first commit time");
    long last = first + reader.zigzag("last commit time");
    long applicationSequence = reader.varint("application event sequence");
    Blob lineage = readLineage(reader);
    long eventSequence = reader.varint("event sequence");
    Digest before = reader.digest("event hash");
    List<Event> events = readEvents(reader, eventSequence, transactions, at);
    Optional<TransactionLog> log = readLog(reader, first);
    List<PackEnd> ends = format > SealedManifest.COMPACT ? readAreas(reader) : List.of();
    Digest after = before;
    for (Event event : events) {
      after = EventChain.next(after, event);
    }
    return new SealedManifest(
        new Manifest(
            1 << pageBits,
            pageCount,
            stateNonce,
            stateRoot,
            stateKey,
            transactions,
            first,
            last,
            applicationSequence,
            lineage,
            eventSequence,
            after),
        events.isEmpty() ? Optional.empty() : Optional.of(new EventBatch(before, after, events)),
        log,
        ends);
  }

  /**
   * What helps some readers and nobody needs; of it the ends of packs and parts of them are known
   * here.
   */
  private static List<PackEnd> readAreas(ByteReader reader) throws CorruptObjectException {
    List<PackEnd> ends = List.of();
    long before = 0;
    while (reader.remaining() > 0) {
      long tag = reader.varint("tag of an area");
      if (tag <= before) {
        throw reader.corrupt("an area " + tag + " behind area " + before);
      }
      long length = reader.varint("length of an area");
      if (length > reader.remaining()) {
        throw reader.corrupt("an area of " + length + " bytes");
      }
      byte[] area = reader.bytes("area", (int) length);
      if (tag == PackEnd.TAG) {
        ends = PackEnd.read(area);
        if (ends.isEmpty()) {
          throw reader.corrupt("an area of no ends of packs");
        }
      } else if (tag == PackEnd.PARTS_TAG) {
        ends = PackEnd.readParts(area, ends);
      }
      before = tag;
    }
    return ends;
  }

  private static Blob readLineage(ByteReader reader) throws CorruptObjectException {
    int named = reader.u8("lineage");
    if (named > 1) {
      throw reader.corrupt("lineage " + named + " does not exist");
    }
    Blob lineage =
        named == 0 ? NO_LINEAGE : Blob.of(reader.bytes("lineage", Manifest.LINEAGE_BYTES));
    if (named == 1 && lineage.equals(NO_LINEAGE)) {
      throw reader.corrupt("a lineage of zeros that is written out");
    }
    return lineage;
  }

  /** How many events of a batch are told; the last one may follow from the version itself. */
  static int told(EventBatch batch, Manifest manifest, SealedManifest.MadeAt at) {
    int count = batch.events().size();
    Event last = batch.events().get(count - 1);
    return last.equals(committed(last.sequence(), manifest.transactions(), at)) ? count - 1 : count;
  }

  private static Event committed(long sequence, long transactions, SealedManifest.MadeAt at) {
    return DriverEvent.committed(at.version(), transactions).at(sequence, at.timeMillis());
  }

  private static void writeEvents(
      ByteWriter writer, SealedManifest sealed, SealedManifest.MadeAt at) {
    if (sealed.events().isEmpty()) {
      writer.u8(0).varint(0);
      return;
    }
    EventBatch batch = sealed.events().get();
    int told = told(batch, sealed.manifest(), at);
    byte[] plain = EventBatchFormat.write(batch.events().subList(0, told));
    byte[] deflated = Deflate.deflate(plain);
    boolean pays = deflated.length + 3 < plain.length;
    writer.u8((pays ? DEFLATED : 0) | (told < batch.events().size() ? COMMITTED : 0)).varint(told);
    if (told > 0) {
      writer.varint(plain.length);
      if (pays) {
        writer.varint(deflated.length);
      }
      writer.bytes(pays ? deflated : plain);
    }
  }

  private static List<Event> readEvents(
      ByteReader reader, long last, long transactions, SealedManifest.MadeAt at)
      throws CorruptObjectException {
    int flags = reader.u8("event flags");
    long told = reader.varint("event count");
    boolean committed = (flags & COMMITTED) != 0;
    long first = last - told + (committed ? 0 : 1);
    if (flags > (DEFLATED | COMMITTED) || (told == 0 && (flags & DEFLATED) != 0)) {
      throw reader.corrupt("event flags " + flags + " do not exist");
    }
    if (told > EventBatch.MAX_EVENTS || (first < 1 && (told > 0 || committed))) {
      throw reader.corrupt(told + " events up to event " + last);
    }
    List<Event> events = new ArrayList<>();
    if (told > 0) {
      events.addAll(readTold(reader, first, (int) told, (flags & DEFLATED) != 0));
    }
    if (committed) {
      events.add(committed(last, transactions, at));
    }
    return events;
  }

  private static List<Event> readTold(ByteReader reader, long first, int count, boolean deflated)
      throws CorruptObjectException {
    int plainLength = length(reader, "events");
    byte[] plain;
    if (deflated) {
      byte[] bytes = reader.bytes("events", length(reader, "deflated events"));
      plain =
          Deflate.inflate(bytes, plainLength)
              .orElseThrow(
                  () -> reader.corrupt("events do not inflate to " + plainLength + " bytes"));
    } else {
      plain = reader.bytes("events", plainLength);
    }
    return EventBatchFormat.readEvents(new ByteReader("events of a batch", plain), first, count);
  }

  private static int length(ByteReader reader, String field) throws CorruptObjectException {
    long length = reader.varint(field + " length");
    if (length > SealedManifest.MAX_RIDING_BYTES) {
      throw reader.corrupt(
          field + " of " + length + " bytes, at most " + SealedManifest.MAX_RIDING_BYTES);
    }
    return (int) length;
  }

  private static void writeLog(ByteWriter writer, Optional<TransactionLog> log, long firstTime) {
    List<TransactionRecord> records = log.map(TransactionLog::records).orElse(List.of());
    writer.varint(records.size());
    long before = firstTime;
    for (TransactionRecord record : records) {
      writer
          .zigzag(record.timeMillis() - before)
          .varint(record.pages())
          .varint(record.transactions())
          .zigzag(record.lastTimeMillis() - record.timeMillis());
      before = record.lastTimeMillis();
    }
  }

  private static Optional<TransactionLog> readLog(ByteReader reader, long firstTime)
      throws CorruptObjectException {
    long count = reader.varint("record count");
    if (count > TransactionLog.MAX_RECORDS) {
      throw reader.corrupt(count + " records, at most " + TransactionLog.MAX_RECORDS + " allowed");
    }
    List<TransactionRecord> records = new ArrayList<>();
    long before = firstTime;
    for (int i = 0; i < count; i++) {
      long time = before + reader.zigzag("time");
      long pages = reader.varint("pages");
      long transactions = reader.varint("transactions");
      long last = time + reader.zigzag("last time");
      records.add(new TransactionRecord(time, pages, transactions, last));
      before = last;
    }
    return records.isEmpty() ? Optional.empty() : Optional.of(TransactionLog.of(records));
  }
}
