package io.inft.store.merkle;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;

/** The address of an object: the 0G Merkle root of its bytes. */
public final class MerkleRoot {
  private MerkleRoot() {}

  /**
   * Reads the whole source once.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public static Digest of(ByteSource object) throws InftException {
    return ObjectTree.of(object).root();
  }

  /** Root and size, which together name the object. */
  public static ObjectRef refOf(ByteSource object) throws InftException {
    return ObjectTree.of(object).ref();
  }
}
