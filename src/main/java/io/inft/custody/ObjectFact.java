package io.inft.custody;

import io.inft.commit.Location;

/**
 * One object that a version lists, and what was found of it.
 *
 * @param type "snapshot", "delta", "manifest" …
 * @param producedBy the version it was made for
 * @param index among the objects of its type and version
 */
public record ObjectFact(
    String type, long producedBy, int index, Location location, long sizeBytes, State state) {
  /** How far it was checked. */
  public enum State {
    /** Every byte, against root and SHA-256. */
    VERIFIED,
    /** One segment, against the root. */
    SAMPLED,
    /** There is a finding. */
    FAILED
  }
}
