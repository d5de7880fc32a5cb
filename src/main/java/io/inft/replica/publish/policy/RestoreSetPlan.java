package io.inft.replica.publish.policy;

import io.inft.commit.PackEntry;
import io.inft.pack.state.StateRoot;
import java.util.List;

/**
 * Which packs a new version lists: a snapshot and at most {@link #MAX_DELTAS} deltas and the new
 * one.
 *
 * <p>Deltas gather until the set is full; then the newest ones of the lowest rank are merged into
 * the new delta, which gets the next rank. With k places, a delta's pages are written again r times
 * only after some C(k + r, r) versions: less than three times in the first thousand. (Binomial
 * merging, as in Mathieu, Staelin and Young, "Bigtable Merge Compaction", 2014.) A delta's rank is
 * the index it has within the version that produced it.
 */
public final class RestoreSetPlan {
  static final int MAX_PACKS = 16;
  static final int MAX_DELTAS = MAX_PACKS - 2;

  /** Packs up to this, together, are read again for the next version; so they are kept at hand. */
  public static final long MERGED_BYTES = 1L << 20;

  /** Databases up to so many pages are not thought of as having changed wholesale. */
  private static final long SMALL_DATABASE_PAGES = 16;

  private RestoreSetPlan() {}

  /**
   * What becomes of the newest deltas.
   *
   * @param count how many of them the new delta swallows
   * @param rank the rank of the new delta
   */
  public record Merge(int count, int rank) {}

  /**
   * Decides for one new delta.
   *
   * @param deltas the deltas of the newest version's restore set, oldest first
   * @param barrier a version that a background snapshot is being made of: deltas that end there are
   *     not merged with later ones, unless there is no room left; 0 for none
   */
  public static Merge merge(List<PackEntry> deltas, long barrier) {
    if (deltas.size() < MAX_DELTAS) {
      return new Merge(0, 0);
    }
    int first = firstAfter(deltas, barrier);
    if (first == deltas.size()) {
      first = 0;
    }
    int rank = deltas.get(deltas.size() - 1).index();
    int count = 0;
    for (int i = deltas.size() - 1; i >= first && deltas.get(i).index() <= rank; i--) {
      count++;
    }
    return new Merge(count, Math.min(rank + 1, PackEntry.MAX_INDEX));
  }

  private static int firstAfter(List<PackEntry> deltas, long barrier) {
    int first = 0;
    while (first < deltas.size() && deltas.get(first).fromVersion() < barrier) {
      first++;
    }
    return first;
  }

  /** Whether so many changed pages are most of the database. */
  public static boolean wholesale(long changedPages, long pageCount) {
    return changedPages * 2 > pageCount + SMALL_DATABASE_PAGES;
  }

  /**
   * Whether a past version is put together again from its packs, so that the new delta holds what
   * differs from it and no more: where all of it is little, and its packs name pages as the page
   * hashes do.
   *
   * @param packs of that version, the snapshot first
   */
  public static boolean isRebuilt(List<PackEntry> packs, long databaseBytes, StateRoot kind) {
    return kind != StateRoot.PAGES
        && CompactionPolicy.isQuick(databaseBytes)
        && packs.stream().mapToLong(PackEntry::sizeBytes).sum() <= MERGED_BYTES;
  }

  /** Whether a delta of most pages is still worth having: versions to come save by it too. */
  public static boolean smallBeside(long sizeBytes, PackEntry snapshot) {
    return sizeBytes * 2 <= snapshot.sizeBytes();
  }
}
