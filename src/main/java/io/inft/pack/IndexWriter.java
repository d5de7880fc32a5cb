package io.inft.pack;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Collects the index of a pack while its blocks are written. Not thread-safe. */
interface IndexWriter {
  /** What the pack begins with. */
  byte[] head();

  /** A page, in the order in which pages are stored. */
  void entry(PageEntry entry);

  /** A block, in order. */
  void block(int storedBytes, int pages);

  /**
   * Writes what stands behind the blocks.
   *
   * @param top the pages that were kept for the end
   */
  void finish(OutputStream to, List<TopPages.Page> top) throws IOException;
}
