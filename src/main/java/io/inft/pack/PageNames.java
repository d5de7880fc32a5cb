package io.inft.pack;

import io.inft.bytes.Digest;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateTree;

/** What the entries of a pack call a page. Safe for many threads. */
@FunctionalInterface
interface PageNames {
  /** In versions 1 and 2, which no key is needed for. */
  PageNames SHA256 = (number, page) -> Digest.sha256(page);

  Digest of(long number, byte[] page);

  /** In version 3: the leaf of the page in the state tree. */
  static PageNames leaves(StateKey key, int pageSize) {
    return new StateTree(key, pageSize)::leaf;
  }

  /** In the version that is written for a database. */
  static PageNames written(StateKey key, int pageSize) {
    return PackFormat.namesByLeaf(key) ? leaves(key, pageSize) : SHA256;
  }
}
