package io.inft.store;

import io.inft.bytes.ByteSource;
import io.inft.failure.InftException;
import io.inft.store.merkle.ObjectLayout;

/**
 * Reads an object segment by segment through somebody who verifies each: what {@link Store#open}
 * answers with in most stores. The segment read last is kept, so that reading in small steps does
 * not verify it again and again. Safe for many threads if the segments are.
 */
public final class SegmentedSource implements ByteSource {
  /** Delivers a segment whose hash was checked, or throws. */
  @FunctionalInterface
  public interface Segments {
    byte[] verified(int index) throws InftException;
  }

  private static final class Kept {
    final int index;
    final byte[] bytes;

    Kept(int index, byte[] bytes) {
      this.index = index;
      this.bytes = bytes;
    }
  }

  private final ObjectLayout layout;
  private final Segments segments;
  private volatile Kept last = new Kept(-1, new byte[0]);

  public SegmentedSource(ObjectLayout layout, Segments segments) {
    this.layout = layout;
    this.segments = segments;
  }

  @Override
  public long sizeBytes() {
    return layout.sizeBytes();
  }

  @Override
  public byte[] read(long offset, int length) throws InftException {
    if (offset < 0 || length < 0 || offset > sizeBytes() - length) {
      throw new IllegalArgumentException(
          "range " + offset + "+" + length + " is outside " + sizeBytes() + " bytes");
    }
    byte[] result = new byte[length];
    int done = 0;
    while (done < length) {
      int index = (int) ((offset + done) / ObjectLayout.SEGMENT_BYTES);
      int from = (int) (offset + done - layout.offset(index));
      byte[] segment = segment(index);
      int count = Math.min(length - done, segment.length - from);
      System.arraycopy(segment, from, result, done, count);
      done += count;
    }
    return result;
  }

  private byte[] segment(int index) throws InftException {
    Kept kept = last;
    if (kept.index == index) {
      return kept.bytes;
    }
    byte[] bytes = segments.verified(index);
    last = new Kept(index, bytes);
    return bytes;
  }
}
