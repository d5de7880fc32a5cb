package io.inft.commit;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.pack.PackType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lists of a commit object of format 2: nothing that follows from something else, and numbers
 * no longer than they are.
 */
final class CompactLists implements CommitFormat.Lists {
  static final int CARRIED = 0;

  /** Bits 0 and 1 of a pack's first byte: its type; of an attachment's, bits 0 to 3. */
  private static final int PACK_TYPE_BITS = 2;

  private static final int ATTACHMENT_TYPE_BITS = 4;
  private static final int LOCATION_MASK = 3;

  /** Bit 4 of a pack's first byte: its epoch is not that of the version. */
  private static final int OLD_EPOCH = 1 << 4;

  /** Bit 5: it is carried by the one that the last pack before it with a carrier is. */
  private static final int SAME_CARRIER = 1 << 5;

  static void writeJumps(ByteWriter writer, List<Jump> jumps, long authorSeconds) {
    for (int i = 0; i < jumps.size(); i++) {
      Jump jump = jumps.get(i);
      if (i > 0) {
        writer.digest(jump.root());
      }
      writer.varint(jump.block()).zigzag(authorSeconds - jump.timeSeconds());
    }
  }

  @Override
  public List<Jump> jumps(ByteReader reader, long version, Digest previousRoot, long authorSeconds)
      throws CorruptObjectException {
    List<Jump> jumps = new ArrayList<>();
    for (long target : CommitChain.targets(version)) {
      Digest root = jumps.isEmpty() ? previousRoot : reader.digest("jump root");
      long block = reader.varint("jump block");
      jumps.add(new Jump(target, root, block, authorSeconds - reader.zigzag("jump time")));
    }
    return jumps;
  }

  static void writePack(ByteWriter writer, PackEntry entry, CommitFormat.PackPlace place) {
    boolean old = entry.epoch() != place.epoch();
    boolean same = place.carrier().filter(last -> hasCarrier(entry.location(), last)).isPresent();
    writer.u8(
        entry.type().code()
            | code(entry.location()) << PACK_TYPE_BITS
            | (old ? OLD_EPOCH : 0)
            | (same ? SAME_CARRIER : 0));
    if (old) {
      writer.varint((long) place.epoch() - entry.epoch());
    }
    writer
        .varint(place.version() - entry.producedBy())
        .varint(entry.index())
        .varint(entry.toVersion() - place.reached())
        .varint(entry.sizeBytes())
        .zigzag(place.authorSeconds() - entry.storedAtSeconds());
    if (same) {
      writer.varint(((Location.Carried) entry.location()).offset());
    } else {
      writeLocation(writer, entry.location());
    }
  }

  private static boolean hasCarrier(Location location, Location.Carried last) {
    return location instanceof Location.Carried carried
        && carried.carrierSizeBytes() == last.carrierSizeBytes()
        && carried.carrierRoot().equals(last.carrierRoot());
  }

  @Override
  public PackEntry pack(ByteReader reader, CommitFormat.PackPlace place)
      throws CorruptObjectException {
    int first = reader.u8("pack type");
    PackType type = CommitFormat.packType(reader, first & ((1 << PACK_TYPE_BITS) - 1));
    if (first > (SAME_CARRIER << 1) - 1) {
      throw reader.corrupt("pack flags " + first + " do not exist");
    }
    long back = (first & OLD_EPOCH) == 0 ? 0 : reader.varint("epochs back");
    if ((first & OLD_EPOCH) != 0 && (back < 1 || back >= place.epoch())) {
      throw reader.corrupt("a pack " + back + " epochs before epoch " + place.epoch());
    }
    long producedBy = place.version() - reader.varint("producing version");
    long index = reader.varint("pack index");
    if (index > PackEntry.MAX_INDEX) {
      throw reader.corrupt("pack index " + index);
    }
    long steps = reader.varint("to version");
    if (steps > place.version()) {
      throw reader.corrupt("a pack that leads " + steps + " versions further");
    }
    long sizeBytes = reader.varint("pack size");
    long storedAtSeconds = place.authorSeconds() - reader.zigzag("stored at");
    return new PackEntry(
        type,
        (int) (place.epoch() - back),
        producedBy,
        (int) index,
        type == PackType.SNAPSHOT ? 0 : place.reached(),
        place.reached() + steps,
        packLocation(reader, first, place),
        sizeBytes,
        storedAtSeconds);
  }

  private static Location packLocation(ByteReader reader, int first, CommitFormat.PackPlace place)
      throws CorruptObjectException {
    int code = first >>> PACK_TYPE_BITS & LOCATION_MASK;
    Optional<Location.Carried> last = place.carrier();
    if ((first & SAME_CARRIER) != 0) {
      if (code != CARRIED || last.isEmpty()) {
        throw reader.corrupt("a pack with the carrier of one before it that has none");
      }
      return new Location.Carried(
          last.get().carrierRoot(), last.get().carrierSizeBytes(), reader.varint("offset"));
    }
    Location location = location(reader, code);
    if (last.filter(one -> hasCarrier(location, one)).isPresent()) {
      throw reader.corrupt("a carrier that is written twice");
    }
    return location;
  }

  static void writeAttachment(ByteWriter writer, Attachment attachment) {
    writer
        .u8(attachment.type().code() | code(attachment.location()) << ATTACHMENT_TYPE_BITS)
        .varint(attachment.index())
        .varint(attachment.sizeBytes());
    writeLocation(writer, attachment.location());
  }

  @Override
  public Attachment attachment(ByteReader reader) throws CorruptObjectException {
    int first = reader.u8("attachment type");
    AttachmentType type =
        CommitFormat.attachmentType(reader, first & ((1 << ATTACHMENT_TYPE_BITS) - 1));
    long index = reader.varint("attachment index");
    if (index > PackEntry.MAX_INDEX) {
      throw reader.corrupt("attachment index " + index);
    }
    long sizeBytes = reader.varint("attachment size");
    return new Attachment(
        type, (int) index, location(reader, first >>> ATTACHMENT_TYPE_BITS), sizeBytes);
  }

  private static int code(Location location) {
    if (location instanceof Location.Carried) {
      return CARRIED;
    }
    if (location instanceof Location.Own) {
      return FixedWidthLists.OWN;
    }
    return location instanceof Location.Within ? FixedWidthLists.WITHIN : FixedWidthLists.HERE;
  }

  private static void writeLocation(ByteWriter writer, Location location) {
    if (location instanceof Location.Carried carried) {
      writer.varint(carried.carrierSizeBytes());
      if (!carried.isHere()) {
        writer.digest(carried.carrierRoot());
      }
      writer.varint(carried.offset());
    } else if (location instanceof Location.Own own) {
      writer.digest(own.root());
    } else if (location instanceof Location.Within within) {
      writer.digest(within.commitRoot()).varint(within.commitSizeBytes()).varint(within.offset());
    } else if (location instanceof Location.Here here) {
      writer.varint(here.offset());
    }
  }

  private static Location location(ByteReader reader, int code) throws CorruptObjectException {
    return switch (code) {
      case CARRIED -> {
        long size = reader.varint("carrier size");
        Digest root = size == 0 ? Digest.ZERO : reader.digest("carrier root");
        yield new Location.Carried(root, size, reader.varint("offset"));
      }
      case FixedWidthLists.OWN -> new Location.Own(reader.digest("root"));
      case FixedWidthLists.WITHIN ->
          new Location.Within(
              reader.digest("commit root"), reader.varint("commit size"), reader.varint("offset"));
      case FixedWidthLists.HERE -> new Location.Here(reader.varint("offset"));
      default -> throw reader.corrupt("location " + code + " does not exist");
    };
  }
}
