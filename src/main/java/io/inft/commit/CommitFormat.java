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

/** The bytes of a commit object's body, format 1; see {@code commit-object.md}. */
final class CommitFormat {
  /** Not ASCII, "INFC", then what text mode would change, as PNG does. */
  static final Blob MAGIC = Blob.of(new byte[] {(byte) 0x89, 'I', 'N', 'F', 'C', 0x0d, 0x0a, 0x1a});

  static final int FORMAT = 1;
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
  static final int FIXED_BYTES = 146;

  static final int OWN = 1;
  static final int WITHIN = 2;
  static final int HERE = 3;

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
        .digest(body.stateCommit());
    for (Jump jump : body.jumps()) {
      writer.digest(jump.root()).u64(jump.block()).u64(jump.timeSeconds());
    }
    writer.bytes16(body.keyring().toBytes());
    writer.u8(body.restoreSet().size());
    body.restoreSet().forEach(entry -> writePack(writer, entry));
    writer.u8(body.attachments().size());
    body.attachments().forEach(attachment -> writeAttachment(writer, attachment));
    return writer.bytes32(body.inline().toBytes()).toBytes();
  }

  private static void writePack(ByteWriter writer, PackEntry entry) {
    writer
        .u8(entry.type().code())
        .u32(entry.epoch())
        .u64(entry.producedBy())
        .u32(entry.index())
        .u64(entry.fromVersion())
        .u64(entry.toVersion())
        .u64(entry.sizeBytes())
        .digest(entry.sha256())
        .u64(entry.storedAtSeconds());
    writeLocation(writer, entry.location());
  }

  private static void writeAttachment(ByteWriter writer, Attachment attachment) {
    writer
        .u8(attachment.type().code())
        .u32(attachment.index())
        .u64(attachment.sizeBytes())
        .digest(attachment.sha256());
    writeLocation(writer, attachment.location());
  }

  private static void writeLocation(ByteWriter writer, Location location) {
    if (location instanceof Location.Own own) {
      writer.u8(OWN).digest(own.root());
    } else if (location instanceof Location.Within within) {
      writer
          .u8(WITHIN)
          .digest(within.commitRoot())
          .u32(within.commitSizeBytes())
          .u32(within.offset());
    } else if (location instanceof Location.Here here) {
      writer.u8(HERE).u32(here.offset());
    }
  }

  /** Reads magic and format, and refuses what is not ours or not known. */
  static void readPreamble(ByteReader reader, byte[] bytes) throws InftException {
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
    if (format < FORMAT) {
      throw reader.corrupt("format " + format + " never existed");
    }
  }

  /** Reads the body behind the preamble; the reader then stands at the signature. */
  static CommitBody readBody(ByteReader reader) throws CorruptObjectException {
    int kind = reader.u8("kind");
    Digest context = reader.digest("context");
    long version = reader.u64("version");
    Digest previousRoot = reader.digest("previous root");
    int epoch = reader.u32("epoch", CommitBody.MAX_EPOCH);
    long authorTimeMillis = reader.u64("author time");
    Address author = reader.address("author");
    Digest stateCommit = reader.digest("state commit");
    try {
      List<Jump> jumps = readJumps(reader, version);
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
              jumps,
              readPacks(reader),
              readAttachments(reader),
              Blob.of(reader.bytes32("inline area", CommitObject.MAX_BYTES)));
      body.requireSound();
      return body;
    } catch (IllegalArgumentException brokenRule) {
      throw reader.corrupt(String.valueOf(brokenRule.getMessage()));
    }
  }

  private static List<Jump> readJumps(ByteReader reader, long version)
      throws CorruptObjectException {
    List<Jump> jumps = new ArrayList<>();
    for (long target : CommitChain.targets(version)) {
      jumps.add(
          new Jump(
              target,
              reader.digest("jump root"),
              reader.u64("jump block"),
              reader.u64("jump time")));
    }
    return jumps;
  }

  private static List<PackEntry> readPacks(ByteReader reader) throws CorruptObjectException {
    int count = reader.u8("pack count");
    if (count > CommitBody.MAX_PACKS) {
      throw reader.corrupt(count + " packs, at most " + CommitBody.MAX_PACKS + " allowed");
    }
    List<PackEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(readPack(reader));
    }
    return entries;
  }

  private static PackEntry readPack(ByteReader reader) throws CorruptObjectException {
    int code = reader.u8("pack type");
    PackType type =
        Arrays.stream(PackType.values())
            .filter(known -> known.code() == code)
            .findFirst()
            .orElseThrow(() -> reader.corrupt("pack type " + code + " does not exist"));
    int epoch = reader.u32("pack epoch", CommitBody.MAX_EPOCH);
    long producedBy = reader.u64("producing version");
    int index = reader.u32("pack index", PackEntry.MAX_INDEX);
    long fromVersion = reader.u64("from version");
    long toVersion = reader.u64("to version");
    long sizeBytes = reader.u64("pack size");
    Digest sha256 = reader.digest("pack SHA-256");
    long storedAtSeconds = reader.u64("stored at");
    return new PackEntry(
        type,
        epoch,
        producedBy,
        index,
        fromVersion,
        toVersion,
        readLocation(reader),
        sizeBytes,
        sha256,
        storedAtSeconds);
  }

  private static List<Attachment> readAttachments(ByteReader reader) throws CorruptObjectException {
    int count = reader.u8("attachment count");
    if (count > CommitBody.MAX_ATTACHMENTS) {
      throw reader.corrupt(
          count + " attachments, at most " + CommitBody.MAX_ATTACHMENTS + " allowed");
    }
    List<Attachment> attachments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int code = reader.u8("attachment type");
      AttachmentType type =
          Arrays.stream(AttachmentType.values())
              .filter(known -> known.code() == code)
              .findFirst()
              .orElseThrow(() -> reader.corrupt("attachment type " + code + " does not exist"));
      int index = reader.u32("attachment index", PackEntry.MAX_INDEX);
      long sizeBytes = reader.u64("attachment size");
      Digest sha256 = reader.digest("attachment SHA-256");
      attachments.add(new Attachment(type, index, readLocation(reader), sizeBytes, sha256));
    }
    return attachments;
  }

  private static Location readLocation(ByteReader reader) throws CorruptObjectException {
    int code = reader.u8("location");
    return switch (code) {
      case OWN -> new Location.Own(reader.digest("root"));
      case WITHIN ->
          new Location.Within(
              reader.digest("commit root"), reader.u32("commit size"), reader.u32("offset"));
      case HERE -> new Location.Here(reader.u32("offset"));
      default -> throw reader.corrupt("location " + code + " does not exist");
    };
  }
}
