package io.inft.api;

/** Is told how far a batch has come, by one thread at a time. */
@FunctionalInterface
public interface BatchProgress {
  BatchProgress NONE = (result, done, of) -> {};

  /**
   * @param result of the database that was finished last
   * @param done how many are finished
   * @param of how many there are
   */
  void finished(BatchResult result, int done, int of);
}
