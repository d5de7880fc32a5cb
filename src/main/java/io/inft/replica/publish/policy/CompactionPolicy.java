package io.inft.replica.publish.policy;

import io.inft.bytes.Digest;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import java.time.Duration;
import java.util.List;

/**
 * When deltas are replaced by a new snapshot: when they outweigh the one they stand on, or when a
 * pack was stored so long ago that storage will not keep it and paying for it again is not possible
 * or dearer.
 *
 * @param renewAfter how long storage keeps a pack for sure
 * @param paysAgain whether the store takes another payment for what it has
 */
public record CompactionPolicy(Duration renewAfter, boolean paysAgain) {
  /** Deltas up to this weigh nothing: a segment of storage, fetched in one go. */
  private static final long LIGHT_BYTES = 256L << 10;

  /** Databases up to this are small enough to be snapshotted within a publish. */
  public static final long QUICK_BYTES = 4L << 20;

  /** Paying again takes gas for each object, a snapshot of a small database for one. */
  private static final int FEW_OBJECTS = 3;

  /** Clocks may differ by so much. */
  private static final Duration WRONG_CLOCK = Duration.ofDays(1);

  /** What becomes of packs that are old. */
  public enum Renewal {
    NOTHING,
    BY_PAYING_AGAIN,
    BY_A_SNAPSHOT
  }

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
        || !(isOutweighed(known.restoreSet())
            || renewal(known.restoreSet(), nowSeconds) == Renewal.BY_A_SNAPSHOT)) {
      return Decision.NOTHING;
    }
    return isQuick(known.databaseBytes())
        ? Decision.WITH_THE_NEXT_VERSION
        : Decision.IN_THE_BACKGROUND;
  }

  /** Whether a pack is so old that something must be done, and what. */
  public Renewal renewal(List<PackEntry> restoreSet, long nowSeconds) {
    long before = nowSeconds - renewAfter.toSeconds();
    if (restoreSet.stream().noneMatch(pack -> pack.storedAtSeconds() < before)) {
      return Renewal.NOTHING;
    }
    long objects = restoreSet.stream().map(CompactionPolicy::object).distinct().count();
    long bytes = restoreSet.stream().mapToLong(PackEntry::sizeBytes).sum();
    return paysAgain && (objects <= FEW_OBJECTS || !isQuick(bytes))
        ? Renewal.BY_PAYING_AGAIN
        : Renewal.BY_A_SNAPSHOT;
  }

  /**
   * Whether somebody says that a pack was stored at a time that has not come. It may be as old as
   * any then, and only who takes the payment knows.
   */
  public boolean isAgeUntold(List<PackEntry> restoreSet, long nowSeconds) {
    long latest = nowSeconds + WRONG_CLOCK.toSeconds();
    return paysAgain && restoreSet.stream().anyMatch(pack -> pack.storedAtSeconds() > latest);
  }

  /** The root of the object a pack lies in. */
  private static Digest object(PackEntry pack) {
    if (pack.location() instanceof Location.Own own) {
      return own.root();
    }
    if (pack.location() instanceof Location.Within within) {
      return within.commitRoot();
    }
    return pack.location() instanceof Location.Carried carried
        ? carried.carrierRoot()
        : Digest.ZERO;
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
