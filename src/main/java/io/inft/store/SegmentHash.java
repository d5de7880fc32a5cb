package io.inft.store;

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
    long[] root = new long[Keccak.LANES];
    root(layout, index, bytes, root, 0);
    return Keccak.digest(root, 0);
  }

  static void root(ObjectLayout layout, int index, byte[] bytes, long[] out, int at) {
    int length = bytes.length;
    if (length != layout.bytesIn(index) && length != layout.transferBytes(index)) {
      throw new IllegalArgumentException(
          "segment " + index + " has " + layout.bytesIn(index) + " bytes, not " + length);
    }
    chunks(bytes, 0, layout.leafChunks(index), out, at);
  }

  /** The root over {@code count} chunks from {@code firstChunk}; beyond the array lie zeros. */
  static void chunks(byte[] bytes, int firstChunk, int count, long[] out, int at) {
    Keccak keccak = new Keccak();
    long[] level = new long[count * Keccak.LANES];
    int hashed = 0;
    while (hashed < count && (firstChunk + hashed) * ObjectLayout.CHUNK_BYTES < bytes.length) {
      int from = (firstChunk + hashed) * ObjectLayout.CHUNK_BYTES;
      int to = from + ObjectLayout.CHUNK_BYTES;
      if (to <= bytes.length) {
        keccak.chunk(bytes, from, level, hashed * Keccak.LANES);
      } else {
        keccak.chunk(Arrays.copyOfRange(bytes, from, to), 0, level, hashed * Keccak.LANES);
      }
      hashed++;
    }
    for (int i = hashed; i < count; i++) {
      System.arraycopy(ZeroSubtrees.lanes(0), 0, level, i * Keccak.LANES, Keccak.LANES);
    }
    for (int width = count; width > 1; width = (width + 1) / 2) {
      for (int i = 0; i + 1 < width; i += 2) {
        keccak.pair(level, i * Keccak.LANES, level, i / 2 * Keccak.LANES);
      }
      if (width % 2 == 1) {
        System.arraycopy(
            level, (width - 1) * Keccak.LANES, level, width / 2 * Keccak.LANES, Keccak.LANES);
      }
    }
    System.arraycopy(level, 0, out, at, Keccak.LANES);
  }
}
