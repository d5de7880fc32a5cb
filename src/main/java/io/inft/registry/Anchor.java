package io.inft.registry;

import io.inft.bytes.Digest;

/**
 * Asks for a new head. It is taken only if the registry's version is {@code version - 1}, its root
 * is {@code previousRoot}, and key epoch and keyring are the current ones.
 *
 * @param version the new version, from 1
 * @param previousRoot root of the head it follows; zero for version 1
 * @param root 0G Merkle root of the commit object
 * @param sizeBytes length of the commit object
 * @param checksum SHA-256 of the commit object's bytes
 * @param keyEpoch the key epoch, from 1
 * @param keyringHash SHA-256 of the keyring of that epoch
 * @param kind what the version is
 */
public record Anchor(
    long version,
    Digest previousRoot,
    Digest root,
    long sizeBytes,
    Digest checksum,
    int keyEpoch,
    Digest keyringHash,
    Kind kind) {
  /** The contract keeps a key epoch in 24 bits. */
  public static final int MAX_KEY_EPOCH = (1 << 24) - 1;

  /** The contract keeps a size in 48 bits. */
  public static final long MAX_SIZE_BYTES = (1L << 48) - 1;

  public Anchor {
    if (version < 1 || keyEpoch < 1 || keyEpoch > MAX_KEY_EPOCH) {
      throw new IllegalArgumentException("versions and key epochs begin at 1, epochs end at 2^24");
    }
    if (sizeBytes < 1 || sizeBytes > MAX_SIZE_BYTES) {
      throw new IllegalArgumentException("a commit object has 1 to 2^48 - 1 bytes");
    }
  }
}
