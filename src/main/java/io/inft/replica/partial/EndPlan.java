package io.inft.replica.partial;

import io.inft.commit.PackEnd;
import io.inft.replica.restore.EndRead;
import io.inft.store.merkle.ObjectLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What of the ends of a version's long packs is fetched before its first row. A segment is the
 * least of which nodes give a proof: of few packs it costs little and brings many pages along. Of
 * many packs only those come in segments that have most of the pages that every way leads over.
 */
final class EndPlan {
  /** The ends of so many packs come in segments. */
  static final int FEW_PACKS = 3;

  /** So many top pages of all packs whose ends come in segments come with them. */
  static final long TOP_BYTES = 512 << 10;

  static final long LEAST_TOP_BYTES = 32 << 10;

  /** Of more packs, the ends of those with most top pages come in segments up to this. */
  static final long SEGMENTS_BYTES = 1 << 20;

  private EndPlan() {}

  /** For each place of a pack whose end is told. */
  static Map<Integer, EndRead> of(List<PackEnd> ends) {
    List<PackEnd> inSegments = ends.size() <= FEW_PACKS ? ends : inSegments(ends);
    Map<Integer, EndRead> reads = new HashMap<>();
    for (PackEnd end : ends) {
      reads.put(
          end.place(),
          inSegments.contains(end) ? EndRead.segments(topBytes(end, inSegments)) : EndRead.PART);
    }
    return reads;
  }

  private static List<PackEnd> inSegments(List<PackEnd> ends) {
    List<PackEnd> most = new ArrayList<>(ends);
    most.sort(Comparator.comparingLong(PackEnd::topBytes).reversed());
    List<PackEnd> chosen = new ArrayList<>();
    long bytes = 0;
    for (PackEnd end : most) {
      bytes +=
          ObjectLayout.SEGMENT_BYTES + end.directoryBytes() + Math.min(end.topBytes(), TOP_BYTES);
      boolean isMore = end.topBytes() > PackEnd.PART_TOP_BYTES && bytes <= SEGMENTS_BYTES;
      if (isMore || end.part().isEmpty()) {
        chosen.add(end);
      }
    }
    return chosen;
  }

  /** All top pages while they are few, else of each pack those next to its end. */
  private static long topBytes(PackEnd end, List<PackEnd> all) {
    long total = all.stream().mapToLong(PackEnd::topBytes).sum();
    return total <= TOP_BYTES
        ? end.topBytes()
        : Math.max(LEAST_TOP_BYTES, TOP_BYTES * end.topBytes() / total);
  }
}
