package io.inft.custody;

/** Is told how far a verification has come, by the thread that verifies. */
@FunctionalInterface
public interface Progress {
  Progress NONE = (versions, ofVersions, bytes) -> {};

  /**
   * @param versions how many were looked at
   * @param ofVersions how many there are
   * @param bytes how many were fetched from storage and checked so far
   */
  void progressed(long versions, long ofVersions, long bytes);
}
