package io.inft.commit;

import io.inft.bytes.ByteReader;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.pack.state.StateRoot;
import java.util.List;
import java.util.Optional;

/**
 * The plaintext of a version's manifest attachment: the manifest, and what is small enough to ride
 * along, so that it needs no seal of its own. Described in {@code commit-object.md}; format 3 is
 * written, or format 2 where the state root is of kind 1; format 1, in which nothing rode, is read
 * as well.
 *
 * @param events the only batch of this version, if it rides here; else its batches are attachments
 * @param log the SQL log of this version, if it rides here; else it is an attachment, or there is
 *     none
 * @param ends of long packs of the restore set, by their places; of those that are not told a
 *     reader finds them himself. None in a format before 3
 */
public record SealedManifest(
    Manifest manifest,
    Optional<EventBatch> events,
    Optional<TransactionLog> log,
    List<PackEnd> ends) {
  /** The events that ride along are no longer than this, before they are deflated. */
  public static final int MAX_RIDING_BYTES = 8192;

  /** The longest that {@link #toBytes} gives. */
  public static final int MAX_BYTES = 32 * 1024;

  static final int FIXED_WIDTH = 1;
  static final int COMPACT = 2;

  /** As the one before, for state root 2. */
  static final int FORMAT = 3;

  public SealedManifest {
    ends = List.copyOf(ends);
    Rules.require(
        ends.isEmpty() || manifest.stateKey().kind() != StateRoot.PAGES,
        "ends of packs in a manifest of format " + COMPACT);
    for (int i = 1; i < ends.size(); i++) {
      Rules.require(ends.get(i).place() > ends.get(i - 1).place(), "ends of packs out of order");
    }
    if (events.isPresent()) {
      EventBatch batch = events.get();
      Rules.require(canCarry(batch), batch + " in a manifest");
      Rules.require(
          batch.lastSequence() == manifest.eventSequence()
              && batch.after().equals(manifest.eventHash()),
          batch + " in a manifest that ends with event " + manifest.eventSequence());
    }
    Rules.require(
        log.isEmpty() || !log.get().records().isEmpty(), "an empty SQL log in a manifest");
  }

  /** A manifest that does not tell where packs end. */
  public SealedManifest(
      Manifest manifest, Optional<EventBatch> events, Optional<TransactionLog> log) {
    this(manifest, events, log, List.of());
  }

  /** A manifest in which nothing rides. */
  public static SealedManifest alone(Manifest manifest) {
    return new SealedManifest(manifest, Optional.empty(), Optional.empty());
  }

  /** Whether a batch is small enough to ride in a manifest. */
  public static boolean canCarry(EventBatch batch) {
    int plain = batch.events().stream().mapToInt(EventBatchFormat::sizeBytes).sum();
    return plain <= MAX_RIDING_BYTES;
  }

  /** Whether something rides in it whose length tells something. */
  public boolean isLaden(MadeAt at) {
    return log.isPresent()
        || (events.isPresent() && CompactManifest.told(events.get(), manifest, at) > 0);
  }

  /**
   * What a version says in its public part too, so that it need not be repeated.
   *
   * @param timeMillis the author's clock
   */
  public record MadeAt(long version, long timeMillis) {
    public static MadeAt of(CommitBody body) {
      return new MadeAt(body.version(), body.authorTimeMillis());
    }
  }

  public byte[] toBytes(MadeAt at) {
    return CompactManifest.write(this, at);
  }

  /**
   * Reads the manifest of a version strictly. That it is this version's is for the caller to check:
   * {@link Manifest#requireFor}.
   *
   * @throws FormatTooNewException a later release made it
   * @throws CorruptObjectException it breaks a rule of the format, or something is in it and beside
   *     it
   */
  public static SealedManifest parse(byte[] bytes, CommitBody body) throws InftException {
    ByteReader reader = new ByteReader("manifest", bytes);
    int format = reader.u8("format");
    if (format > FORMAT) {
      throw new FormatTooNewException("the manifest", format, FORMAT);
    }
    if (format < FIXED_WIDTH) {
      throw reader.corrupt("format " + format + " never existed");
    }
    try {
      SealedManifest read =
          format == FIXED_WIDTH
              ? alone(Manifest.readFixed(reader))
              : CompactManifest.read(format, reader, MadeAt.of(body));
      reader.end();
      requireOnlyPlace(reader, read, body);
      return read;
    } catch (IllegalArgumentException brokenRule) {
      throw reader.corrupt(String.valueOf(brokenRule.getMessage()));
    }
  }

  /** What is here is not beside it as well: which of them counts would be anybody's guess. */
  private static void requireOnlyPlace(ByteReader reader, SealedManifest read, CommitBody body)
      throws CorruptObjectException {
    for (Attachment attachment : body.attachments()) {
      if ((attachment.type() == AttachmentType.EVENTS && read.events().isPresent())
          || (attachment.type() == AttachmentType.LOG && read.log().isPresent())) {
        throw reader.corrupt("has " + attachment.type() + " in it, and there are some beside it");
      }
    }
  }
}
