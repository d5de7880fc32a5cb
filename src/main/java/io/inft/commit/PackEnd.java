package io.inft.commit;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.failure.CorruptObjectException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a long pack ends, which its sealed size does not tell, and what its seal begins with: so
 * that a reader fetches its directory at once and not its beginning and its last bytes before. The
 * area of a manifest that tells it is described in {@code commit-object.md}.
 *
 * @param place of the pack in the restore set, from 0
 * @param salt of its seal, 16 bytes
 * @param paddingBytes by which the sealed plaintext is longer than the pack; 0 if it has no padding
 * @param directoryBytes how many the directory has, with the footer behind it
 * @param topBytes how many the blocks of top pages before it have
 */
public record PackEnd(int place, Blob salt, long paddingBytes, long directoryBytes, long topBytes) {
  /** Sealed packs of no more bytes are one fetch whatever is known of them. */
  public static final long SHORT_BYTES = 1 << 18;

  static final int SALT_BYTES = 16;
  static final int TAG = 1;

  private static final int BYTES = 1 + SALT_BYTES + 8 + 4 + 4;

  public PackEnd {
    Rules.require(place >= 0 && place < CommitBody.MAX_PACKS, "the end of pack " + place);
    Rules.require(salt.sizeBytes() == SALT_BYTES, "a salt of another length");
    Rules.require(
        paddingBytes >= 0 && directoryBytes > 0 && topBytes >= 0,
        "lengths of " + paddingBytes + ", " + directoryBytes + " and " + topBytes + " bytes");
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
}
