package io.inft.replica.restore;

import io.inft.commit.CommitObject;
import io.inft.commit.Jump;
import io.inft.commit.Manifest;
import io.inft.commit.PackEnd;
import io.inft.commit.SealedManifest;
import io.inft.store.merkle.ObjectRef;
import java.util.List;

/**
 * A version with all that the next one builds on.
 *
 * @param ref names the commit object
 * @param commit its public part
 * @param manifest its sealed part
 * @param ends of its long packs, as far as they are told
 */
public record Tip(ObjectRef ref, CommitObject commit, Manifest manifest, List<PackEnd> ends) {
  public Tip {
    ends = List.copyOf(ends);
  }

  public static Tip of(ObjectRef ref, CommitObject commit, SealedManifest sealed) {
    return new Tip(ref, commit, sealed.manifest(), sealed.ends());
  }

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
