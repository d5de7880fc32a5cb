package io.inft.lazy;

import io.inft.failure.InftException;

/** Takes what a supplier brings. Safe for many threads. */
public interface PageSink {
  /**
   * Takes a page of the base, in any order; asked for or not. One that is present already stays as
   * it is.
   *
   * @param page proved by the supplier
   * @param from where its bytes begin
   * @return whether it was written; false if something was there, or nothing is taken any more
   */
  boolean page(long number, byte[] page, int from) throws InftException;
}
