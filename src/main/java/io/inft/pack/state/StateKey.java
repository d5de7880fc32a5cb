package io.inft.pack.state;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;

/**
 * What the pages of a database are named by: 32 secret bytes and how they are used, both the same
 * for the whole life of the database. Immutable; never printed.
 *
 * @param kind of state root
 * @param key 32 bytes
 */
public record StateKey(StateRoot kind, Blob key) {
  public StateKey {
    if (key.sizeBytes() != Digest.BYTES) {
      throw new IllegalArgumentException("a state key has 32 bytes, not " + key.sizeBytes());
    }
  }

  /** Without the key, which is secret. */
  @Override
  public String toString() {
    return "StateKey[" + kind + "]";
  }
}
