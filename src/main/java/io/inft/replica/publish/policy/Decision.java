package io.inft.replica.publish.policy;

/** What the publishing thread does next. */
public sealed interface Decision {
  /** Something to do now. */
  enum Step implements Decision {
    /** Nothing more will be published, and nothing is under way. */
    STOP,
    /** Takes note of how the anchoring went that has ended. */
    LAND,
    /** Does what a caller handed in. */
    TASK,
    /** Looks whether own versions are final by now. */
    LOOK_AFTER_FINALITY,
    /** Has the oldest staged version anchored. */
    SEND,
    /** Sends the anchors of what is staged behind the one in flight. */
    SEND_AHEAD,
    /** Makes the next version and stores it. */
    STAGE,
    /** Counts the events that no version holds. */
    COUNT_EVENTS,
    /** Writes down since when the oldest commit waits. */
    WRITE_AGE,
    /** Lets SQLite move its log into the database file. */
    CHECKPOINT
  }

  /** Nothing is due for so long, unless something happens. */
  record Wait(long millis) implements Decision {}
}
