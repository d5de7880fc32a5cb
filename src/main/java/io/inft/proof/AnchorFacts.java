package io.inft.proof;

import io.inft.bytes.Digest;
import io.inft.registry.Anchored;

/**
 * What the registry recorded of a version besides what its commit object says: with the history
 * hash before, it gives the one after.
 *
 * @param block it was anchored in
 * @param timeSeconds Unix time of that block
 * @param previousBlock block of the version before, 0 for version 1
 * @param controlSequence how many control operations came before it
 * @param sizeBytes of the commit object
 * @param inlined whether that went along with the anchor
 * @param checksum SHA-256 of the commit object
 * @param keyring SHA-256 of the keyring
 */
public record AnchorFacts(
    long block,
    long timeSeconds,
    long previousBlock,
    long controlSequence,
    long sizeBytes,
    boolean inlined,
    Digest checksum,
    Digest keyring) {
  static AnchorFacts of(Anchored version) {
    return new AnchorFacts(
        version.block().number(),
        version.block().timeSeconds(),
        version.previousBlockNumber(),
        version.controlSequence(),
        version.anchor().sizeBytes(),
        version.inlined(),
        version.anchor().checksum(),
        version.anchor().keyringHash());
  }
}
