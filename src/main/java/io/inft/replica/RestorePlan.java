package io.inft.replica;

import io.inft.commit.PackEntry;
import java.util.List;

/**
 * Which packs a new version lists. Deltas are kept in levels by how many versions they span: when a
 * level has {@link #PER_LEVEL} of them, the next delta swallows them and rises. A page is thus
 * rewritten a few times in a long history, and a reader needs at most {@link #MAX_PACKS} packs.
 */
final class RestorePlan {
  static final int MAX_PACKS = 16;
  static final int PER_LEVEL = 4;
  private static final int FAN_IN = PER_LEVEL + 1;

  /** Packs left after a forced merge, so that the next publishes need none. */
  private static final int AFTER_FORCED_MERGE = 11;

  private RestorePlan() {}

  /**
   * How many of the newest deltas the next one swallows.
   *
   * @param deltas the deltas of the newest version's restore set, oldest first
   * @param barrier a version that a snapshot is being made of: deltas that end at or before it stay
   *     apart from those that begin there; 0 for none
   */
  static int swallowed(List<PackEntry> deltas, long barrier) {
    int first = firstAfter(deltas, barrier);
    int swallowed = 0;
    long span = 1;
    while (true) {
      int level = level(span);
      int more = 0;
      for (int i = deltas.size() - swallowed - 1; i >= first; i--) {
        if (level(spanOf(deltas.get(i))) > level) {
          break;
        }
        more++;
      }
      if (more < PER_LEVEL) {
        break;
      }
      for (int i = 0; i < more; i++) {
        span += spanOf(deltas.get(deltas.size() - swallowed - 1 - i));
      }
      swallowed += more;
    }
    int packs = 1 + deltas.size() - swallowed + 1;
    if (packs > MAX_PACKS - 1) {
      swallowed = Math.min(deltas.size() - first, deltas.size() + 2 - AFTER_FORCED_MERGE);
    }
    return swallowed;
  }

  private static int firstAfter(List<PackEntry> deltas, long barrier) {
    int first = 0;
    while (first < deltas.size() && deltas.get(first).fromVersion() < barrier) {
      first++;
    }
    return first;
  }

  private static long spanOf(PackEntry delta) {
    return delta.toVersion() - delta.fromVersion();
  }

  static int level(long span) {
    int level = 0;
    for (long rest = span; rest >= FAN_IN; rest /= FAN_IN) {
      level++;
    }
    return level;
  }

  /** Whether the deltas weigh more than the snapshot they stand on. */
  static boolean outweighed(List<PackEntry> restoreSet) {
    long snapshot = restoreSet.get(0).sizeBytes();
    long deltas = restoreSet.stream().skip(1).mapToLong(PackEntry::sizeBytes).sum();
    return deltas > snapshot;
  }
}
