package io.inft.commit;

import io.inft.bytes.Digest;

/**
 * Points at an earlier version. Only the root is bound by the chain; block and time are what the
 * writer knew.
 *
 * @param version the version pointed at
 * @param root 0G Merkle root of its commit object
 * @param block where it was anchored; 0 if that was not known yet
 * @param timeSeconds Unix time of that block; 0 if that was not known yet
 */
public record Jump(long version, Digest root, long block, long timeSeconds) {
  public Jump {
    if (version < 1 || block < 0 || timeSeconds < 0 || root.isZero()) {
      throw new IllegalArgumentException("no such jump: version " + version + ", root " + root);
    }
  }
}
