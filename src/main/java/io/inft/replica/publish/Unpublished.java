package io.inft.replica.publish;

import io.inft.failure.InftException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What of a generation the registry does not know, as a person is told of it when nobody may wait:
 * at exit, and when a close ran out of time.
 */
public final class Unpublished {
  /** How long somebody who is at work with the pages is waited for. */
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private Unpublished() {}

  /**
   * Says what is not out and since when; empty if everything is. Takes at most a part of a second:
   * what is not known by then is left out.
   */
  public static Optional<String> of(GenerationWriter writer, Publisher publisher, Clock clock) {
    int versions = writer.state().outgoing().size();
    OptionalInt pages;
    try {
      pages = writer.capture().dirtyPagesWithin(PATIENCE);
    } catch (InftException e) {
      pages = OptionalInt.empty();
    }
    Duration lag = publisher.lag();
    if (versions == 0 && lag.isZero() && pages.orElse(0) == 0) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    if (versions > 0) {
      parts.add(count(versions, "version") + " on the way");
    }
    if (pages.isEmpty()) {
      parts.add("changed pages");
    } else if (pages.getAsInt() > 0) {
      parts.add(count(pages.getAsInt(), "changed page"));
    }
    String what = parts.isEmpty() ? "what was committed last" : String.join(" and ", parts);
    return Optional.of(
        lag.isZero() ? what : what + ", the oldest since " + clock.instant().minus(lag));
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
