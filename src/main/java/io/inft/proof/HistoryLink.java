package io.inft.proof;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Kind;
import io.inft.registry.RunningHashes;

/**
 * One step of the registry's running hash over all versions.
 *
 * @param root of the version's commit object
 * @param author as the registry recorded him
 * @param epoch the key epoch
 * @param kind code of the version's kind
 */
public record HistoryLink(AnchorFacts facts, Digest root, Address author, int epoch, int kind) {
  static HistoryLink of(Anchored version) {
    return new HistoryLink(
        AnchorFacts.of(version),
        version.anchor().root(),
        version.author(),
        version.anchor().keyEpoch(),
        version.anchor().kind().code());
  }

  /** The history hash after this version. */
  Digest after(Digest history, long version, Digest previousRoot) {
    Anchor anchor =
        new Anchor(
            version,
            previousRoot,
            root,
            facts.sizeBytes(),
            facts.checksum(),
            epoch,
            facts.keyring(),
            new Kind(kind));
    return RunningHashes.history(
        history,
        anchor,
        author,
        facts.controlSequence(),
        new Block(facts.block(), Digest.ZERO, facts.timeSeconds()),
        facts.previousBlock(),
        facts.inlined());
  }
}
