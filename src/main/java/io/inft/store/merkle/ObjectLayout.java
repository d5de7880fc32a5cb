package io.inft.store.merkle;

import java.util.ArrayList;
import java.util.List;

/**
 * How 0G Storage cuts and pads an object: chunks of 256 bytes, segments of 1024 chunks, zero chunks
 * at the end up to what the Flow contract charges for.
 *
 * @param sizeBytes exact length of the object, at least 1
 */
public record ObjectLayout(long sizeBytes) {
  public static final int CHUNK_BYTES = 256;
  public static final int SEGMENT_CHUNKS = 1024;
  public static final int SEGMENT_BYTES = CHUNK_BYTES * SEGMENT_CHUNKS;

  /** The height of the subtree over one whole segment. */
  static final int SEGMENT_HEIGHT = 10;

  private static final long MAX_BYTES = (long) SEGMENT_BYTES << 30;

  public ObjectLayout {
    if (!isPossible(sizeBytes)) {
      throw new IllegalArgumentException(
          "an object has 1 to " + MAX_BYTES + " bytes, not " + sizeBytes);
    }
  }

  /** Whether an object can have this length: what somebody else says may be anything. */
  public static boolean isPossible(long sizeBytes) {
    return sizeBytes >= 1 && sizeBytes <= MAX_BYTES;
  }

  /** Chunks that hold at least one byte of the object. */
  public long chunks() {
    return (sizeBytes - 1) / CHUNK_BYTES + 1;
  }

  /** Chunks the object occupies in the flow and is charged for. */
  public long paddedChunks() {
    long chunks = chunks();
    long power = powerOfTwoAtLeast(chunks);
    long unit = power >= 16 ? power / 16 : 1;
    return power == chunks ? chunks : (chunks + unit - 1) / unit * unit;
  }

  /** Segments that hold at least one byte of the object; these are sent and stored. */
  public int segments() {
    return (int) ((sizeBytes - 1) / SEGMENT_BYTES + 1);
  }

  /** Segments the padded object occupies: the leaves of its Merkle tree. */
  public int paddedSegments() {
    return (int) ((paddedChunks() - 1) / SEGMENT_CHUNKS + 1);
  }

  /** Where a segment begins. */
  public long offset(int segment) {
    return (long) segment * SEGMENT_BYTES;
  }

  /** Bytes of the object in a segment. */
  public int bytesIn(int segment) {
    checkIndex(segment, segments());
    return (int) Math.min(SEGMENT_BYTES, sizeBytes - offset(segment));
  }

  /** Bytes that travel for a segment: those of the object, the last chunk filled with zeros. */
  public int transferBytes(int segment) {
    return (bytesIn(segment) + CHUNK_BYTES - 1) / CHUNK_BYTES * CHUNK_BYTES;
  }

  /** Leaves of a segment's own subtree: 1024, or fewer in the last padded one. */
  public int leafChunks(int paddedSegment) {
    checkIndex(paddedSegment, paddedSegments());
    return (int) Math.min(SEGMENT_CHUNKS, paddedChunks() - (long) paddedSegment * SEGMENT_CHUNKS);
  }

  /** Heights of the submission nodes: the padded chunks as powers of two, largest first. */
  public List<Integer> nodeHeights() {
    long padded = paddedChunks();
    List<Integer> heights = new ArrayList<>(4);
    for (int height = 62; height >= 0; height--) {
      if ((padded >>> height & 1) == 1) {
        heights.add(height);
      }
    }
    return List.copyOf(heights);
  }

  public static long powerOfTwoAtLeast(long value) {
    long highest = Long.highestOneBit(value);
    return highest == value ? value : highest << 1;
  }

  private static void checkIndex(int index, int count) {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException("segment " + index + " of " + count);
    }
  }
}
