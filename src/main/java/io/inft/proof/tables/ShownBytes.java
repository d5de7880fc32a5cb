package io.inft.proof.tables;

import io.inft.failure.InftException;

/** The pages of a database, as far as somebody shows them. */
public interface ShownBytes {
  /** In bytes. */
  int pageSize();

  long pageCount();

  /**
   * Some bytes of a page.
   *
   * @param page within the page count
   * @param from and {@code length} lie within the page
   * @throws io.inft.failure.CorruptObjectException not all of them are there
   */
  byte[] bytes(long page, int from, int length) throws InftException;
}
