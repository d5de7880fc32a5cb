package io.inft.pack;

import io.inft.failure.InftException;

/** Takes whole blocks out of a pack. */
@FunctionalInterface
public interface BlockVisitor {
  /**
   * @param pageNumbers of the pages in the block, ascending
   * @param pages side by side, in that order, from the beginning of the array; what lies behind
   *     them means nothing, and the array is used again when this returns
   */
  void block(long[] pageNumbers, byte[] pages) throws InftException;
}
