package io.inft.lazy;

import io.inft.failure.InftException;

/**
 * Brings pages of the base. What it hands on is proved: nobody checks it again until the file is
 * whole. Safe for many threads.
 */
public interface PageSupplier {
  /**
   * Which pages come with one fetch for a page: a storage segment's worth, say. Answers at once,
   * from memory; the same for every page of the span.
   */
  PageSpan span(long page);

  /**
   * Brings pages, on a thread that may be interrupted when nobody wants them any more.
   *
   * @throws InftException if it cannot bring all that was wanted; what it brought before counts
   */
  void supply(PageRequest request, PageSink sink) throws InftException;
}
