package io.inft.replica.restore;

import io.inft.commit.PackEnd;

/**
 * How much of a pack is fetched for its end that a manifest tells.
 *
 * @param inPart the sectors that it lies in, if their digest is told; else the segments, each with
 *     its proof
 * @param topBytes so many of the top pages before it come along with segments
 */
public record EndRead(boolean inPart, long topBytes) {
  public static final EndRead PART = new EndRead(true, PackEnd.PART_TOP_BYTES);

  public static EndRead segments(long topBytes) {
    return new EndRead(false, topBytes);
  }
}
