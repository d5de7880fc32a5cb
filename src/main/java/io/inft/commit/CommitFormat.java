package io.inft.commit;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.pack.PackType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of a commit object's body; see {@code commit-object.md}. Format 2 is written, format 1
 * is read as well.
 */
final class CommitFormat {
  /** Not ASCII, "INFC", then what text mode would change, as PNG does. */
  static final Blob MAGIC = Blob.of(new byte[] {(byte) 0x89, 'I', 'N', 'F', 'C', 0x0d, 0x0a, 0x1a});

  static final int FIXED_WIDTH = 1;
  static final int FORMAT = 2;
  static final String WHAT = "commit object";

  static final int FORMAT_OFFSET = 8;
  static final int KIND_OFFSET = 9;
  static final int CONTEXT_OFFSET = 10;
  static final int VERSION_OFFSET = 42;
  static final int PREVIOUS_ROOT_OFFSET = 50;
  static final int EPOCH_OFFSET = 82;
  static final int AUTHOR_TIME_OFFSET = 86;
  static final int AUTHOR_OFFSET = 94;
  static final int STATE_COMMIT_OFFSET = 114;
  static final int EVENT_ROOT_OFFSET = 146;
  static final int FIXED_BYTES = 178;

  /** How the lists behind the fixed fields are written. */
  interface Lists {
    /**
     * The jumps of a version, whose first one leads to its previous root.
     *
     * @param authorSeconds the author's clock
     */
    List<Jump> jumps(ByteReader reader, long version, Digest previousRoot, long authorSeconds)
        throws CorruptObjectException;

    PackEntry pack(ByteReader reader, PackPlace place) throws CorruptObjectException;

    Attachment attachment(ByteReader reader) throws CorruptObjectException;
  }

  /**
   * What is known of a listed pack before it is read.
   *
   * @param version that lists it
   * @param epoch of that version
   * @param authorSeconds the author's clock
   * @param reached the version that the packs before it lead to, 0 before the first
   * @param carrier the last place before it that a carrier's root was written for
   */
  record PackPlace(
      long version,
      int epoch,
      long authorSeconds,
      long reached,
      Optional<Location.Carried> carrier) {
    static PackPlace first(long version, int epoch, long authorSeconds) {
      return new PackPlace(version, epoch, authorSeconds, 0, Optional.empty());
    }

    PackPlace after(PackEntry entry) {
      boolean carried = entry.location() instanceof Location.Carried by && !by.isHere();
      return new PackPlace(
          version,
          epoch,
          authorSeconds,
          entry.toVersion(),
          carried ? Optional.of((Location.Carried) entry.location()) : carrier);
    }
  }

  private CommitFormat() {}

  static byte[] write(CommitBody body) {
    ByteWriter writer = new ByteWriter(4096 + body.inline().sizeBytes());
    writer
        .bytes(MAGIC.toBytes())
        .u8(FORMAT)
        .u8(body.kind())
        .digest(body.context())
        .u64(body.version())
        .digest(body.previousRoot())
        .u32(body.epoch())
        .u64(body.authorTimeMillis())
        .address(body.author())
        .digest(body.stateCommit())
        .digest(body.eventRoot());
    long authorSeconds = body.authorTimeMillis() / 1000;
    CompactLists.writeJumps(writer, body.jumps(), authorSeconds);
    writer.bytes16(body.keyring().toBytes());
    writer.u8(body.restoreSet().size());
    PackPlace place = PackPlace.first(body.version(), body.epoch(), authorSeconds);
    for (PackEntry entry : body.restoreSet()) {
      CompactLists.writePack(writer, entry, place);
      place = place.after(entry);
    }
    writer.u8(body.attachments().size());
    body.attachments().forEach(attachment -> CompactLists.writeAttachment(writer, attachment));
    return writer.bytes32(body.inline().toBytes()).toBytes();
  }

  /** Reads magic and format, and refuses what is not ours or not known; answers the format. */
  static int readPreamble(ByteReader reader, byte[] bytes) throws InftException {
    byte[] magic = MAGIC.toBytes();
    int comparable = Math.min(magic.length, bytes.length);
    if (!Arrays.equals(bytes, 0, comparable, magic, 0, comparable)) {
      throw new NotOurObjectException(
          "a commit object", "0x" + HexFormat.of().formatHex(bytes, 0, comparable));
    }
    reader.bytes("magic", magic.length);
    int format = reader.u8("format");
    if (format > FORMAT) {
      throw new FormatTooNewException(WHAT, format, FORMAT);
    }
    if (format < FIXED_WIDTH) {
      throw reader.corrupt("format " + format + " never existed");
    }
    return format;
  }

  /**
   * What of a commit object tells where in a chain it stands, read without its signature.
   *
   * @param previousRoot of the version before
   */
  record Place(Digest context, long version, Digest previousRoot) {}

  static Place readPlace(byte[] bytes) throws InftException {
    ByteReader reader = new ByteReader(WHAT, bytes);
    readPreamble(reader, bytes);
    reader.u8("kind");
    return new Place(
        reader.digest("context"), reader.u64("version"), reader.digest("previous root"));
  }

  /** Reads the body behind the preamble; the reader then stands at the signature. */
  static CommitBody readBody(ByteReader reader, int format) throws CorruptObjectException {
    Lists lists = format == FIXED_WIDTH ? new FixedWidthLists() : new CompactLists();
    int kind = reader.u8("kind");
    Digest context = reader.digest("context");
    long version = reader.u64("version");
    Digest previousRoot = reader.digest("previous root");
    int epoch = reader.u32("epoch", CommitBody.MAX_EPOCH);
    long authorTimeMillis = reader.u64("author time");
    Address author = reader.address("author");
    Digest stateCommit = reader.digest("state commit");
    Digest eventRoot = format == FIXED_WIDTH ? Digest.ZERO : reader.digest("event root");
    try {
      List<Jump> jumps = lists.jumps(reader, version, previousRoot, authorTimeMillis / 1000);
      Blob keyring = Blob.of(reader.bytes16("keyring", CommitBody.MAX_KEYRING_BYTES));
      CommitBody body =
          new CommitBody(
              context,
              version,
              previousRoot,
              epoch,
              keyring,
              kind,
              authorTimeMillis,
              author,
              stateCommit,
              eventRoot,
              jumps,
              readPacks(reader, lists, PackPlace.first(version, epoch, authorTimeMillis / 1000)),
              readAttachments(reader, lists),
              Blob.of(reader.bytes32("inline area", CommitObject.MAX_BYTES)));
      body.requireSound();
      if (format != FIXED_WIDTH) {
        Rules.requireEventRoot(body);
      }
      return body;
    } catch (IllegalArgumentException brokenRule) {
      throw reader.corrupt(String.valueOf(brokenRule.getMessage()));
    }
  }

  private static List<PackEntry> readPacks(ByteReader reader, Lists lists, PackPlace first)
      throws CorruptObjectException {
    int count = reader.u8("pack count");
    if (count > CommitBody.MAX_PACKS) {
      throw reader.corrupt(count + " packs, at most " + CommitBody.MAX_PACKS + " allowed");
    }
    List<PackEntry> entries = new ArrayList<>();
    PackPlace place = first;
    for (int i = 0; i < count; i++) {
      PackEntry entry = lists.pack(reader, place);
      place = place.after(entry);
      entries.add(entry);
    }
    return entries;
  }

  private static List<Attachment> readAttachments(ByteReader reader, Lists lists)
      throws CorruptObjectException {
    int count = reader.u8("attachment count");
    if (count > CommitBody.MAX_ATTACHMENTS) {
      throw reader.corrupt(
          count + " attachments, at most " + CommitBody.MAX_ATTACHMENTS + " allowed");
    }
    List<Attachment> attachments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      attachments.add(lists.attachment(reader));
    }
    return attachments;
  }

  static PackType packType(ByteReader reader, int code) throws CorruptObjectException {
    return Arrays.stream(PackType.values())
        .filter(known -> known.code() == code)
        .findFirst()
        .orElseThrow(() -> reader.corrupt("pack type " + code + " does not exist"));
  }

  static AttachmentType attachmentType(ByteReader reader, int code) throws CorruptObjectException {
    return Arrays.stream(AttachmentType.values())
        .filter(known -> known.code() == code)
        .findFirst()
        .orElseThrow(() -> reader.corrupt("attachment type " + code + " does not exist"));
  }
}
