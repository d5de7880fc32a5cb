package io.inft.replica.publish.policy;

import io.inft.commit.PackEntry;
import java.time.Duration;
import java.util.List;

/**
 * When deltas are replaced by a new snapshot: when they outweigh the one they stand on, or when a
 * pack was stored so long ago that storage will not keep it.
 *
 * @param renewAfter how long storage keeps a pack for sure
 */
public record CompactionPolicy(Duration renewAfter) {
  /** Deltas up to this weigh nothing: a segment of storage, fetched in one go. */
  private static final long LIGHT_BYTES = 256L << 10;

  /** Databases up to this are small enough to be snapshotted within a publish. */
  private static final long QUICK_BYTES = 4L << 20;

  /** What becomes of the deltas. */
  public enum Decision {
    NOTHING,
    /** The next version is a snapshot. */
    WITH_THE_NEXT_VERSION,
    /** A snapshot is made and stored beside publishing. */
    IN_THE_BACKGROUND
  }

  /**
   * What is known when a version was staged.
   *
   * @param restoreSet its packs, the snapshot first
   * @param running whether a snapshot is being made or stored, or waits to be listed
   */
  public record Known(List<PackEntry> restoreSet, long databaseBytes, boolean running) {
    public Known {
      restoreSet = List.copyOf(restoreSet);
    }
  }

  public Decision decide(Known known, long nowSeconds) {
    if (known.running()
        || !(isOutweighed(known.restoreSet()) || wantsRenewal(known.restoreSet(), nowSeconds))) {
      return Decision.NOTHING;
    }
    return isQuick(known.databaseBytes())
        ? Decision.WITH_THE_NEXT_VERSION
        : Decision.IN_THE_BACKGROUND;
  }

  /** Whether a pack is so old that it must be stored again. */
  public boolean wantsRenewal(List<PackEntry> restoreSet, long nowSeconds) {
    long before = nowSeconds - renewAfter.toSeconds();
    return restoreSet.stream().anyMatch(pack -> pack.storedAtSeconds() < before);
  }

  /** Whether the deltas weigh more than the snapshot they stand on, and anything at all. */
  static boolean isOutweighed(List<PackEntry> restoreSet) {
    long snapshot = restoreSet.get(0).sizeBytes();
    long deltas = restoreSet.stream().skip(1).mapToLong(PackEntry::sizeBytes).sum();
    return deltas > Math.max(snapshot, LIGHT_BYTES);
  }

  /** Whether a database is small enough to be snapshotted within a publish. */
  public static boolean isQuick(long databaseBytes) {
    return databaseBytes <= QUICK_BYTES;
  }
}
