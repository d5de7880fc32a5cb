package io.inft.pack;

import io.inft.failure.InftException;

/** Takes pages out of a pack, in ascending order. */
@FunctionalInterface
public interface PageVisitor {
  /**
   * @param entry what the index says about the page
   * @param content the page, or where the reading method says so its difference; the visitor's own
   */
  void page(PageEntry entry, byte[] content) throws InftException;
}
