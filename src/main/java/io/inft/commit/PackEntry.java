package io.inft.commit;

import io.inft.pack.PackType;

/**
 * One page pack of a restore set.
 *
 * @param type whether it holds all pages or changed ones
 * @param epoch the epoch of the data key it is sealed with
 * @param producedBy the version it was made for and is bound to; not before {@code toVersion}
 * @param index from 0 among the packs of its type and producing version
 * @param fromVersion what a delta is to be laid on; 0 for a snapshot
 * @param toVersion whose pages one has then
 * @param location where its sealed bytes lie
 * @param sizeBytes how many sealed bytes
 * @param storedAtSeconds Unix time when it was stored last, because storage is paid for a while
 */
public record PackEntry(
    PackType type,
    int epoch,
    long producedBy,
    int index,
    long fromVersion,
    long toVersion,
    Location location,
    long sizeBytes,
    long storedAtSeconds) {
  /** The highest index; so there is always a next one to compute with. */
  public static final int MAX_INDEX = 0xffff;

  public PackEntry {
    Rules.require(epoch >= 1 && epoch <= CommitBody.MAX_EPOCH, "a pack of epoch " + epoch);
    Rules.require(index >= 0 && index <= MAX_INDEX, "a pack with index " + index);
    Rules.require(storedAtSeconds >= 0, "a pack stored at " + storedAtSeconds);
    Rules.require(
        type == PackType.SNAPSHOT ? fromVersion == 0 : fromVersion >= 1,
        "a " + type + " from version " + fromVersion);
    Rules.require(
        fromVersion < toVersion && toVersion <= producedBy,
        "a pack from version "
            + fromVersion
            + " to "
            + toVersion
            + " produced by version "
            + producedBy);
    Rules.requireSize(location, sizeBytes);
  }

  /** This pack at another place, or stored again. */
  public PackEntry at(Location newLocation, long newStoredAtSeconds) {
    return new PackEntry(
        type,
        epoch,
        producedBy,
        index,
        fromVersion,
        toVersion,
        newLocation,
        sizeBytes,
        newStoredAtSeconds);
  }
}
