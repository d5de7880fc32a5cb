package io.inft.registry;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;

/**
 * One version as the registry recorded it.
 *
 * @param anchor what was asked for
 * @param author who had the right to, then
 * @param historyHash the running hash over all versions up to this one
 * @param controlSequence how many control operations came before it
 * @param block where it happened
 * @param previousBlockNumber block of the version before, 0 for version 1
 * @param inlined whether the commit object went along with the anchor, into the chain's log
 */
public record Anchored(
    Anchor anchor,
    Address author,
    Digest historyHash,
    long controlSequence,
    Block block,
    long previousBlockNumber,
    boolean inlined) {
  public long version() {
    return anchor.version();
  }
}
