package io.inft.store.merkle;

import io.inft.bytes.Digest;

/**
 * Names a stored object. The root does not contain the length (trailing zeros share a root), so
 * both belong together.
 *
 * @param root 0G Merkle root of the object's bytes
 * @param sizeBytes exact length, at least 1
 */
public record ObjectRef(Digest root, long sizeBytes) {
  public ObjectRef {
    if (sizeBytes < 1) {
      throw new IllegalArgumentException("an object has at least one byte");
    }
  }

  @Override
  public String toString() {
    return root + "/" + sizeBytes;
  }
}
