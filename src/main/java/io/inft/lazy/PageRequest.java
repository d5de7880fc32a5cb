package io.inft.lazy;

/**
 * What a supplier is asked for, and why, so that it knows what to do first.
 *
 * @param asked the page that somebody reads, or the first one wanted
 * @param span what is wanted: the span that the supplier named for that page
 */
public record PageRequest(long asked, PageSpan span, Reason reason) {
  /** Why, the most urgent first. */
  public enum Reason {
    /** A reader waits for the page, and others of his lay elsewhere. */
    READ,
    /** A reader waits for the page, and has read what lies before it. */
    SCAN,
    /** A reader comes here soon. */
    AHEAD,
    /** Nobody waits. */
    HYDRATION
  }
}
