package io.inft.agents.search;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What was found, the best first. The same database and the same question give the same answer, on
 * every machine.
 *
 * @param how what was compared
 * @param note what there is to know about it, for instance why it was full text only; or empty
 */
public record Recall(List<Hit> hits, How how, String note) {
  public Recall {
    hits = List.copyOf(hits);
  }

  /** What was compared. */
  public enum How {
    /** Words and meaning. */
    HYBRID,
    /** Words alone: there is no vector of the question, or there are none to compare it with. */
    FULL_TEXT,
    /** Meaning alone: the question has no words. */
    VECTOR
  }

  /**
   * One that was found.
   *
   * @param score larger is better; comparable within one answer only
   * @param textRank its place among those found by words, from 1
   * @param distance from the question, as a cosine distance: 0 is the same direction, 2 the
   *     opposite; empty if it was not among the nearest
   */
  public record Hit(Memory memory, double score, OptionalInt textRank, OptionalDouble distance) {}
}
