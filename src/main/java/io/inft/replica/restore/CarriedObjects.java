package io.inft.replica.restore;

import io.inft.bytes.Blob;
import io.inft.commit.CommitObject;
import io.inft.failure.InftException;

/** Has the commit objects of versions that are not stored, and are not carried yet. */
@FunctionalInterface
public interface CarriedObjects {
  /**
   * The commit object of a version that went along with its anchor.
   *
   * @param of a later version, likewise; all between them went along too
   * @param version before that
   */
  Blob before(CommitObject of, long version) throws InftException;
}
