package io.inft.custody;

import io.inft.bytes.Digest;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.seal.Secret;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to verify. History, running hashes and rights are always checked from version 1 to the head;
 * the range says whose objects are fetched.
 *
 * @param depth how much of the storage is read
 * @param from first version whose objects are checked, at least 1
 * @param to last version whose objects are checked; cut to the head
 * @param secret opens the keyring, so that what is sealed can be checked as well
 * @param seen the newest final head that was seen before: a later look must contain it
 * @param resume where an earlier verification ended: what it covered is not looked at again, if its
 *     history is a part of the one that is found now; else it counts for nothing
 * @param scratch an existing folder, for the database that is rebuilt with the keys; only used by
 *     {@link Depth#FULL} with a secret
 */
public record Verification(
    DatabaseId id,
    Depth depth,
    long from,
    long to,
    Optional<Secret> secret,
    Optional<Seen> seen,
    Optional<Mark> resume,
    Path scratch) {
  /** How much of the storage is read. */
  public enum Depth {
    /**
     * The commit object of the newest version in range, and of each object it lists one segment,
     * chosen at random.
     */
    QUICK,
    /**
     * Every commit object in range and every byte of every object they list; with a secret also
     * what is sealed, and the newest version in range is rebuilt.
     */
    FULL
  }

  /**
   * A head seen before, in a block that could not be reorganised away any more.
   *
   * @param root its commit root
   */
  public record Seen(long version, Digest root, Block block) {}

  /**
   * Where a verification ended that covered the whole history up to there and found nothing.
   *
   * @param historyHash of the version, which covers everything before it
   * @param blockHint the block it was anchored in
   * @param depth how much of the storage was read
   * @param opened whether what is sealed was looked at as well
   * @param eventSequence the last event whose chain was checked, 0 if none was
   * @param eventHash the event chain up to there
   */
  public record Mark(
      long version,
      Digest historyHash,
      long blockHint,
      Depth depth,
      boolean opened,
      long eventSequence,
      Digest eventHash) {
    /** Whether it says enough for what is to be verified. */
    boolean covers(Verification what) {
      return (depth == Depth.FULL || what.depth() == Depth.QUICK)
          && (opened || what.secret().isEmpty());
    }
  }

  public Verification {
    if (from < 1 || to < from) {
      throw new IllegalArgumentException("no such range of versions: " + from + " to " + to);
    }
  }

  /** The whole history in full depth, without a secret. */
  public static Verification of(DatabaseId id, Path scratch) {
    return new Verification(
        id,
        Depth.FULL,
        1,
        Long.MAX_VALUE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        scratch);
  }

  public Verification with(Depth other) {
    return new Verification(id, other, from, to, secret, seen, resume, scratch);
  }

  public Verification with(Secret other) {
    return new Verification(id, depth, from, to, Optional.of(other), seen, resume, scratch);
  }

  public Verification with(Seen other) {
    return new Verification(id, depth, from, to, secret, Optional.of(other), resume, scratch);
  }

  /** This verification of what came after an earlier one. */
  public Verification after(Mark mark) {
    return new Verification(id, depth, from, to, secret, seen, Optional.of(mark), scratch);
  }

  /** Whether it is of all versions. */
  boolean isWhole() {
    return from == 1 && to == Long.MAX_VALUE;
  }

  /** This verification for versions {@code first} to {@code last} only. */
  public Verification range(long first, long last) {
    return new Verification(id, depth, first, last, secret, seen, resume, scratch);
  }
}
