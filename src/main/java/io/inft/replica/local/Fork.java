package io.inft.replica.local;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A generation of this machine that was put aside whole: it holds commits that will never be
 * published by themselves, and nobody deletes it. It is listed as pending until it is acknowledged.
 *
 * @param generation its folder, which stays where it is
 * @param at when it was put aside; empty where an older release did
 * @param baseVersion the anchored version it builds on, 0 if it is none
 * @param stagedVersions how many versions of it were made and never became the head
 * @param commits how many SQL commits were not published, if that was counted
 * @param pages how many pages they changed at most, if that was known
 * @param told when an application's call, or a command's failure, said so
 * @param acknowledged when somebody took note of it
 */
public record Fork(
    Path generation,
    Kind kind,
    String reason,
    Optional<Instant> at,
    long baseVersion,
    int stagedVersions,
    OptionalLong commits,
    OptionalLong pages,
    Optional<Instant> told,
    Optional<Instant> acknowledged) {

  /** Why a generation was put aside. */
  public enum Kind {
    /** Another writer moved the head first. */
    FORK(1),
    /** The database file changed behind SQLite's log. */
    FOREIGN_CHANGE(2),
    /** Its own record cannot be read, so that it is kept and not gone on with. Never written. */
    UNREADABLE(255);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** How it stands in a file. */
    int code() {
      return code;
    }

    /** One word for people and programs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Name of the generation, as commands take it. */
  public String name() {
    return String.valueOf(generation.getFileName());
  }

  /** The SQLite database that was put aside. */
  public Path database() {
    return generation.resolve(WorkingCopy.DATABASE);
  }

  /** Whether nobody has taken note of it yet. */
  public boolean isPending() {
    return acknowledged.isEmpty();
  }

  /** One sentence: why, when, how much, where. */
  public String sentence() {
    StringBuilder text = new StringBuilder(name()).append(" (").append(reason);
    at.ifPresent(when -> text.append("; put aside ").append(when));
    commits.ifPresent(count -> text.append("; ").append(count).append(" commits"));
    return text.append(") in ").append(generation).toString();
  }

  /** Whether the application is still to be told of it. */
  public boolean isUntold() {
    return told.isEmpty() && acknowledged.isEmpty();
  }
}
