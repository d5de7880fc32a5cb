package io.inft.lazy;

import io.inft.failure.InftException;

/** What can end a wait for a page, looked at many times a second by the thread that waits. */
@FunctionalInterface
interface FetchWait {
  /**
   * Returns as long as the wait goes on.
   *
   * @throws InterruptedException if the reader gave up
   * @throws InftException if there is nothing to wait for any more
   */
  void check() throws InterruptedException, InftException;
}
