package io.inft.replica.partial;

import java.time.Duration;

/**
 * When the pages of a database are wanted that is not all here.
 *
 * @param hydrates whether pages that nobody asked for come in the background
 * @param longestWait that a read waits for a page; of the session that opens the database first
 */
public record PagesWanted(OpenMode mode, boolean hydrates, Duration longestWait) {
  private static final Duration USUAL_WAIT = Duration.ofMinutes(2);

  public static PagesWanted of(OpenMode mode) {
    return new PagesWanted(mode, true, USUAL_WAIT);
  }

  /** Whether all are wanted before the first is read, whatever their number. */
  public boolean isAllAtOnce() {
    return mode == OpenMode.FULL;
  }
}
