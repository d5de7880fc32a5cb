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
  public Anchor {
    if (version < 1 || keyEpoch < 1) {
      throw new IllegalArgumentException("versions and key epochs begin at 1");
    }
    if (sizeBytes < 1) {
      throw new IllegalArgumentException("a commit object has at least one byte");
    }
  }
}
