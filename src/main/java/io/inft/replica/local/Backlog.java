package io.inft.replica.local;

import java.util.ArrayList;
import java.util.List;

/**
 * What is written down of the work that is not published: it rides in the state, which is written
 * for each version anyway.
 *
 * @param looseSinceMillis when the oldest commit was made that no version holds; 0 if that is not
 *     known, or there is none
 * @param pageSize of the database in bytes, 0 if unknown: it is not asked of a file that others use
 * @param rides what the versions on their way hold, oldest first
 */
public record Backlog(long looseSinceMillis, int pageSize, List<Ride> rides) {
  static final Backlog EMPTY = new Backlog(0, 0, List.of());

  public Backlog {
    rides = List.copyOf(rides);
  }

  /**
   * One version on its way.
   *
   * @param pages pages that may differ from the version before
   * @param sinceMillis when its oldest commit was made, 0 if unknown
   */
  public record Ride(long version, long commits, long pages, long sinceMillis) {}

  /** What was loose rides in a version now. */
  Backlog staged(Ride ride) {
    List<Ride> more = new ArrayList<>(rides);
    more.add(ride);
    return new Backlog(0, pageSize, more);
  }

  Backlog anchored(long version) {
    return new Backlog(
        looseSinceMillis,
        pageSize,
        rides.stream().filter(ride -> ride.version() > version).toList());
  }

  Backlog looseSince(long millis) {
    return new Backlog(millis, pageSize, rides);
  }

  /** The versions on their way were taken back: what they hold is loose again. */
  Backlog withdrawn() {
    return new Backlog(sinceMillis(), pageSize, List.of());
  }

  Backlog withPageSize(int bytes) {
    return new Backlog(looseSinceMillis, bytes, rides);
  }

  /** When the oldest commit of all was made, 0 if unknown. */
  long sinceMillis() {
    for (Ride ride : rides) {
      if (ride.sinceMillis() != 0) {
        return ride.sinceMillis();
      }
    }
    return looseSinceMillis;
  }

  public long commits() {
    return rides.stream().mapToLong(Ride::commits).sum();
  }

  public long pages() {
    return rides.stream().mapToLong(Ride::pages).sum();
  }
}
