package io.inft.replica.local;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is committed on this machine and the registry does not know: the same whoever asks, a
 * connection, a command, or either of them after a restart.
 *
 * @param commits SQL commits
 * @param pages pages they changed at most; those of versions on their way are counted once each
 * @param bytes the same in bytes of the database
 * @param versions versions that are made and on their way
 * @param since when the oldest of these commits was made, or at the latest
 * @param exact false if it is not known which pages changed, so that it may be more
 */
public record Lag(
    long commits, long pages, long bytes, int versions, Optional<Instant> since, boolean exact) {
  public static final Lag NOTHING = new Lag(0, 0, 0, 0, Optional.empty(), true);

  /** Whether there is nothing. */
  public boolean isNothing() {
    return commits == 0 && pages == 0 && versions == 0 && exact;
  }

  /** How old the oldest is. */
  public Duration age(Instant now) {
    return since
        .map(begun -> Duration.between(begun, now))
        .filter(age -> !age.isNegative())
        .orElse(Duration.ZERO);
  }

  /** For people. */
  public String sentence(Instant now) {
    if (isNothing()) {
      return "everything is published";
    }
    String atLeast = exact ? "" : "at least ";
    return atLeast
        + commits
        + " commits, "
        + pages
        + " pages ("
        + bytes
        + " bytes) are not published"
        + since.map(begun -> ", the oldest for " + age(now).toSeconds() + " s").orElse("");
  }
}
