package io.inft.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How an open database stands. Immutable: what it says was true when it was asked for.
 *
 * @param version the newest anchored version, 0 before the first
 * @param lag how long the oldest commit has been waiting that the registry does not know; zero if
 *     there is none
 * @param waiting versions that are made and on their way
 * @param sessions connections that have it open
 * @param databaseBytes size of the database file
 * @param paidUntil until when storage is paid, as it was found last; empty if that is not known
 * @param putAside whether another writer was first, so that nothing of this line is published
 * @param failure what publishing failed with and was not made good since
 */
public record Standing(
    long version,
    Duration lag,
    int waiting,
    int sessions,
    long databaseBytes,
    Optional<Instant> paidUntil,
    boolean putAside,
    Optional<String> failure) {
  /** Of a database that is being opened or closed. */
  public static final Standing NONE =
      new Standing(0, Duration.ZERO, 0, 0, 0, Optional.empty(), false, Optional.empty());
}
