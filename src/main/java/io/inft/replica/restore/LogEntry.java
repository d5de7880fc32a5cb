package io.inft.replica.restore;

import io.inft.commit.DriverEvent;
import io.inft.commit.Event;
import io.inft.registry.Anchored;
import java.time.Instant;
import java.util.OptionalLong;

/** One line of the event log as it is shown. Immutable. */
public sealed interface LogEntry {
  /** The version that brought it, from 1. */
  long version();

  /** When it happened, in milliseconds, as whoever wrote it says. */
  Instant time();

  /** What kind of event it is; one that this release does not know is shown as it is. */
  String type();

  /**
   * An event that stands in the log.
   *
   * @param sequence its place in the log, from 1, without gaps
   * @param payload what the writer gave, JSON by agreement and not checked
   * @param row its number in the event table, from 1; empty for the driver's own
   */
  record Recorded(
      long version, long sequence, Instant time, String type, String payload, OptionalLong row)
      implements LogEntry {
    static Recorded of(long version, Event event) {
      return new Recorded(
          version,
          event.sequence(),
          Instant.ofEpochMilli(event.timeMillis()),
          event.type(),
          event.payloadJson(),
          event.source() == Event.Source.APPLICATION
              ? OptionalLong.of(event.applicationSequence())
              : OptionalLong.empty());
    }

    /** Whether the application wrote it, not the driver. */
    public boolean isApplications() {
      return row.isPresent();
    }

    /** Whether the driver says here that the event table began anew. */
    public boolean isTableRestart() {
      return row.isEmpty() && DriverEvent.isEventTableRestarted(type);
    }
  }

  /**
   * Where something is wrong with the log: what stands before and behind it is shown all the same.
   *
   * @param time when the version was anchored
   * @param reason a sentence
   */
  record Marked(long version, Instant time, Mark mark, String reason) implements LogEntry {
    @Override
    public String type() {
      return mark.type;
    }
  }

  /** What is wrong at a place of the log. */
  enum Mark {
    /** A version's part cannot be read: what it brought, if anything, is lost. */
    UNREADABLE("inft.unreadable"),
    /** What follows does not continue what stands before: some is missing, doubled or made up. */
    BREAK("inft.break");

    private final String type;

    Mark(String type) {
      this.type = type;
    }

    Marked at(Anchored version, String reason) {
      return new Marked(version.version(), version.block().time(), this, reason);
    }
  }
}
