package io.inft.agents.search;

/**
 * Turns a text into a vector that lies near the vectors of texts of like meaning: the application's
 * model. Called on the caller's thread, within a transaction when something is remembered; whatever
 * it throws ends the call, and nothing is stored.
 */
@FunctionalInterface
public interface Embedder {
  /** The vector: as many numbers as always, all finite, not all zero. */
  float[] embed(String text);

  /**
   * What tells this model from others, for instance {@code all-minilm-l6-v2-q}. A space keeps the
   * name of the model that made its first vector, and refuses vectors of another. Empty if nobody
   * needs to know.
   */
  default String model() {
    return "";
  }
}
