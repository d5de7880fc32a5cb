package io.inft.store.merkle;

import io.inft.bytes.Digest;
import java.util.Arrays;

/** Hashes the chunks of one segment into its root. Stateless, safe for many threads. */
public final class SegmentHash {
  private SegmentHash() {}

  /**
   * The root of a segment, padding chunks included.
   *
   * @param index a segment with real bytes
   * @param bytes the segment's bytes, zero-filled to whole chunks or not
   */
  public static Digest root(ObjectLayout layout, int index, byte[] bytes) {
    byte[] root = new byte[Digest.BYTES];
    root(layout, index, bytes, root, 0);
    return Digest.of(root);
  }

  static void root(ObjectLayout layout, int index, byte[] bytes, byte[] out, int at) {
    int length = bytes.length;
    if (length != layout.bytesIn(index) && length != layout.transferBytes(index)) {
      throw new IllegalArgumentException(
          "segment " + index + " has " + layout.bytesIn(index) + " bytes, not " + length);
    }
    chunks(bytes, 0, layout.leafChunks(index), out, at);
  }

  /** The root over {@code count} chunks from {@code firstChunk}; beyond the array lie zeros. */
  public static void chunks(byte[] bytes, int firstChunk, int count, byte[] out, int at) {
    int from = firstChunk * ObjectLayout.CHUNK_BYTES;
    int present = Math.min(count * ObjectLayout.CHUNK_BYTES, Math.max(0, bytes.length - from));
    int whole = present / ObjectLayout.CHUNK_BYTES;
    int cut = present % ObjectLayout.CHUNK_BYTES;
    Keccak keccak = new Keccak();
    byte[] level = new byte[count * Digest.BYTES];
    keccak.chunks(bytes, from, whole, level, 0);
    int hashed = whole;
    if (cut > 0) {
      int start = from + whole * ObjectLayout.CHUNK_BYTES;
      byte[] last = Arrays.copyOfRange(bytes, start, start + ObjectLayout.CHUNK_BYTES);
      keccak.chunks(last, 0, 1, level, hashed * Digest.BYTES);
      hashed++;
    }
    byte[] zero = ZeroSubtrees.bytes(0);
    for (; hashed < count; hashed++) {
      System.arraycopy(zero, 0, level, hashed * Digest.BYTES, Digest.BYTES);
    }
    for (int width = count; width > 1; width = (width + 1) / 2) {
      keccak.pairs(level, 0, width / 2, level, 0);
      if (width % 2 == 1) {
        System.arraycopy(
            level, (width - 1) * Digest.BYTES, level, width / 2 * Digest.BYTES, Digest.BYTES);
      }
    }
    System.arraycopy(level, 0, out, at, Digest.BYTES);
  }
}
