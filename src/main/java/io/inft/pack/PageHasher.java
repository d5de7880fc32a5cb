package io.inft.pack;

import io.inft.bytes.Digest;
import java.security.MessageDigest;

/**
 * Computes leaves of one {@link StateTree} where pages lie side by side in an array, without
 * copying them. Not thread-safe: one a thread.
 */
public final class PageHasher {
  private final PageLeaf leaves;
  private final int pageSize;
  private final MessageDigest sha256 = Digest.sha256();

  PageHasher(PageLeaf leaves, int pageSize) {
    this.leaves = leaves;
    this.pageSize = pageSize;
  }

  /**
   * Puts the leaf of the page that begins at {@code pages[from]} into {@code out[to … to + 31]}.
   */
  public void leaf(long pageNumber, byte[] pages, int from, byte[] out, int to) {
    leaves.hash(sha256, pageNumber, pages, from, pageSize, out, to);
  }
}
