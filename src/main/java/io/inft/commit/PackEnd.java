package io.inft.commit;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a long pack ends, which its sealed size does not tell, and what its seal begins with: so
 * that a reader fetches its directory at once and not its beginning and its last bytes before. The
 * areas of a manifest that tell it are described in {@code commit-object.md}.
 *
 * @param place of the pack in the restore set, from 0
 * @param salt of its seal, 16 bytes
 * @param paddingBytes by which the sealed plaintext is longer than the pack; 0 if it has no padding
 * @param directoryBytes how many the directory has, with the footer behind it
 * @param topBytes how many the blocks of top pages before it have
 * @param part SHA-256 of the sealed sectors that hold its last {@link #partBytes}, of which nodes
 *     give no proof: so they need not serve more than these
 */
public record PackEnd(
    int place,
    Blob salt,
    long paddingBytes,
    long directoryBytes,
    long topBytes,
    Optional<Digest> part) {
  /** Sealed packs of no more bytes are one fetch whatever is known of them. */
  public static final long SHORT_BYTES = 1 << 18;

  /** A part has no more of the top pages. */
  public static final int PART_TOP_BYTES = 32 << 10;

  /** A longer part is not told: it would save little, and lie in many segments. */
  public static final int MAX_PART_BYTES = 128 << 10;

  static final int SALT_BYTES = 16;
  static final int TAG = 1;
  static final int PARTS_TAG = 2;

  private static final int NO_PLACE = -1;
  private static final int BYTES = 1 + SALT_BYTES + 8 + 4 + 4;

  public PackEnd {
    Rules.require(place >= 0 && place < CommitBody.MAX_PACKS, "the end of pack " + place);
    Rules.require(salt.sizeBytes() == SALT_BYTES, "a salt of another length");
    Rules.require(
        paddingBytes >= 0 && directoryBytes > 0 && topBytes >= 0,
        "lengths of " + paddingBytes + ", " + directoryBytes + " and " + topBytes + " bytes");
  }

  /** An end that can be read with a proof of its segments only. */
  public PackEnd(int place, Blob salt, long paddingBytes, long directoryBytes, long topBytes) {
    this(place, salt, paddingBytes, directoryBytes, topBytes, Optional.empty());
  }

  /** How much of the pack's end a part has: its directory, and top pages before. */
  public long partBytes() {
    return directoryBytes + Math.min(topBytes, PART_TOP_BYTES);
  }

  /** The same pack at another place. */
  public PackEnd at(int newPlace) {
    return new PackEnd(newPlace, salt, paddingBytes, directoryBytes, topBytes, part);
  }

  public PackEnd withPart(Optional<Digest> sectors) {
    return new PackEnd(place, salt, paddingBytes, directoryBytes, topBytes, sectors);
  }

  /** One after the other, each as long as any other: what it says must not show in its length. */
  static byte[] write(List<PackEnd> ends) {
    ByteWriter out = new ByteWriter(ends.size() * BYTES);
    for (PackEnd end : ends) {
      out.u8(end.place)
          .bytes(end.salt.toBytes())
          .u64(end.paddingBytes)
          .u32(end.directoryBytes)
          .u32(end.topBytes);
    }
    return out.toBytes();
  }

  static List<PackEnd> read(byte[] area) throws CorruptObjectException {
    ByteReader in = new ByteReader("ends of packs", area);
    List<PackEnd> ends = new ArrayList<>();
    int before = -1;
    while (in.remaining() > 0) {
      int place = in.u8("place");
      if (place <= before || place >= CommitBody.MAX_PACKS) {
        throw in.corrupt("pack " + place + " behind pack " + before);
      }
      before = place;
      ends.add(
          new PackEnd(
              place,
              Blob.of(in.bytes("salt", SALT_BYTES)),
              in.u64("padding"),
              in.u32("directory"),
              in.u32("top pages")));
    }
    return List.copyOf(ends);
  }

  /** Whether a part of one of them is told. */
  static boolean tellParts(List<PackEnd> ends) {
    return ends.stream().anyMatch(end -> end.part.isPresent());
  }

  static byte[] writeParts(List<PackEnd> ends) {
    ByteWriter out = new ByteWriter();
    for (PackEnd end : ends) {
      end.part.ifPresent(sectors -> out.u8(end.place).digest(sectors));
    }
    return out.toBytes();
  }

  /** The same ends with the parts that the area tells of them. */
  static List<PackEnd> readParts(byte[] area, List<PackEnd> ends) throws CorruptObjectException {
    ByteReader in = new ByteReader("parts of packs", area);
    List<PackEnd> told = new ArrayList<>();
    int next = in.u8("place");
    for (PackEnd end : ends) {
      if (end.place == next) {
        told.add(end.withPart(Optional.of(in.digest("part"))));
        next = in.remaining() > 0 ? in.u8("place") : NO_PLACE;
      } else {
        told.add(end);
      }
    }
    if (next != NO_PLACE) {
      throw in.corrupt("a part of pack " + next + ", whose end is not told before it");
    }
    return List.copyOf(told);
  }
}
