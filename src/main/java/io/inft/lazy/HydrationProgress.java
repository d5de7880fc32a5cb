package io.inft.lazy;

import io.inft.failure.InftException;
import java.util.Optional;

/**
 * How far a file is.
 *
 * @param pages of the base that the file is to have; fewer once SQLite cut it
 * @param missing of those
 * @param state what goes on in the background
 * @param failure why the last attempt there failed, if it did
 */
public record HydrationProgress(
    long pages, long missing, State state, Optional<InftException> failure) {
  /** What goes on in the background. */
  public enum State {
    /** Nothing is brought but what is asked for. */
    PAUSED,
    RUNNING,
    /** It failed, and is tried again after a while. */
    WAITING,
    /** All pages are here; the caller proves the whole. */
    PROVING,
    /** The whole is not what it must be. Nothing goes on. */
    REFUSED,
    /** The file is an ordinary one. */
    WHOLE,
    CLOSED
  }
}
