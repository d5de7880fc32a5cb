package io.inft.pack.state;

/**
 * Computes leaves of one {@link StateTree} where pages lie side by side in an array, without
 * copying them. Not thread-safe: one a thread.
 */
public final class PageHasher {
  private final PageLeaf.Worker worker;
  private final int pageSize;

  PageHasher(PageLeaf leaves, int pageSize) {
    this.worker = leaves.worker();
    this.pageSize = pageSize;
  }

  /**
   * Puts the leaf of the page that begins at {@code pages[from]} into {@code out[to … to + 31]}.
   */
  public void leaf(long pageNumber, byte[] pages, int from, byte[] out, int to) {
    PageLeaf.hash(worker, pageNumber, pages, from, pageSize, out, to);
  }
}
