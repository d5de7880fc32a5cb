package io.inft.replica.restore;

import io.inft.commit.CommitObject;
import io.inft.commit.Jump;
import io.inft.commit.Manifest;
import io.inft.store.merkle.ObjectRef;

/**
 * A version with all that the next one builds on.
 *
 * @param ref names the commit object
 * @param commit its public part
 * @param manifest its sealed part
 */
public record Tip(ObjectRef ref, CommitObject commit, Manifest manifest) {
  public long version() {
    return commit.body().version();
  }

  /**
   * The pointer to this version that the next one carries.
   *
   * @param block number of the block it was anchored in, 0 while that is not known
   */
  Jump jump(long block, long timeSeconds) {
    return new Jump(version(), ref.root(), block, timeSeconds);
  }
}
