package io.inft.bytes;

/**
 * Told about the progress of an upload or download. Called from any thread, never concurrently for
 * one transfer; must return quickly and not throw.
 */
@FunctionalInterface
public interface TransferListener {
  TransferListener NONE = (doneBytes, totalBytes) -> {};

  /**
   * @param doneBytes how much is safely through, never less than at the call before
   * @param totalBytes how much there is in all
   */
  void transferred(long doneBytes, long totalBytes);
}
