package io.inft.replica.publish;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Who waits for which version, and how long anything has been waiting. A caller draws a ticket; all
 * tickets drawn before a version is staged ride in it. Not thread-safe: the publisher guards it.
 */
final class PublishTickets {
  /**
   * One staged version.
   *
   * @param ticket the newest one that rides in it
   * @param sinceNanos when the oldest commit in it was noted, 0 if none was
   */
  private record Ride(long version, long ticket, long sinceNanos) {}

  private final Deque<Ride> rides = new ArrayDeque<>();
  private long drawn;
  private long urgent;
  private long staged;
  private long anchored;
  private long failed;
  private long looseSinceNanos;
  private long askedSinceNanos;
  private long askedLastNanos;

  /** A ticket that is covered once everything committed by now is anchored. */
  long draw(long nowNanos) {
    urgent = drawPatiently(nowNanos);
    return urgent;
  }

  /** The same, of a caller who waits until the budget has it published. */
  long drawPatiently(long nowNanos) {
    if (drawn == staged) {
      askedSinceNanos = nowNanos;
    }
    askedLastNanos = nowNanos;
    return ++drawn;
  }

  /** Whether somebody waits for a version that is not even staged, whatever the budget's pace. */
  boolean isUrgent() {
    return urgent > staged;
  }

  /** Whether somebody waits for a version that is not even staged. */
  boolean isAsked() {
    return drawn > staged;
  }

  /** Whether somebody waits for a version that is not anchored. */
  boolean isAwaited() {
    return drawn > anchored;
  }

  /** Since when somebody does. */
  long askedSinceNanos() {
    return askedSinceNanos;
  }

  /** Since when the newest of them does. */
  long askedLastNanos() {
    return askedLastNanos;
  }

  /** How many do. */
  long asking() {
    return drawn - staged;
  }

  boolean isCovered(long ticket) {
    return anchored >= ticket;
  }

  /** Whether the last failure met what this ticket waits for. */
  boolean hasFailed(long ticket) {
    return ticket <= failed;
  }

  /** Something failed: all who wait now will be told, if waiting cannot help. */
  void fail() {
    failed = drawn;
  }

  /** The newest ticket there is. */
  long newest() {
    return drawn;
  }

  /** Takes note that something was committed that no version holds. */
  void noted(long nowNanos) {
    if (looseSinceNanos == 0) {
      looseSinceNanos = nowNanos | 1;
    }
  }

  /**
   * A version was staged.
   *
   * @param version the newest one there is, anchored already if there was nothing to stage
   * @param ticket the newest ticket drawn when it began
   * @param begunNanos when it began
   * @param more whether something was committed meanwhile
   */
  void staged(long version, long ticket, long begunNanos, boolean more) {
    rides.addLast(new Ride(version, ticket, looseSinceNanos));
    staged = ticket;
    askedSinceNanos = begunNanos;
    looseSinceNanos = more ? begunNanos | 1 : 0;
  }

  /**
   * Everything up to a version is anchored.
   *
   * @return whether anything was not before
   */
  boolean anchored(long version) {
    boolean any = false;
    while (!rides.isEmpty() && rides.peekFirst().version() <= version) {
      anchored = Math.max(anchored, rides.removeFirst().ticket());
      any = true;
    }
    return any;
  }

  /** Since when the oldest commit that is not anchored has been waiting; 0 if there is none. */
  long sinceNanos() {
    for (Ride ride : rides) {
      if (ride.sinceNanos() != 0) {
        return ride.sinceNanos();
      }
    }
    return looseSinceNanos;
  }
}
