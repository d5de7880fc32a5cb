package io.inft.commit;

import io.inft.bytes.ByteReader;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.pack.PackType;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the lists of a commit object of format 1, whose numbers have fixed widths. It also lists a
 * SHA-256 of each object; the root binds the same bytes, so that is read over.
 */
final class FixedWidthLists implements CommitFormat.Lists {
  static final int OWN = 1;
  static final int WITHIN = 2;
  static final int HERE = 3;

  @Override
  public List<Jump> jumps(ByteReader reader, long version, Digest previousRoot, long authorSeconds)
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

  @Override
  public PackEntry pack(ByteReader reader, CommitFormat.PackPlace place)
      throws CorruptObjectException {
    PackType type = CommitFormat.packType(reader, reader.u8("pack type"));
    int epoch = reader.u32("pack epoch", CommitBody.MAX_EPOCH);
    long producedBy = reader.u64("producing version");
    int index = reader.u32("pack index", PackEntry.MAX_INDEX);
    long fromVersion = reader.u64("from version");
    long toVersion = reader.u64("to version");
    long sizeBytes = reader.u64("pack size");
    reader.digest("pack SHA-256");
    long storedAtSeconds = reader.u64("stored at");
    return new PackEntry(
        type,
        epoch,
        producedBy,
        index,
        fromVersion,
        toVersion,
        location(reader),
        sizeBytes,
        storedAtSeconds);
  }

  @Override
  public Attachment attachment(ByteReader reader) throws CorruptObjectException {
    AttachmentType type = CommitFormat.attachmentType(reader, reader.u8("attachment type"));
    if (type == AttachmentType.ARCHIVE) {
      throw reader.corrupt("format 1 has no archive");
    }
    int index = reader.u32("attachment index", PackEntry.MAX_INDEX);
    long sizeBytes = reader.u64("attachment size");
    reader.digest("attachment SHA-256");
    return new Attachment(type, index, location(reader), sizeBytes);
  }

  private static Location location(ByteReader reader) throws CorruptObjectException {
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
