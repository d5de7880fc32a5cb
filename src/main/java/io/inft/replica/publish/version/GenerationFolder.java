package io.inft.replica.publish.version;

import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateTree;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.WorkingCopy;
import java.nio.file.Path;

/**
 * A generation's place on this disk, and what never changes in it.
 *
 * @param path its folder
 * @param objects sealed objects in it
 * @param stateKey which page hashes are made with
 * @param pageSize of the database in bytes
 */
public record GenerationFolder(Path path, ObjectFolder objects, StateKey stateKey, int pageSize) {
  public Path database() {
    return path.resolve(WorkingCopy.DATABASE);
  }

  /** The page hashes of a database without pages. */
  public StateTree emptyTree() {
    return new StateTree(stateKey, pageSize);
  }
}
